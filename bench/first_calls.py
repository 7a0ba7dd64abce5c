"""What Api's import and its first call take together: what is imported with a call is not only moved."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.measure import Result
from bench.practice import NOW, practice
from bench.reserve import reservation
from booking.contracts.steps import ReserveSlotInput
from booking.database import Database
from booking.services.bookings.reserve_slot import reserve_slot
from booking.store import Stores
from local import demo, documents
from local.postgres import PostgresServer, function_environment

ROUNDS = 9
BOOKING_ID = "bench-first"
PROGRAM = """
import json, sys, time, types
event = json.load(sys.stdin)
began = time.process_time()
from handlers.api import handler
imported = time.process_time()
answer = handler(event, types.SimpleNamespace(function_name="Api"))
answered = time.process_time()
assert answer["statusCode"] == 200, answer
print(json.dumps([imported - began, answered - imported]))
"""
"""Of the processor, and below the least of some rounds, as in ``bench.cold``."""

KINDS = ("on-demand", "snap-start")
"""How Lambda says that somebody waits for a start, and that nobody does: then all routes are imported with it."""


def run(postgres: PostgresServer, environment: dict[str, str]) -> Iterator[Result]:
    """A line for each of two calls. ``environment``: where Python finds what is compiled."""
    config = practice(postgres, "cold", 10_000)
    database = Database(config, "bench")
    given = reservation(0, demo.THERAPIST_ID, demo.CLIENT_ID, BOOKING_ID)
    reserve_slot(Stores(database), ReserveSlotInput.model_validate(given), lambda: NOW)
    database.close()
    environment = {**environment, **function_environment(config)}
    for what, event in (("GET one booking", _of_a_booking()), ("GET slots for 31 days", _of_slots())):
        for kind in KINDS:
            _call(event, environment, kind)  # compiled
        rounds = [{kind: _call(event, environment, kind) for kind in KINDS} for _ in range(ROUNDS)]
        parts, whole = {}, {}
        for kind in KINDS:
            least = min((taken[kind] for taken in rounds), key=sum)
            parts[kind] = " + ".join(f"{seconds * 1000:.0f}" for seconds in least) + " ms"
            whole[kind] = sum(least)
        ours, all_at_once = KINDS
        value = whole[ours] / whole[all_at_once]
        line = f"import of api and the first {what}"
        measured = f"{parts[ours]} : {parts[all_at_once]}"
        yield Result("cold", line, "with all its routes imported before", value, "≤ 1×", value <= 1, measured)


def _call(event: dict[str, Any], environment: dict[str, str], kind: str) -> list[float]:
    """Seconds of the import, and of the call."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(event, default=str),
        cwd=documents.ROOT / "functions",
        env={**environment, "AWS_LAMBDA_INITIALIZATION_TYPE": kind},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise AssertionError(done.stderr[-300:])
    seconds: list[float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


def _of_a_booking() -> dict[str, Any]:
    return {**documents.event("api"), "pathParameters": {"booking_id": BOOKING_ID}}


def _of_slots() -> dict[str, Any]:
    resource, now = "/v1/therapists/{therapist_id}/slots", datetime.now(UTC)
    days = {"from": now + timedelta(days=1), "to": now + timedelta(days=32)}
    query = {"service_id": [demo.SERVICE_ID], **{name: [f"{each:%Y-%m-%dT%H:%M:%SZ}"] for name, each in days.items()}}
    event = {**documents.event("api"), "resource": resource, "path": resource, "multiValueQueryStringParameters": query}
    return {**event, "pathParameters": {"therapist_id": demo.THERAPIST_ID}}
