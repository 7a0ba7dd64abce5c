"""A booking's whole path through the real state machine: every outcome, and every step twice."""

import io
import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import UndeliverableReason
from booking.errors import ProviderUnavailable, Undeliverable
from local import demo
from tests.asking import body, requested_by
from tests.rows import bookings, ledger, rows
from tests.workflow.machine import Fault, Workflow

STARTS_AT, ANOTHER_START = itertools.islice(demo.starts(datetime.now(UTC)), 2)
CLIENT = requested_by()
OTHER = requested_by("sub-other-client")
ALL_SENT = ["jonas.weber@example.com", "miriam.adler@example.com", "+447700900101"]
CONFIRMED = ["SlotIsReserved?", "NotifyParties", *["DeliverNotification"] * 3]
"""The end of the path of a request that is booked."""


def test_a_booking_is_confirmed_and_everyone_is_told(booking: Workflow, db: Connection) -> None:
    ended = booking.run("b-1", body(STARTS_AT), CLIENT)

    assert ended.status == "SUCCEEDED"
    assert ended.states[-5:] == CONFIRMED
    assert ended.output["decision"]["outcome"] == "reserved"
    assert [delivery["outcome"] for delivery in ended.output["deliveries"]] == ["sent"] * 3
    assert bookings(db) == {"b-1": "confirmed"}
    assert {status for *_, status in ledger(db, "b-1")} == {"sent"}
    assert booking.providers.addresses() == sorted(ALL_SENT)


def test_an_invalid_request_is_rejected_with_its_reasons_and_nobody_is_written_to(
    booking: Workflow, db: Connection
) -> None:
    ended = booking.run("b-1", body("2020-01-01T10:00:00Z", therapist_id=uuid4()), CLIENT)

    assert ended.status == "SUCCEEDED"
    assert ended.states[-3:] == ["RequestIsValid?", "RejectBooking", "NotifyParties"]
    assert [reason["code"] for reason in ended.output["decision"]["reasons"]] == [
        "therapist_unknown",
        "starts_in_the_past",
    ]
    assert bookings(db) == {"b-1": "rejected"}
    assert booking.providers.addresses() == []


@pytest.mark.parametrize("kept", ["=?utf-8?q?evil=40other.example=2C?=@example.com", "=?utf-8?q?=0A?=@example.com"])
def test_what_a_person_typed_fails_no_workflow(booking: Workflow, db: Connection, kept: str) -> None:
    """An address that was kept before today's rules: recorded, and everybody else is told."""
    rows(db, "UPDATE client_contacts SET address = %s WHERE channel = 'email' RETURNING 1", kept)
    ended = booking.run("b-1", body(STARTS_AT), CLIENT)

    assert ended.status == "SUCCEEDED"
    assert [(each["outcome"], each.get("reason")) for each in ended.output["deliveries"]] == [
        *[("undeliverable", "address_invalid"), ("sent", None), ("sent", None)],
    ]
    assert bookings(db) == {"b-1": "confirmed"}
    assert booking.providers.addresses() == sorted(ALL_SENT[1:])


def test_who_comes_second_is_rejected_and_told(booking: Workflow, db: Connection) -> None:
    booking.run("b-1", body(STARTS_AT), CLIENT)
    ended = booking.run("b-2", body(STARTS_AT), OTHER)

    assert ended.status == "SUCCEEDED"
    assert ended.states[-4:] == ["SlotIsReserved?", "RejectBooking", "NotifyParties", "DeliverNotification"]
    assert bookings(db) == {"b-1": "confirmed", "b-2": "rejected"}
    assert booking.providers.addresses() == sorted([*ALL_SENT, "lena.hoffmann@example.com"])


def test_a_client_who_is_busy_is_rejected_quietly(booking: Workflow, db: Connection) -> None:
    [therapist] = rows(db, "INSERT INTO therapists (name, time_zone) VALUES ('T', 'Europe/Berlin') RETURNING id")
    rows(db, "INSERT INTO therapist_services SELECT %s, id FROM services RETURNING 1", therapist["id"])
    hours = "SELECT %s, weekday, opens, closes FROM availability RETURNING 1"
    rows(db, f"INSERT INTO availability (therapist_id, weekday, opens, closes) {hours}", therapist["id"])
    booking.run("b-1", body(STARTS_AT), CLIENT)
    ended = booking.run("b-2", body(STARTS_AT, therapist_id=therapist["id"]), CLIENT)

    assert ended.status == "SUCCEEDED"
    assert [reason["code"] for reason in ended.output["decision"]["reasons"]] == ["client_busy"]
    assert bookings(db)["b-2"] == "rejected"
    assert len(booking.providers.addresses()) == len(ALL_SENT)


