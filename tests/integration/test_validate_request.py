"""ValidateRequest on real PostgreSQL: what the database knows decides."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Outcome, ReasonCode
from booking.contracts.steps import ValidateRequestInput
from booking.services.bookings.reject_booking import reject_booking
from booking.services.bookings.validate_request import validate_request
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, body, reject_input, requested_by, reserve, reserve_input, validate_input
from tests.rows import rows

NOBODY = UUID(int=0)


def at_now() -> datetime:
    return NOW


def reasons(stores: Stores, given: ValidateRequestInput, clock: Callable[[], datetime] = at_now) -> list[ReasonCode]:
    decision = validate_request(stores, given, clock)
    assert (decision.outcome == Outcome.INVALID) == bool(decision.reasons)
    return [reason.code for reason in decision.reasons]


def test_a_valid_request_names_the_session_with_its_buffers(stores: Stores) -> None:
    decision = validate_request(stores, validate_input(body()), at_now)
    assert decision.outcome == Outcome.VALID
    [session] = decision.sessions
    assert session.booking_id == "booking-1"
    assert session.client_id == demo.CLIENT_ID  # who asks, since no client_id was given
    assert session.starts_at == STARTS_AT
    assert session.ends_at == STARTS_AT + timedelta(minutes=50)
    assert session.occupied_until == STARTS_AT + timedelta(minutes=60)


@pytest.mark.parametrize(
    ("request_body", "by", "expected"),
    [
        (body(therapist_id=NOBODY), requested_by(), [ReasonCode.THERAPIST_UNKNOWN]),
        (body(service_id=NOBODY), requested_by(), [ReasonCode.SERVICE_UNKNOWN]),
        (body(client_id=demo.OTHER_CLIENT_ID), requested_by(), [ReasonCode.REQUESTER_NOT_ALLOWED]),
        (body(client_id=NOBODY), requested_by(), [ReasonCode.REQUESTER_NOT_ALLOWED]),
        (body(client_id=NOBODY), requested_by("sub-operator", "operator"), [ReasonCode.CLIENT_UNKNOWN]),
        (body(), requested_by("sub-operator", "operator"), [ReasonCode.CLIENT_RECORD_MISSING]),  # no client yet
        (body("2032-02-30T10:00:00Z"), requested_by(), [ReasonCode.STARTS_AT_INVALID]),
        (body("2032-03-03T05:00:00Z"), requested_by(), [ReasonCode.OUTSIDE_AVAILABILITY]),
        (body("2032-03-03T22:30:00Z"), requested_by(), [ReasonCode.OUTSIDE_AVAILABILITY]),
        (body("2020-03-03T10:00:00Z"), requested_by(), [ReasonCode.STARTS_IN_THE_PAST]),
        (
            body("2032-03-01T09:59:30Z", therapist_id=NOBODY, service_id=NOBODY),
            requested_by("sub-nobody", ""),
            [
                ReasonCode.CLIENT_RECORD_MISSING,
                ReasonCode.THERAPIST_UNKNOWN,
                ReasonCode.SERVICE_UNKNOWN,
                ReasonCode.STARTS_AT_NOT_ON_THE_MINUTE,
            ],
        ),
    ],
)
def test_an_invalid_request_hears_every_reason(
    stores: Stores, request_body: dict[str, str], by: dict[str, str], expected: list[ReasonCode]
) -> None:
    assert reasons(stores, validate_input(request_body, by)) == expected


@pytest.mark.parametrize("by", [requested_by("sub-operator", "operator"), requested_by("sub-therapist", "therapist")])
def test_staff_book_for_someone(stores: Stores, by: dict[str, str]) -> None:
    assert reasons(stores, validate_input(body(client_id=demo.OTHER_CLIENT_ID), by)) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE therapists SET active = false", ReasonCode.THERAPIST_INACTIVE),
        ("UPDATE services SET active = false", ReasonCode.SERVICE_INACTIVE),
        ("UPDATE clients SET active = false", ReasonCode.CLIENT_INACTIVE),
        ("DELETE FROM therapist_services", ReasonCode.SERVICE_NOT_OFFERED),
        ("DELETE FROM availability", ReasonCode.OUTSIDE_AVAILABILITY),
        ("UPDATE therapists SET minimum_notice_minutes = 2881", ReasonCode.NOTICE_TOO_SHORT),
        ("UPDATE therapists SET booking_window_days = 1", ReasonCode.BEYOND_BOOKING_WINDOW),
    ],
)
def test_what_the_practice_changes_holds_for_the_next_request(
    stores: Stores, db: Connection, change: str, expected: ReasonCode
) -> None:
    rows(db, f"{change} RETURNING 1")
    assert reasons(stores, validate_input(body())) == [expected]


def test_working_hours_may_end_at_midnight(stores: Stores, db: Connection) -> None:
    rows(db, "DELETE FROM availability RETURNING 1")
    insert = "INSERT INTO availability (therapist_id, weekday, opens, closes) VALUES (%s, 3, 1320, 1440) RETURNING 1"
    rows(db, insert, demo.THERAPIST_ID)
    assert reasons(stores, validate_input(body("2032-03-03T23:00:00+01:00"))) == []
    assert reasons(stores, validate_input(body("2032-03-03T23:15:00+01:00"))) == [ReasonCode.OUTSIDE_AVAILABILITY]


def test_a_booking_that_is_made_stays_valid_when_its_workflow_runs_again(stores: Stores) -> None:
    """``bookingctl rerun`` and a redrive: the time has come nearer, the booking was made all the same."""
    given = reserve_input()
    reserve(stores, given)
    again = validate_input(given.request.as_text())
    much_later = STARTS_AT + timedelta(days=3)
    assert reasons(stores, again, lambda: much_later) == []


def test_a_request_that_was_rejected_is_rejected_for_the_same_reasons_again(stores: Stores, db: Connection) -> None:
    therapist_id = uuid4()
    given = validate_input(body(therapist_id=therapist_id))
    decision = validate_request(stores, given, at_now)
    reserve = reserve_input(starts_at=STARTS_AT, therapist_id=therapist_id)
    reject = reject_input(reserve, decision).model_copy(update={"request": given.request})
    reject_booking(stores, reject)
    rows(db, "UPDATE clients SET active = false RETURNING 1")
    assert validate_request(stores, given, at_now) == decision
