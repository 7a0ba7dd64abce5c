"""Functions may start from snapshots: what is initialised once is restored many times, and must share nothing."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from local import documents
from tests import restores
from tests.contract.test_names import HANDLERS

SECRETS = ("DATABASE_PASSWORD", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN")
DATABASE = {"DATABASE_HOST": "/nowhere", "DATABASE_PORT": "1", "DATABASE_NAME": "n", "DATABASE_USER": "u"}
NOTHING = {"asked": [], "opened": [], "threads": 0, "made": [], "kept": [], "shared": []}

FAULTS = {
    "asked": [
        "import uuid; KEY = uuid.uuid4()",
        "import secrets; KEY = secrets.token_hex()",
        "import random; SHARE = random.random()",
        "import time; STARTED = time.time()",
        "from datetime import UTC, datetime; STARTED = datetime.now(UTC)",
        "import contextlib, psycopg2\nwith contextlib.suppress(psycopg2.Error): psycopg2.connect('host=/nowhere')",
    ],
    "opened": ["import socket; SOCKET = socket.socket()"],
    "threads": ["import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"],
    "made": ["from handlers._outside import outside; outside.stores"],
    "kept": [
        "from booking.config import database_config; CONFIG = database_config(); import sys; sys.kept = CONFIG",
        "import os, sys; sys.kept = {'token': os.environ['AWS_SESSION_TOKEN']}",
    ],
    "shared": ["import snapshot_restore_py; snapshot_restore_py.get_after_restore().clear()"],
}
PLANTED = [(where, fault) for where in FAULTS for fault in FAULTS[where]]


@pytest.fixture(scope="module")
def restored() -> list[dict[str, Any]]:
    """What was found of all handlers, with all routes imported as a snapshot has them; then after each fault."""
    environment = {**os.environ, "PYTHONPATH": "functions:.", "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}
    environment |= {**DATABASE, **{name: f"{name} {restores.SECRET}" for name in SECRETS}}
    done = subprocess.run(
        [sys.executable, "tests/restores.py"],
        input=json.dumps({"names": HANDLERS, "faults": [fault for _, fault in PLANTED]}),
        cwd=documents.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    for each in found:
        first, second = each.pop("copies")
        each["shared"] = [name for name in first if first[name] == second[name]]
    return found


def test_what_is_restored_twice_shares_nothing(restored: list[dict[str, Any]]) -> None:
    """Nothing at import opens a connection, draws randomness, reads the clock or keeps a secret."""
    assert restored[0] == NOTHING


@pytest.mark.parametrize("n", range(len(PLANTED)), ids=[f"{where}: {fault[:40]}" for where, fault in PLANTED])
def test_a_fault_at_import_is_seen(restored: list[dict[str, Any]], n: int) -> None:
    where, _ = PLANTED[n]
    before, after = {**restored[n], "asked": []}, restored[n + 1]  # what is asked is of this fault alone
    assert after[where] != before[where]
