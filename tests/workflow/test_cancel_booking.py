"""Cancelling and moving through the real state machines, in both interpreters."""

import itertools
import json
from datetime import UTC, datetime

import vobject
from psycopg2.extensions import connection as Connection

from local import demo
from tests.asking import body, requested_by
from tests.rows import bookings, ledger, rows
from tests.workflow.machine import Fault, Workflow

STARTS_AT, ANOTHER_START = itertools.islice(demo.starts(datetime.now(UTC)), 2)
CLIENT = requested_by()
OTHER = requested_by("sub-other-client")


def test_a_booking_is_moved_and_then_cancelled_and_everyone_is_told_each_time(
    booking: Workflow, db: Connection
) -> None:
    booking.run("b-1", body(STARTS_AT), CLIENT)
    moved = booking.change("rescheduling", "m-1", "b-1", {"starts_at": ANOTHER_START.isoformat()}, CLIENT)
    assert moved.states == ["MoveBooking", "NotifyParties", *["DeliverNotification"] * 3]
    assert moved.output["decision"]["outcome"] == "moved"
    assert rows(db, "SELECT lower(during) AS start, sequence FROM bookings") == [
        {"start": ANOTHER_START, "sequence": 1}
    ]

    cancelled = booking.change("cancellation", "c-1", "b-1", {}, CLIENT)
    assert cancelled.states == ["CancelBooking", "NotifyParties", *["DeliverNotification"] * 3]
    assert bookings(db) == {"b-1": "cancelled"}
    assert len(ledger(db, "b-1")) == 9
    assert len(booking.providers.addresses()) == 9
    subjects = [message.subject for address, message in booking.providers.email.sent if "jonas" in address]
    assert subjects == ["Your session is booked", "Your session has a new time", "Your session is cancelled"]
    methods = [message.calendar.method for _, message in booking.providers.email.sent if message.calendar]
    assert methods == ["REQUEST"] * 4 + ["CANCEL"] * 2

    events = [
        vobject.readOne(message.calendar.content.decode()).vevent
        for address, message in booking.providers.email.sent
        if "jonas" in address and message.calendar is not None
    ]
    assert len({event.uid.value for event in events}) == 1, "a calendar sees one session"
    assert [event.sequence.value for event in events] == ["0", "1", "2"]
    assert [event.dtstart.value for event in events] == [STARTS_AT, ANOTHER_START, ANOTHER_START]
    assert [event.status.value for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]

    again = booking.change("cancellation", "c-2", "b-1", {}, CLIENT)
    assert again.output["decision"]["outcome"] == "cancelled", "twice is success once"
    assert len(booking.providers.addresses()) == 9
    assert booking.run("b-2", body(ANOTHER_START), OTHER).output["decision"]["outcome"] == "reserved", (
        "the slot is free"
    )


def test_a_request_that_waits_for_the_database_can_be_cancelled(booking: Workflow, db: Connection) -> None:
    booking.faults["ValidateRequest"] = Fault("KeyError", times=1)  # it fails before anything is decided
    failed = booking.run("b-1", body(STARTS_AT), CLIENT)
    assert (failed.status, bookings(db)) == ("FAILED", {})
    someone_else = booking.change("cancellation", "c-0", "b-1", {}, OTHER)
    assert [each["code"] for each in someone_else.output["decision"]["reasons"]] == ["booking_unknown"]
    cancelled = booking.change("cancellation", "c-1", "b-1", {}, CLIENT)
    assert cancelled.output["decision"]["outcome"] == "cancelled"
    assert bookings(db) == {"b-1": "cancelled"}
    if booking.can_redrive:
        redriven = booking.redrive(failed.arn)
        assert redriven.status == "SUCCEEDED"
        assert redriven.output["decision"]["outcome"] == "cancelled"
    assert bookings(db) == {"b-1": "cancelled"}
    assert booking.providers.addresses() == []


def test_a_refusal_is_a_decision_and_nobody_is_written_to(booking: Workflow, db: Connection) -> None:
    booking.run("b-1", body(STARTS_AT), CLIENT)
    booking.run("b-2", body(ANOTHER_START), OTHER)
    taken = booking.change("rescheduling", "m-1", "b-1", {"starts_at": ANOTHER_START.isoformat()}, CLIENT)
    assert taken.status == "SUCCEEDED"
    assert taken.output["decision"]["outcome"] == "refused"
    assert [each["code"] for each in taken.output["decision"]["reasons"]] == ["slot_taken"]
    nowhere = booking.change("cancellation", "c-1", "there-is-none", {}, CLIENT)
    assert nowhere.output["decision"]["outcome"] == "refused"
    assert bookings(db) == {"b-1": "confirmed", "b-2": "confirmed"}
    assert "Weber" not in json.dumps(taken.history, default=str)