def test_a_key_used_for_another_request_leaves_the_first_booking_alone(booking: Workflow, db: Connection) -> None:
    """Step Functions forgets a name after 90 days; PostgreSQL does not."""
    booking.run("b-1", body(STARTS_AT), CLIENT)
    booking.forget_executions()
    ended = booking.run("b-1", body(ANOTHER_START), CLIENT)

    assert ended.status == "SUCCEEDED"
    assert [reason["code"] for reason in ended.output["decision"]["reasons"]] == ["key_conflict"]
    assert bookings(db) == {"b-1": "confirmed"}
    assert len(booking.providers.addresses()) == len(ALL_SENT)


@pytest.mark.parametrize("function", ["ValidateRequest", "ReserveSlot", "RejectBooking"])
@pytest.mark.parametrize("error", ["DatabaseUnavailable", "Lambda.Unknown", "Sandbox.Timedout"])
def test_every_step_may_run_twice(booking: Workflow, db: Connection, function: str, error: str) -> None:
    """Its answer is lost after its transaction: the workflow runs it again, and nothing is doubled."""
    booking.run("b-1", body(STARTS_AT), CLIENT)
    booking.faults[function] = Fault(error, after_commit=True)
    ended = booking.run("b-2", body(STARTS_AT), OTHER)

    assert ended.status == "SUCCEEDED"
    assert booking.invoked.count(function) == {"ValidateRequest": 3, "ReserveSlot": 3, "RejectBooking": 2}[function]
    assert bookings(db) == {"b-1": "confirmed", "b-2": "rejected"}
    assert booking.providers.addresses() == sorted([*ALL_SENT, "lena.hoffmann@example.com"])
    history = rows(db, "SELECT booking_id, event FROM booking_events ORDER BY id")
    assert [tuple(row.values()) for row in history] == [("b-1", "reserved"), ("b-2", "rejected")]


def test_a_reservation_whose_answer_was_lost_is_still_one_booking(booking: Workflow, db: Connection) -> None:
    booking.faults["ReserveSlot"] = Fault("Lambda.Unknown", times=3, after_commit=True)
    ended = booking.run("b-1", body(STARTS_AT), CLIENT)

    assert ended.status == "SUCCEEDED"
    assert bookings(db) == {"b-1": "confirmed"}
    assert booking.providers.addresses() == sorted(ALL_SENT)


def test_throttling_is_waited_out(booking: Workflow, db: Connection) -> None:
    booking.faults["ReserveSlot"] = Fault("", times=4, refused="TooManyRequestsException")
    assert booking.run("b-1", body(STARTS_AT), CLIENT).status == "SUCCEEDED"
    assert booking.invoked.count("ReserveSlot") == 5
    assert len(booking.waits) == 4


@pytest.mark.parametrize("function", ["ValidateRequest", "ReserveSlot", "RejectBooking"])
def test_a_bug_fails_at_once_at_the_state_it_is_in(booking: Workflow, db: Connection, function: str) -> None:
    booking.run("b-1", body(STARTS_AT), CLIENT)
    booking.faults[function] = Fault("KeyError", times=None)
    ended = booking.run("b-2", body(STARTS_AT), OTHER)

    assert (ended.status, ended.error) == ("FAILED", "KeyError")
    assert ended.states[-1] == function
    assert booking.waits == []


@pytest.mark.parametrize("function", ["ValidateRequest", "ReserveSlot", "RejectBooking"])
def test_a_database_that_stays_away_fails_the_execution_after_minutes(
    booking: Workflow, db: Connection, function: str
) -> None:
    booking.run("b-1", body(STARTS_AT), CLIENT)
    booking.faults[function] = Fault("DatabaseUnavailable", times=None)
    ended = booking.run("b-2", body(STARTS_AT), OTHER)

    assert (ended.status, ended.error) == ("FAILED", "DatabaseUnavailable")
    assert ended.states[-1] == function
    assert booking.invoked.count(function) >= 21  # once, and 20 retries


def test_a_provider_that_comes_back_gets_the_message_by_the_workflows_retry(booking: Workflow, db: Connection) -> None:
    booking.providers.email.break_down(ProviderUnavailable("SES: down"), times=5)
    ended = booking.run("b-1", body(STARTS_AT), CLIENT)

    assert ended.status == "SUCCEEDED"
    assert booking.providers.addresses() == sorted(ALL_SENT)
    assert len(booking.waits) == 5


