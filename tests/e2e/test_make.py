"""The Makefile, in a folder whose name has a space, where no laptop cloud runs: one line, and no traceback."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from local import documents

NOT_FOUND_BY_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONPATH", "LOCAL_FOLDER", "ENV", "PROVIDER", "F")
TARGETS = re.findall(r"^([a-z0-9-]+):.*## ", (documents.ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, as if it had been cloned to here; its environment is not made anew."""
    folder = tmp_path_factory.mktemp("with space") / "my clone"
    folder.mkdir()
    for each in documents.ROOT.iterdir():
        if each.name not in (".git", ".local"):
            (folder / each.name).symlink_to(each)
    return folder


def make(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in NOT_FOUND_BY_MAKE}
    command = ["make", "-o", ".venv/ready", "-o", ".venv-check/ready", *arguments]
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, timeout=60)


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """All lines but make's own last one, of the recipe that failed."""
    return [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("make: ***")]


@pytest.mark.parametrize(
    "command",
    [
        ("token", "USER=client"),
        ("examples",),
        ("invoke", "F=migrate"),
        ("break", "PROVIDER=email"),
        ("mend",),
        ("postgres-stop",),
        ("postgres-start",),
    ],
    ids=" ".join,
)
def test_what_needs_a_laptop_cloud_says_that_there_is_none(clone: Path, command: tuple[str, ...]) -> None:
    done = make(clone, *command)
    assert done.returncode != 0
    assert said(done) == ["✗ the laptop cloud is not running: start it with `make run` in another terminal"]


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("deploy", "✗ ENV is missing: make deploy ENV=staging"),
        ("deploy-data", "✗ ENV is missing: make deploy-data ENV=staging"),
        ("rollback", "✗ ENV is missing: make rollback ENV=production"),
        ("break", "✗ PROVIDER is missing: make break PROVIDER=email"),
    ],
)
def test_an_argument_that_is_missing_is_one_line_that_says_what_to_write(clone: Path, command: str, line: str) -> None:
    done = make(clone, command)
    assert done.returncode != 0
    assert said(done) == [line]


def test_a_provider_or_a_person_that_is_none_is_one_line_that_names_those_there_are(clone: Path) -> None:
    [provider] = said(make(clone, "break", "PROVIDER=fax"))
    assert "email, sms" in provider
    [person] = said(make(clone, "token", "USER=nobody"))
    assert "client, other_client, therapist, other_therapist, operator" in person


def test_no_recipe_stumbles_over_the_folders_name(clone: Path) -> None:
    done = make(clone, "--dry-run", *TARGETS, "ENV=staging", "PROVIDER=email")
    assert done.returncode == 0, done.stderr
    assert "-m local.run" in done.stdout
    assert "my clone" not in done.stdout
