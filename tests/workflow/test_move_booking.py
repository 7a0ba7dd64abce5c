"""Moving a booking to another therapist, through the real state machine in both interpreters."""

import itertools
from datetime import UTC, datetime, timedelta

from psycopg2.extensions import connection as Connection

from local import demo
from tests.asking import body, requested_by
from tests.rows import rows
from tests.workflow.machine import Workflow

[STARTS_AT] = itertools.islice(demo.starts(datetime.now(UTC)), 1)


def test_a_session_moves_to_another_therapist_who_is_told(booking: Workflow, db: Connection) -> None:
    booking.run("b-1", body(STARTS_AT), requested_by())
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")
    later = STARTS_AT + timedelta(days=(7 - STARTS_AT.isoweekday() + 3) % 7 + 7)  # a Wednesday
    request = {"starts_at": later.isoformat(), "therapist_id": str(demo.OTHER_THERAPIST_ID)}
    moved = booking.change("rescheduling", "m-1", "b-1", request, requested_by("sub-operator", "operator"))
    assert moved.output["decision"]["outcome"] == "moved", moved.output["decision"]["reasons"]
    assert str(rows(db, "SELECT therapist_id FROM bookings")[0]["therapist_id"]) == str(demo.OTHER_THERAPIST_ID)
    assert "aiko.tanaka@example.com" in booking.providers.addresses()
