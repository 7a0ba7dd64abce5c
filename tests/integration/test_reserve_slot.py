"""ReserveSlot on real PostgreSQL: who gets the time, what the losers hear, and that twice is once."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from booking import rules
from booking.codes import BookingStatus, Outcome, ReasonCode
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, requested_by, reserve, reserve_input
from tests.rows import bookings, ledger, rows

MINUTE = timedelta(minutes=1)
OTHER: dict[str, Any] = {"client_id": demo.OTHER_CLIENT_ID, "by": requested_by("sub-other-client")}


def test_a_free_time_is_reserved_with_its_messages_and_its_history(stores: Stores, db: Connection) -> None:
    decision = reserve(stores, reserve_input())

    assert decision.outcome == Outcome.RESERVED
    assert bookings(db) == {"booking-1": "confirmed"}
    assert ledger(db, "booking-1") == [
        ("booking_confirmed", "client", "email", "queued"),
        ("booking_confirmed", "client", "sms", "queued"),
        ("booking_confirmed", "therapist", "email", "queued"),  # she has a number, but did not consent to texts
    ]
    assert {str(each.notification_id) for each in decision.notifications} == {
        str(row["id"]) for row in rows(db, "SELECT id FROM notifications")
    }
    [event] = rows(db, "SELECT event, actor, execution FROM booking_events")
    assert event == {"event": "reserved", "actor": "sub-client", "execution": reserve_input().execution}


def test_run_twice_it_answers_the_same_and_writes_nothing_more(stores: Stores, db: Connection) -> None:
    first = reserve(stores, reserve_input())
    second = reserve(stores, reserve_input())

    assert second == first
    assert rows(db, "SELECT count(*) FROM bookings") == [{"count": 1}]
    assert rows(db, "SELECT count(*) FROM notifications") == [{"count": 3}]
    assert rows(db, "SELECT count(*) FROM booking_events") == [{"count": 1}]


@pytest.mark.parametrize("shift", [-59, -30, -1, 0, 1, 30, 59])
def test_any_overlap_with_the_therapists_occupied_time_is_slot_taken(
    stores: Stores, db: Connection, shift: int
) -> None:
    reserve(stores, reserve_input())
    decision = reserve(stores, reserve_input("booking-2", STARTS_AT + shift * MINUTE, **OTHER))

    assert decision.outcome == Outcome.SLOT_TAKEN
    assert [reason.code for reason in decision.reasons] == [ReasonCode.SLOT_TAKEN]
    assert bookings(db) == {"booking-1": "confirmed"}


@pytest.mark.parametrize("shift", [-60, 60])
def test_back_to_back_sessions_both_fit(stores: Stores, db: Connection, shift: int) -> None:
    reserve(stores, reserve_input())
    decision = reserve(stores, reserve_input("booking-2", STARTS_AT + shift * MINUTE, **OTHER))

    assert decision.outcome == Outcome.RESERVED
    assert bookings(db) == {"booking-1": "confirmed", "booking-2": "confirmed"}


def test_a_client_cannot_be_in_two_sessions_at_once(stores: Stores, db: Connection) -> None:
    [other] = rows(db, "INSERT INTO therapists (name, time_zone) VALUES ('Someone Else', 'Europe/Berlin') RETURNING id")
    reserve(stores, reserve_input())
    overlapping = reserve_input("booking-2", STARTS_AT + 49 * MINUTE, therapist_id=other["id"])
    decision = reserve(stores, overlapping)
    assert decision.outcome == Outcome.CLIENT_BUSY

    after = reserve_input("booking-3", STARTS_AT + 50 * MINUTE, therapist_id=other["id"])
    assert reserve(stores, after).outcome == Outcome.RESERVED  # the first therapist's buffer is not the client's


def test_the_same_id_for_another_request_is_a_key_conflict_and_changes_nothing(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    before = rows(db, "SELECT * FROM bookings")

    another_time = reserve(stores, reserve_input(starts_at=STARTS_AT + timedelta(hours=3)))
    another_person = reserve(stores, reserve_input(by=requested_by("sub-operator", "operator")))

    assert another_time.outcome == another_person.outcome == Outcome.KEY_CONFLICT
    assert rows(db, "SELECT * FROM bookings") == before


@pytest.mark.parametrize("status", ["cancelled", "rejected"])
def test_who_does_not_come_keeps_nobody_out(stores: Stores, db: Connection, status: str) -> None:
    reserve(stores, reserve_input())
    rows(db, "UPDATE bookings SET status = %s RETURNING id", status)

    assert reserve(stores, reserve_input("booking-2", **OTHER)).outcome == Outcome.RESERVED


@pytest.mark.parametrize("status", [each for each in BookingStatus if each.takes_time])
def test_time_is_taken_by_every_status_in_which_somebody_sits_there(
    stores: Stores, db: Connection, status: BookingStatus
) -> None:
    reserve(stores, reserve_input())
    rows(db, "UPDATE bookings SET status = %s RETURNING id", status)
    rest = STARTS_AT + timedelta(minutes=15)

    assert reserve(stores, reserve_input("booking-2", rest, **OTHER)).outcome == Outcome.SLOT_TAKEN
    assert not is_shown(stores)


def is_shown(stores: Stores) -> bool:
    """Whether the slots that are shown have this time."""
    with stores.autocommit() as store:
        [calendar] = store.calendars.of(
            demo.SERVICE_ID, demo.THERAPIST_ID, STARTS_AT - timedelta(hours=1), STARTS_AT + timedelta(hours=1)
        )
    within = (STARTS_AT, STARTS_AT + timedelta(hours=1))
    return bool(rules.slots(*calendar, within, NOW))