def test_a_provider_that_stays_away_fails_the_execution_and_leaves_the_booking(
    booking: Workflow, db: Connection
) -> None:
    booking.providers.sms.break_down(ProviderUnavailable("SNS: down"))
    ended = booking.run("b-1", body(STARTS_AT), CLIENT)

    assert (ended.status, ended.error) == ("FAILED", "ProviderUnavailable")
    assert bookings(db) == {"b-1": "confirmed"}
    assert ("booking_confirmed", "client", "sms", "queued") in ledger(db, "b-1")


def test_a_message_that_can_never_arrive_does_not_fail_anything(booking: Workflow, db: Connection) -> None:
    booking.providers.sms.break_down(Undeliverable(UndeliverableReason.OPTED_OUT))
    ended = booking.run("b-1", body(STARTS_AT), CLIENT)

    assert ended.status == "SUCCEEDED"
    assert sorted(delivery["outcome"] for delivery in ended.output["deliveries"]) == ["sent", "sent", "undeliverable"]


def test_a_message_delivered_twice_is_sent_once(booking: Workflow, db: Connection) -> None:
    booking.duplicating = True
    assert booking.run("b-1", body(STARTS_AT), CLIENT).status == "SUCCEEDED"
    assert booking.providers.addresses() == sorted(ALL_SENT)


def test_nothing_personal_is_in_transit(booking: Workflow, log: io.StringIO, caplog: pytest.LogCaptureFixture) -> None:
    """Execution histories, queue messages and log lines of a booking, a rejection and a failure."""
    histories: list[Any] = [booking.run("b-1", body(STARTS_AT), CLIENT).history]
    histories.append(booking.run("b-2", body(STARTS_AT), OTHER).history)
    booking.providers.email.break_down(Undeliverable(UndeliverableReason.ADDRESS_INVALID), times=1)
    histories.append(booking.run("b-3", body(ANOTHER_START), CLIENT).history)

    seen = json.dumps(histories, default=str) + "".join(booking.messages) + log.getvalue() + caplog.text
    assert len(booking.messages) == 7
    assert "decided" in log.getvalue()  # the logs are there
    assert [each for each in demo.PERSONAL_DATA if each in seen] == []


def test_a_series_is_one_execution_and_one_message_to_each(booking: Workflow, db: Connection) -> None:
    series = body(STARTS_AT, recurrence="FREQ=WEEKLY;COUNT=3")
    ended = booking.run("s-1", series, CLIENT)
    assert ended.states[-5:] == CONFIRMED
    assert len(ended.output["decision"]["sessions"]) == 3
    assert sorted(bookings(db).values()) == ["confirmed"] * 3
    assert booking.providers.addresses() == sorted(ALL_SENT)

    crossing = body(STARTS_AT, client_id=demo.OTHER_CLIENT_ID, recurrence="FREQ=WEEKLY;COUNT=4", on_conflict="skip")
    ended = booking.run("s-2", crossing, OTHER)
    codes = [[reason["code"] for reason in session["reasons"]] for session in ended.output["decision"]["sessions"]]
    assert codes == [["slot_taken"]] * 3 + [[]]
    assert rows(db, "SELECT count(*) FROM bookings WHERE series_id = 's-2' AND status = 'confirmed'") == [{"count": 1}]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE therapists SET max_sessions_per_day = 1", "day_full"),
        (
            "INSERT INTO availability_exceptions (therapist_id, kind, during) SELECT id, 'time_off', "
            "tstzrange('2020-01-01', '2040-01-01') FROM therapists",
            "therapist_away",
        ),
    ],
)
def test_what_the_calendar_refuses_is_a_rejection_with_its_reason(
    booking: Workflow, db: Connection, change: str, reason: str
) -> None:
    booking.run("b-1", body(STARTS_AT), CLIENT)
    rows(db, f"{change} RETURNING 1")
    ended = booking.run("b-2", body(STARTS_AT + timedelta(hours=4)), OTHER)
    assert ended.status == "SUCCEEDED"
    assert [each["code"] for each in ended.output["decision"]["reasons"]] == [reason]
    assert bookings(db)["b-2"] == "rejected"


def test_a_session_too_many_is_a_rejection_with_its_reason(booking: Workflow, db: Connection) -> None:
    rows(db, "UPDATE practice_limits SET standing_sessions = 1 RETURNING 1")
    booking.run("b-1", body(STARTS_AT), CLIENT)
    ended = booking.run("b-2", body(STARTS_AT + timedelta(hours=4)), CLIENT)
    assert ended.status == "SUCCEEDED"
    assert [each["code"] for each in ended.output["decision"]["reasons"]] == ["too_many_sessions"]
    assert bookings(db) == {"b-1": "confirmed", "b-2": "rejected"}
