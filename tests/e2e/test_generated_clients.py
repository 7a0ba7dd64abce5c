"""Clients that programs wrote from what the API serves, in Python and in TypeScript, follow a booking from its 202 on.

They crash, as everybody's would, where an answer leaves out what the contract calls required: pending answers too.
"""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from local import documents
from tests.calling import call
from tests.e2e.conftest import Cloud

JS = documents.ROOT / "tests" / "js"
BINARIES = JS / "node_modules" / ".bin"
PROGRAM = Path(__file__).with_name("generated_client.py")

Asked = dict[str, str]
Seen = dict[str, list[Any]]


@pytest.fixture
def asked(cloud: Cloud, request_body: dict[str, str], free_starts: Iterator[str]) -> Asked:
    """What a program is told: where, as whom, for what."""
    there = {"api_url": cloud.stack["api_url"], "token": cloud.stack["users"]["client"]["id_token"]}
    return {**there, **request_body, "moved_to": next(free_starts), "key": f"generated-{uuid.uuid4()}"}


def test_a_generated_client_in_python(cloud: Cloud, asked: Asked, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("post_hooks: []\n")  # nothing formats what nobody reads
    package = ["--output-path", "practice_client", "--meta", "none", "--config", "config.yaml"]
    generate = [str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--fail-on-warning", *package]
    run([*generate, "--path", contract(cloud, tmp_path)], tmp_path)
    program = [sys.executable, str(PROGRAM)]
    assert_life(lived(cloud, program, tmp_path, asked, PYTHONPATH=str(tmp_path)), asked)


def test_a_generated_client_in_typescript(cloud: Cloud, asked: Asked, tmp_path: Path) -> None:
    if shutil.which("node") is None or not (JS / "node_modules" / "openapi-fetch").is_dir():
        pytest.skip("openapi-fetch is not installed: it needs Node.js, and `npm ci --prefix tests/js`")
    (tmp_path / "node_modules").symlink_to(JS / "node_modules")
    (tmp_path / "package.json").write_text(json.dumps({"type": "module"}))
    program = shutil.copy(JS / "generated_client.ts", tmp_path)
    run([str(BINARIES / "openapi-typescript"), contract(cloud, tmp_path), "--output", "schema.ts"], tmp_path)
    # Everything but the libraries' own declarations, which are not ours to mend.
    strictly = ["--strict", "--skipLibCheck", "--noEmit", "false", "--module", "nodenext", "--target", "es2022"]
    run([str(BINARIES / "tsc"), *strictly, str(program)], tmp_path)
    assert_life(lived(cloud, ["node", "generated_client.js"], tmp_path, asked), asked)


def contract(cloud: Cloud, folder: Path) -> str:
    """A file with the contract, as everyone may have it from the API."""
    answer = call("GET", f"{cloud.stack['api_url']}/v1/openapi.json")
    assert answer.status == 200
    file = folder / "openapi.json"
    file.write_text(json.dumps(answer.body))
    return file.name


def test_who_has_the_contract_need_not_read_it_again(cloud: Cloud) -> None:
    address = f"{cloud.stack['api_url']}/v1/openapi.json"
    first = call("GET", address)
    assert first.headers["cache-control"] == "public, max-age=300"
    again = call("GET", address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.body, again.headers["etag"]) == (304, "", first.headers["etag"])
    assert call("GET", address, headers={"If-None-Match": '"another"'}).status == 200


def run(command: Sequence[str], folder: Path) -> None:
    """A command that ends well; the test fails with its words where it doesn't."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{Path(command[0]).name}: {done.stdout}{done.stderr}"


def lived(cloud: Cloud, command: Sequence[str], folder: Path, asked: Asked, **paths: str) -> Seen:
    """What the program says that it has read, in order, by name. Nothing is reserved before it has read once."""
    environment = {**os.environ, **paths, "ASKED": json.dumps(asked)}
    complaints = folder / "stderr"
    with complaints.open("w") as stderr, closing(psycopg2.connect(cloud.stack["database_url"])) as connection:
        with connection.cursor() as cursor:  # a new booking waits for this lock: its foreign key needs the row
            cursor.execute("SELECT FROM therapists WHERE id = %s FOR UPDATE", (asked["therapist_id"],))
        program = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True
        )
        with program as living:
            assert living.stdout is not None
            try:
                first = living.stdout.readline()
                connection.rollback()
                rest, _ = living.communicate(timeout=100)
            finally:
                living.kill()  # where it has not ended by itself
    assert living.returncode == 0, complaints.read_text()
    seen: Seen = defaultdict(list)
    for line in (first + rest).splitlines():
        name, value = json.loads(line)
        seen[name].append(value)
    return seen


def assert_life(seen: Seen, asked: Asked) -> None:
    """Booked, moved, cancelled; read while it was not decided, and then as it was decided."""
    assert (set(seen["booked"][:-1]), seen["booked"][-1]) == ({"pending"}, "confirmed")
    for name in ("moved", "cancelled"):
        assert set(seen[name][:-1]) <= {None}
        assert seen[name][-1] == name
    assert None in seen["moved"] + seen["cancelled"], "a change was read while it was pending"
    assert seen["starts_at"] == [datetime.fromisoformat(asked["moved_to"]).timestamp()]
    assert [asked["key"], "confirmed"] in seen["standing"]
    assert [asked["key"], "cancelled"] in seen["left"]
