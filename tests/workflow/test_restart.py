"""Executions outlive the laptop cloud: what had failed is redriven after a restart, what was under way goes on."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from ministack.services import stepfunctions as ministack
from psycopg2.extensions import connection as Connection

from booking.config import DatabaseConfig
from local import demo, stepfunctions
from tests.asking import body, requested_by
from tests.rows import bookings
from tests.workflow.machine import Fault, Workflow, workflow

STARTS_AT = next(demo.starts(datetime.now(UTC)))
CLIENT = requested_by()


@pytest.fixture
def laptop(database: DatabaseConfig) -> Iterator[Workflow]:
    """Its interpreter, with no executions but this test's."""
    with patch.object(ministack._executions, "_data", {}), workflow(database, "laptop") as running:
        yield running


@pytest.fixture
def restart(tmp_path: Path) -> Callable[[], None]:
    """The emulator ends, and another one begins; ``going_on`` says what it goes on with."""

    def restarted() -> None:
        file = tmp_path / "executions.json"
        stepfunctions.save(file)
        assert file.stat().st_mode & 0o077 == 0, "only its owner reads it"
        for execution in ministack._executions._data.values():
            execution["status"] = "ABORTED"  # the thread that ran it dies with its process
        ministack._executions._data.clear()
        stepfunctions.load(file)

    return restarted


def test_what_failed_before_a_restart_is_redriven_after_it(
    laptop: Workflow, db: Connection, restart: Callable[[], None]
) -> None:
    laptop.faults["ReserveSlot"] = Fault("StatementRefused")
    failed = laptop.run("b-1", body(STARTS_AT), CLIENT)
    assert (failed.status, bookings(db)) == ("FAILED", {})

    restart()
    assert stepfunctions.resume() == {"resumed": [], "failed": 1}
    assert laptop.history(failed.arn) == failed.history
    laptop.faults.clear()
    ended = laptop.redrive(failed.arn)
    assert (ended.status, bookings(db)) == ("SUCCEEDED", {"b-1": "confirmed"})
    assert ended.states.count("ValidateRequest") == 1, "it went on where it stopped"


def test_what_was_under_way_at_a_restart_goes_on_and_nobody_is_told_twice(
    laptop: Workflow, db: Connection, restart: Callable[[], None]
) -> None:
    reached, going_on = threading.Event(), threading.Event()
    invoke = ministack._call_lambda

    def stop_at_reserve_slot(function: str, payload: object) -> object:
        if ":ReserveSlot:" in function and not reached.is_set():
            reached.set()
            assert going_on.wait(30)
        return invoke(function, payload)

    given = {"booking_id": "b-1", "requested_by": CLIENT, "request": body(STARTS_AT)}
    with patch.object(ministack, "_call_lambda", stop_at_reserve_slot):
        arn = laptop.start_machine("booking", "b-1", **given)
        assert reached.wait(30)
        restart()
        assert stepfunctions.resume() == {"resumed": ["b-1"], "failed": 0}
        ended = laptop.wait(arn)
        going_on.set()
    assert (ended.status, bookings(db)) == ("SUCCEEDED", {"b-1": "confirmed"})
    assert ended.states.count("ReserveSlot") == 1, "it was in that state already"
    assert len(laptop.providers.addresses()) == len(set(laptop.providers.addresses())) == 3


def test_of_what_succeeded_only_the_last_is_kept(
    laptop: Workflow, restart: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepfunctions, "KEPT_SUCCEEDED", 1)
    arns = [laptop.run(key, body("2020-01-01T10:00:00Z"), CLIENT).arn for key in ("b-1", "b-2")]
    restart()
    assert [arn for arn in arns if arn in ministack._executions] == arns[1:]
