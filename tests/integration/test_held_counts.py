"""What is held takes a time as what is booked does: absences, limits, the calendar and the wait list know of it."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Group, Outcome
from booking.contracts.offers import SettleOfferInput
from booking.errors import Refusal
from booking.model import Requester
from booking.services.waitlist.offer_slots import STALLED, offer_slots
from booking.services.waitlist.settle_offer import settle_offer
from booking.store import Stores
from local import demo
from tests.asking import EXECUTION, NOW, STARTS_AT, requested_by, reserve, reserve_input
from tests.fakes import FakeWorkflows, clock_at
from tests.holds import MINUTE, PRICE, Desk, asks_for, paid
from tests.holds import entries as money
from tests.integration.test_absences import ILL, WEEK, away, execute
from tests.integration.test_changes import cancel, move
from tests.integration.test_waitlist import (
    A_WEEK,
    OPERATOR,
    THE_SLOT,
    answer,
    asked,
    join,
    left_unanswered,
    settle,
    sweep,
    told,
)
from tests.rows import bookings, rows

THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
SOMEONE: dict[str, Any] = {"client_id": demo.OTHER_CLIENT_ID, "by": requested_by("sub-other-client")}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HELD_FOR = [{"payment": "prepay"}, {"approval": "therapist"}]


@pytest.fixture
def desk(stores: Stores, db: Connection) -> Desk:
    rows(db, "UPDATE services SET price_cents = %s RETURNING id", PRICE)
    return Desk(stores)


# -- Limits and the calendar -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("terms", [{}, *HELD_FOR], ids=str)
def test_nobody_holds_more_times_than_they_may_book(desk: Desk, db: Connection, terms: dict[str, str]) -> None:
    asks_for(db, **terms)
    rows(db, "UPDATE practice_limits SET standing_sessions = 2 RETURNING 1")
    outcomes = [reserve(desk.stores, reserve_input(f"b-{n}", STARTS_AT + n * HOUR)).outcome for n in range(4)]
    taken = [each for each in bookings(db).values() if each in ("held", "confirmed")]
    assert len(taken) == 2, outcomes


def test_what_is_paid_late_is_not_booked_into_time_off(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    desk.ends_unpaid()
    away(desk.stores, WEEK, "week")
    desk.record(paid())
    assert bookings(db) == {"booking-1": "cancelled"}
    assert ("refund", "intended", PRICE) in money(db), "it goes back"


def test_what_is_paid_late_is_not_booked_into_a_full_day(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    rows(db, "UPDATE therapists SET max_sessions_per_day = 1 RETURNING 1")
    reserve(desk.stores, reserve_input())
    desk.ends_unpaid()
    asks_for(db, payment="none")
    reserve(desk.stores, reserve_input("b-2", STARTS_AT + 2 * HOUR, **SOMEONE))
    desk.record(paid())
    assert bookings(db) == {"booking-1": "cancelled", "b-2": "confirmed"}


# -- Absences ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("terms", HELD_FOR, ids=str)
def test_an_absence_cancels_what_is_held_too(desk: Desk, db: Connection, terms: dict[str, str]) -> None:
    """Neither a payment nor a yes that comes later books it."""
    asks_for(db, **terms)
    reserve(desk.stores, reserve_input())
    workflows = FakeWorkflows()
    away(desk.stores, ILL, workflows=workflows)
    execute(desk.stores, workflows)
    if "payment" in terms:
        desk.record(paid())
        desk.settle_payment()
    else:
        with suppress(Refusal):
            desk.answer("approve", THERAPIST)
        desk.settle_approval()
    assert bookings(db) == {"booking-1": "cancelled"}


def test_an_absence_leaves_what_a_colleague_has_taken_over(stores: Stores, db: Connection) -> None:
    """At the very same time, before its cancellation has come to it."""
    rows(db, "UPDATE therapists SET booking_window_days = 400, max_sessions_per_day = NULL RETURNING 1")
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")
    reserve(stores, reserve_input())
    workflows = FakeWorkflows()
    away(stores, ILL, workflows=workflows, by=OPERATOR)
    moved = move(
        stores, STARTS_AT, by=requested_by("sub-operator", "operator"), therapist_id=str(demo.OTHER_THERAPIST_ID)
    )
    assert moved.outcome == Outcome.MOVED
    execute(stores, workflows)
    assert bookings(db) == {"booking-1": "confirmed"}


def test_who_cancels_what_was_just_waived_has_cancelled_it(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    desk.waive(THERAPIST)
    assert cancel(desk.stores).outcome == Outcome.CANCELLED
    desk.settle_payment()
    assert bookings(db) == {"booking-1": "cancelled"}


# -- The wait list -----------------------------------------------------------------------------------------------------


def test_nobody_waits_by_themselves_for_what_needs_a_yes(desk: Desk, db: Connection) -> None:
    """An offer that is accepted asks its therapist nothing: staff alone may make somebody wait for one."""
    join(desk.stores, "w-1")  # the practice asked for no yes then
    asks_for(db, approval="therapist")
    assert sweep(desk.stores) == []
    with pytest.raises(Refusal, match="rule-broken"):
        join(desk.stores, "w-2")
    join(desk.stores, "w-3", OPERATOR, asked(THE_SLOT, client_id=demo.CLIENT_ID))
    assert len(sweep(desk.stores)) == 1


def test_at_most_two_times_are_held_for_one_client_who_has_to_pay(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay", payment_minutes=1380)
    for n in range(6):
        join(desk.stores, f"w-{n}", body=A_WEEK)
    for _ in range(3):
        sweep(desk.stores)
        for row in rows(db, "SELECT booking_id FROM offers WHERE outcome IS NULL"):
            answer(desk.stores, row["booking_id"], "accept")
            settle(desk.stores, row["booking_id"])
    assert list(bookings(db).values()).count("held") == 2


def test_who_accepted_is_not_counted_as_silent(stores: Stores, db: Connection) -> None:
    """Their workflow came to it only after the session had begun."""
    join(stores, "w-1", body=A_WEEK)
    left_unanswered(stores, db, 2)
    silent = "SELECT offers_unanswered FROM clients WHERE id = %s"
    [before] = rows(db, silent, demo.CLIENT_ID)
    [booking_id] = sweep(stores)
    told(db)
    answer(stores, booking_id, "accept")
    settle_offer(stores, SettleOfferInput(booking_id=booking_id, execution=EXECUTION), clock_at(NOW + 30 * DAY))
    [after] = rows(db, silent, demo.CLIENT_ID)
    assert after["offers_unanswered"] <= before["offers_unanswered"]


def test_who_accepted_while_the_workflow_had_failed_gets_a_page_to_pay_on(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    join(desk.stores, "w-1")
    [booking_id] = sweep(desk.stores)
    answer(desk.stores, booking_id, "accept")
    workflows = FakeWorkflows()
    for n in range(1, 5):
        offer_slots(desk.stores, workflows, clock_at(NOW + STALLED + n * MINUTE))
    assert workflows.started[f"accepted-{booking_id}"]["decision"]["outcome"] == Outcome.OPEN, (
        "it asks for the answer again"
    )
