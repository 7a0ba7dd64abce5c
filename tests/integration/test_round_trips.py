"""How many trips to PostgreSQL a booking takes, by function, counted at the wire: on AWS each is one of RDS Proxy."""

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Outcome
from booking.config import DatabaseConfig
from booking.contracts.steps import ReserveSlotInput
from booking.database import Database
from booking.notices import Sender
from booking.services.bookings.reserve_slot import reserve_slot
from booking.services.bookings.validate_request import validate_request
from booking.services.notifications.send_notification import deliver
from booking.store import Stores
from tests.asking import NOW, body, requested_by, validate_input, validated_input
from tests.fakes import FakeProviders, clock_at
from tests.rows import rows
from tests.wire import Wire, wire

PINNED_FROM = 16 * 1024
"""RDS Proxy pins a connection whose statement is longer (bytes): its guide, "Avoiding pinning an RDS Proxy"."""


@pytest.fixture
def counted(database: DatabaseConfig) -> Iterator[tuple[Wire, Stores]]:
    """The application's way to the database, warm, and what it says on it."""
    with wire(database) as (seen, through):
        connection = Database(through, "test")
        stores = Stores(connection)
        with stores.autocommit() as store:
            store.reservations.decided("nothing")
        seen.clear()
        yield seen, stores
        connection.close()


def judged(stores: Stores, booking_id: str = "booking-1", by: str = "sub-client", **request: Any) -> ReserveSlotInput:
    """What ValidateRequest hands on to ReserveSlot."""
    given = validate_input(body(**request), requested_by(by), booking_id)
    return validated_input(given, validate_request(stores, given, clock_at(NOW)))


def test_a_booking_with_two_messages_takes_six(counted: tuple[Wire, Stores], db: Connection) -> None:
    seen, stores = counted
    rows(db, "DELETE FROM therapist_contacts RETURNING 1")

    given = judged(stores)
    took = [seen.trips]
    decision = reserve_slot(stores, given, clock_at(NOW))
    took.append(seen.trips)
    channels, sender = FakeProviders().channels(), Sender("practice@example.com")
    for each in decision.notifications:
        assert deliver(stores, channels, each.notification_id, clock_at(NOW), sender).outcome == Outcome.SENT
        took.append(seen.trips)

    assert took == [1, 2, 4, 6], seen.statements
    assert begun(seen) == 0
    assert 1000 < seen.longest < PINNED_FROM


def test_who_loses_asks_once_more_and_opens_no_transaction(counted: tuple[Wire, Stores]) -> None:
    seen, stores = counted
    mine, theirs = judged(stores), judged(stores, "booking-2", "sub-other-client")
    reserve_slot(stores, mine, clock_at(NOW))
    seen.clear()
    assert reserve_slot(stores, theirs, clock_at(NOW)).outcome == Outcome.SLOT_TAKEN
    assert (seen.trips, begun(seen)) == (2, 0)


def test_a_step_that_runs_again_says_the_same_without_a_transaction(counted: tuple[Wire, Stores]) -> None:
    seen, stores = counted
    given = judged(stores)
    first = reserve_slot(stores, given, clock_at(NOW))
    assert reserve_slot(stores, given, clock_at(NOW)) == first
    assert begun(seen) == 0


def test_whoever_is_free_is_found_in_two_and_booked_in_one(counted: tuple[Wire, Stores]) -> None:
    seen, stores = counted
    given = judged(stores, therapist_id=None)
    seen.clear()
    assert reserve_slot(stores, given, clock_at(NOW)).outcome == Outcome.RESERVED
    assert (seen.trips, begun(seen)) == (3, 0)


def test_what_is_held_is_begun_in_one_transaction(counted: tuple[Wire, Stores], db: Connection) -> None:
    """Its first statement takes nothing: time that is held without a hold would be held for ever."""
    seen, stores = counted
    rows(db, "UPDATE services SET approval = 'therapist' RETURNING 1")
    given = judged(stores)
    seen.clear()
    assert reserve_slot(stores, given, clock_at(NOW)).outcome == Outcome.AWAITS_APPROVAL
    assert (seen.statements[1], seen.statements[-1], begun(seen)) == ("BEGIN", "COMMIT", 1)
    assert rows(db, "SELECT awaits FROM holds") == [{"awaits": "approval"}]


def test_a_series_of_a_year_is_not_pinned_by_its_length(counted: tuple[Wire, Stores], db: Connection) -> None:
    seen, stores = counted
    rows(db, "UPDATE therapists SET booking_window_days = 400 RETURNING 1")
    given = judged(stores, recurrence="FREQ=WEEKLY;COUNT=52")
    assert len(reserve_slot(stores, given, clock_at(NOW)).sessions) == 52
    assert begun(seen) == 1
    assert 8000 < seen.longest < PINNED_FROM


def begun(seen: Wire) -> int:
    """How many transactions were opened."""
    return len([each for each in seen.statements if each.startswith("BEGIN")])
