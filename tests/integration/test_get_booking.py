"""GET one booking: yours, or none."""

from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import BookingStatus, Group
from booking.contracts.steps import ValidateRequestInput
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking
from booking.services.bookings.reject_booking import reject_booking
from booking.services.operations.check_health import check_health
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, body, reject_input, requested_by, reserve, reserve_input, validate_input
from tests.fakes import FakeWorkflows, clock_at, found
from tests.rows import rows

CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
OTHER = Requester("sub-other-client", frozenset({Group.CLIENT}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))


def no_execution(_booking_id: str) -> None:
    return None


def must_not_be_asked(_booking_id: str) -> None:
    raise AssertionError("Step Functions is asked only when there is no row")


@pytest.mark.parametrize("requester", [CLIENT, THERAPIST, OPERATOR])
def test_a_confirmed_booking_is_shown_in_utc_and_in_the_therapists_time(stores: Stores, requester: Requester) -> None:
    reserve(stores, reserve_input())
    answer = get_booking(stores, FakeWorkflows(must_not_be_asked), requester, "booking-1", clock_at(NOW))

    assert answer is not None
    shown: dict[str, Any] = answer.model_dump(mode="json", exclude_none=True)
    assert shown["status"] == "confirmed"
    assert shown["starts_at"] == "2032-03-03T09:00:00Z"
    assert shown["local"] == {
        "time_zone": "Europe/Berlin",
        "starts_at": "2032-03-03T10:00:00+01:00",
        "ends_at": "2032-03-03T10:50:00+01:00",
    }
    assert shown["notifications"][0] == {
        "event": "booking_confirmed",
        "recipient": "client",
        "channel": "email",
        "status": "queued",
        "attempts": 0,
    }


def test_someone_elses_booking_looks_like_none(stores: Stores) -> None:
    reserve(stores, reserve_input())
    assert found(lambda: get_booking(stores, FakeWorkflows(no_execution), OTHER, "booking-1", clock_at(NOW))) is None
    assert found(lambda: get_booking(stores, FakeWorkflows(no_execution), OTHER, "booking-2", clock_at(NOW))) is None


def test_a_rejected_booking_says_why_even_when_it_named_nobody(stores: Stores) -> None:
    reserve(stores, reserve_input())
    late = reserve_input("booking-2", client_id=demo.OTHER_CLIENT_ID, by=requested_by("sub-other-client"))
    reject_booking(stores, reject_input(late, reserve(stores, late)))
    answer = get_booking(stores, FakeWorkflows(must_not_be_asked), OTHER, "booking-2", clock_at(NOW))
    assert answer is not None
    assert answer.status == BookingStatus.REJECTED
    assert [reason.code for reason in answer.reasons] == ["slot_taken"]
    assert answer.starts_at == STARTS_AT


def test_a_rejected_request_for_a_day_that_does_not_exist_can_be_read(stores: Stores, db: Connection) -> None:
    given = reserve_input("booking-3")
    reject = reject_input(given, reserve(stores, given))
    nonsense = validate_input(body("2032-02-30T10:00:00Z")).request
    rows(db, "DELETE FROM notifications RETURNING 1")
    reject_booking(stores, reject.model_copy(update={"request": nonsense, "booking_id": "booking-4", "sessions": []}))
    answer = get_booking(stores, FakeWorkflows(must_not_be_asked), CLIENT, "booking-4", clock_at(NOW))
    assert answer is not None
    assert answer.starts_at is None


def test_before_there_is_a_row_a_request_is_pending_for_whom_it_belongs_to(stores: Stores) -> None:
    def request_of(booking_id: str) -> ValidateRequestInput:
        return validate_input(body(client_id=demo.CLIENT_ID), requested_by("sub-who-asked", ""), booking_id)

    for requester in (CLIENT, THERAPIST, OPERATOR, Requester("sub-who-asked", frozenset())):
        answer = get_booking(stores, FakeWorkflows(request_of), requester, "booking-9", clock_at(NOW))
        assert answer is not None
        assert answer.status == BookingStatus.PENDING
        assert answer.starts_at == datetime(2032, 3, 3, 9, tzinfo=UTC)
    assert found(lambda: get_booking(stores, FakeWorkflows(request_of), OTHER, "booking-9", clock_at(NOW))) is None


def test_health_says_what_the_schema_is(stores: Stores, db: Connection) -> None:
    assert check_health(stores).model_dump(by_alias=True) == {"status": "ok", "database": "ok", "schema": "current"}
    rows(db, "DELETE FROM _yoyo_migration WHERE migration_id LIKE '0002%%' RETURNING 1")
    assert check_health(stores).model_dump(by_alias=True) == {
        "status": "unavailable",
        "database": "ok",
        "schema": "behind",
    }
    rows(db, "DROP TABLE _yoyo_migration; SELECT 1")
    assert check_health(stores).schema_state == "missing"
