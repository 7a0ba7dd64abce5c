"""Bookings that wait for a yes or for their payment, on real PostgreSQL: who gets the time, and whose the money is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Awaits, Group, Outcome, PaymentStatus, ReasonCode
from booking.contracts.holds import AwaitHoldInput
from booking.contracts.steps import Reserved
from booking.errors import PaymentMismatch, ProviderUnavailable, Refusal
from booking.model import Requester
from booking.services.holds.await_hold import await_hold
from booking.services.holds.settle_holds import OVERDUE, settle_holds
from booking.services.people.clients import get_client
from booking.store import Store, Stores
from local import demo
from tests.asking import NOW, STARTS_AT, requested_by, reserve, reserve_input
from tests.fakes import FakeTasks, clock_at
from tests.holds import MINUTE, PRICE, Desk, asks_for, card_left, entries, paid, refunded
from tests.integration.test_changes import cancel
from tests.integration.test_series import decide
from tests.rows import bookings, ledger, rows

CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
OTHER: dict[str, Any] = {"client_id": demo.OTHER_CLIENT_ID, "by": requested_by("sub-other-client")}
FREE, LATE = STARTS_AT - timedelta(days=3), STARTS_AT - timedelta(hours=1)


@pytest.fixture
def desk(stores: Stores, db: Connection) -> Desk:
    rows(db, "UPDATE services SET price_cents = %s RETURNING id", PRICE)
    return Desk(stores)


LOCKS: dict[str, Callable[[Store], None]] = {
    "a hold": lambda store: store.holds.lock("booking-1"),
    "the money of sessions": lambda store: store.payments.lock_sessions(["booking-1"]),
}


@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS)
def test_what_is_locked_nobody_else_has_meanwhile(lock: Callable[[Store], None], desk: Desk, db: Connection) -> None:
    reserve(desk.stores, reserve_input())
    free = "SELECT id FROM bookings FOR UPDATE SKIP LOCKED"
    with desk.stores.transaction() as store:
        lock(store)
        assert rows(db, free) == []
    assert rows(db, free) == [{"id": "booking-1"}]


def test_a_session_that_is_paid_for_is_booked_and_everyone_is_told(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    held = reserve(desk.stores, reserve_input())
    assert held.outcome == Outcome.AWAITS_PAYMENT
    assert held.hold is not None
    assert (held.hold.amount, held.hold.currency, held.hold.wait_seconds) == (PRICE, "EUR", 1800)
    assert bookings(db) == {"booking-1": "held"}
    assert {event for event, *_ in ledger(db, "booking-1")} == {"payment_due"}
    assert reserve(desk.stores, reserve_input("booking-2", **OTHER)).outcome == Outcome.SLOT_TAKEN

    assert desk.record(paid()).outcome == Outcome.RECORDED
    settled = desk.settle_payment()
    assert settled.outcome == Outcome.CONFIRMED
    assert settled.notifications
    assert bookings(db)["booking-1"] == "confirmed"
    assert entries(db) == [("session", "intended", PRICE), ("session", "captured", PRICE)]


def test_whatever_is_said_twice_is_once(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    first, second = reserve(desk.stores, reserve_input()), reserve(desk.stores, reserve_input())
    assert first == second
    for _ in range(3):
        desk.record(paid())
    assert desk.settle_payment() == desk.settle_payment()
    assert entries(db) == [("session", "intended", PRICE), ("session", "captured", PRICE)]
    assert len(ledger(db, "booking-1")) == 2 + 3


def test_what_nobody_pays_for_is_free_again_and_nothing_is_before_the_provider_has_closed(
    desk: Desk, db: Connection
) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    assert desk.settle_payment().outcome == Outcome.UNPAID
    assert bookings(db) == {"booking-1": "held"}
    assert desk.settle_payment(PaymentStatus.EXPIRED).outcome == Outcome.EXPIRED
    assert bookings(db) == {"booking-1": "cancelled"}
    assert ("hold_ended", "client", "email", "queued") in ledger(db, "booking-1")
    reserved = reserve(desk.stores, reserve_input("booking-2", **OTHER))
    assert reserved.outcome == Outcome.AWAITS_PAYMENT


def test_closing_may_find_that_it_was_paid_in_the_last_moment(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    assert desk.settle_payment().outcome == Outcome.UNPAID
    assert desk.settle_payment(facts=paid()).outcome == Outcome.CONFIRMED
    assert bookings(db) == {"booking-1": "confirmed"}
    assert desk.record(paid()).next_key is None, "the event comes later, and changes nothing"
    assert entries(db)[1:] == [("session", "captured", PRICE)]


def test_paid_too_late_is_booked_if_the_time_is_free_and_given_back_if_it_is_not(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    desk.ends_unpaid()
    assert desk.record(paid()).next_key is None
    assert bookings(db) == {"booking-1": "confirmed"}

    reserve(desk.stores, reserve_input("booking-2", STARTS_AT + timedelta(hours=2)))
    desk.ends_unpaid("booking-2")
    asks_for(db, payment="none")
    reserve(desk.stores, reserve_input("booking-3", STARTS_AT + timedelta(hours=2), **OTHER))
    recorded = desk.record(paid("booking-2", payment_id="pi_2"))
    assert bookings(db)["booking-2"] == "cancelled"
    assert recorded.next_key == "refund-booking-2-1"
    told = desk.record(refunded("refund-booking-2-1", PRICE, "pi_2"))
    assert [each for each in ledger(db, "booking-2") if each[0] == "payment_refunded"]
    assert told.notifications
    assert told.next_key is None
    assert entries(db, "booking-2")[-2:] == [("refund", "intended", PRICE), ("refund", "refunded", PRICE)]


def test_a_therapist_says_yes_and_then_it_is_paid_for(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay", approval="therapist")
    held = reserve(desk.stores, reserve_input())
    assert held.outcome == Outcome.AWAITS_APPROVAL
    assert [event for event, *_ in ledger(db, "booking-1")] == ["approval_requested"]
    with pytest.raises(Refusal):
        desk.answer("approve", CLIENT)
    desk.answer("approve", THERAPIST)
    with pytest.raises(Refusal):
        desk.answer("decline", THERAPIST)
    approved = desk.settle_approval()
    assert approved.outcome == Outcome.AWAITS_PAYMENT
    assert desk.settle_approval() == approved
    desk.record(paid())
    assert desk.settle_payment().outcome == Outcome.CONFIRMED


@pytest.mark.parametrize(("answer", "outcome"), [("decline", Outcome.DECLINED), (None, Outcome.EXPIRED)])
def test_a_no_and_silence_free_the_time_and_nobody_is_asked_to_pay(
    desk: Desk, db: Connection, answer: str | None, outcome: Outcome
) -> None:
    asks_for(db, payment="prepay", approval="therapist")
    reserve(desk.stores, reserve_input())
    if answer is not None:
        desk.answer(answer, THERAPIST)
    assert desk.settle_approval().outcome == desk.settle_approval().outcome == outcome
    assert bookings(db) == {"booking-1": "cancelled"}
    assert entries(db) == []


def test_who_keeps_the_calendar_needs_no_yes(desk: Desk, db: Connection) -> None:
    asks_for(db, approval="therapist")
    by = requested_by("sub-therapist", "therapist")
    assert reserve(desk.stores, reserve_input(by=by, client_id=demo.CLIENT_ID)).outcome == Outcome.RESERVED


@pytest.mark.parametrize("terms", [{"approval": "therapist"}, {"payment": "prepay"}])
def test_a_client_cancels_what_is_held(desk: Desk, db: Connection, terms: dict[str, str]) -> None:
    asks_for(db, **terms)
    reserve(desk.stores, reserve_input())
    assert cancel(desk.stores, "booking-1", at=LATE).outcome == Outcome.CANCELLED, "what is only held is never late"
    if "payment" in terms:
        assert bookings(db) == {"booking-1": "held"}, "at the provider first"
        assert desk.ends_unpaid() == Outcome.CANCELLED
    else:
        assert desk.settle_approval().outcome == Outcome.CANCELLED
    assert bookings(db) == {"booking-1": "cancelled"}


def test_who_cancels_and_pays_at_once_gets_it_back(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    cancel(desk.stores, "booking-1", at=NOW)
    assert desk.record(paid()).next_key == "refund-booking-1-1"
    assert desk.settle_payment().outcome == Outcome.CANCELLED
    assert bookings(db) == {"booking-1": "cancelled"}


@pytest.mark.parametrize(("at", "back"), [(FREE, PRICE), (LATE, PRICE // 2)])
def test_what_is_cancelled_goes_back_as_was_agreed(desk: Desk, db: Connection, at: object, back: int) -> None:
    asks_for(db, payment="prepay", late_fee_kind="percent", late_fee_value=50, free_cancellation_minutes=1440)
    reserve(desk.stores, reserve_input())
    desk.record(paid())
    asks_for(db, late_fee_kind="percent", late_fee_value=100)  # what was promised is kept
    cancel(desk.stores, "booking-1", at=at)  # type: ignore[arg-type]
    assert entries(db)[-1] == ("refund", "intended", back)


def test_a_fee_is_taken_from_the_card_that_is_kept(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="card_on_file", late_fee_kind="amount", late_fee_value=2500)
    held = reserve(desk.stores, reserve_input())
    assert held.hold is not None
    assert (held.hold.purpose, held.hold.amount) == ("card", 0)
    desk.record(card_left())
    assert desk.settle_payment().outcome == Outcome.CONFIRMED
    cancel(desk.stores, "booking-1", at=LATE)
    assert entries(db)[-1] == ("fee", "intended", 2500)


def test_staff_ask_for_no_payment(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    with pytest.raises(Refusal):
        desk.waive(CLIENT)
    desk.waive(THERAPIST)
    assert desk.settle_payment().outcome == Outcome.CONFIRMED
    assert desk.record(paid()).next_key == "refund-booking-1-1", "who pays all the same gets it back"


@pytest.mark.parametrize("wrong", [{"amount": PRICE - 1}, {"currency": "USD"}, {"key": "session-other"}])
def test_another_amount_or_currency_changes_nothing(desk: Desk, db: Connection, wrong: dict[str, object]) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    with pytest.raises(PaymentMismatch):
        desk.record(paid(**wrong))  # type: ignore[arg-type]
    assert bookings(db) == {"booking-1": "held"}
    assert entries(db) == [("session", "intended", PRICE)]


def test_a_free_session_is_no_payment(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay", price_cents=0)
    assert reserve(desk.stores, reserve_input()).outcome == Outcome.RESERVED


def test_a_hold_never_outlasts_the_sessions_beginning(desk: Desk, db: Connection) -> None:
    asks_for(db, approval="therapist")
    rows(db, "UPDATE therapists SET minimum_notice_minutes = 0 RETURNING id")
    held = reserve(desk.stores, reserve_input(), STARTS_AT - 20 * MINUTE)
    assert held.hold is not None
    assert held.hold.until == STARTS_AT


def test_the_answer_finds_the_wait_whichever_comes_second(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    given = AwaitHoldInput(booking_id="booking-1", task_token="t-1")
    await_hold(desk.stores, desk.tasks, given, Awaits.PAYMENT)
    assert desk.tasks.succeeded == []
    desk.record(paid())
    assert desk.tasks.succeeded == [("t-1", "{}")]
    await_hold(desk.stores, desk.tasks, AwaitHoldInput(booking_id="booking-1", task_token="t-2"), Awaits.PAYMENT)
    assert desk.tasks.succeeded[-1] == ("t-2", "{}")


def test_the_sweep_frees_what_no_workflow_has_settled_and_starts_what_nobody_moved(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    ended = NOW + 30 * MINUTE
    for at, status in ((ended + OVERDUE - MINUTE, "held"), (ended + OVERDUE + MINUTE, "cancelled")):
        settle_holds(desk.stores, desk.workflows, FakeTasks(), clock_at(at))
        assert bookings(db) == {"booking-1": status}
    reserve(desk.stores, reserve_input("booking-2", STARTS_AT + timedelta(hours=2)))
    desk.record(paid("booking-2", payment_id="pi_2"))
    cancel(desk.stores, "booking-2", at=NOW)
    settle_holds(desk.stores, desk.workflows, FakeTasks(), clock_at(NOW + timedelta(days=9999)))
    assert list(desk.workflows.started) == ["refund-booking-2-1"]


def test_a_disputed_payment_is_never_given_back_by_us(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    desk.record(paid())
    dispute = {"object": "dispute", "status": "disputed", "payment_intent_id": "pi_1", "dispute_id": "dp_1"}
    facts = paid().model_validate({**dispute, "amount": PRICE, "currency": "EUR"})
    desk.record(facts)
    assert bookings(db) == {"booking-1": "confirmed"}, "the session stands"
    cancel(desk.stores, "booking-1", at=NOW)
    assert entries(db)[-1] == ("session", "disputed", PRICE)
    assert desk.record(facts.model_copy(update={"status": PaymentStatus.DISPUTE_WON})).next_key == "refund-booking-1-1"


def test_a_series_is_paid_as_one_and_given_back_session_by_session(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    held = decide(desk.stores, "booking-1", recurrence="FREQ=WEEKLY;COUNT=3")
    assert isinstance(held, Reserved)
    assert held.hold is not None
    assert held.hold.amount == 3 * PRICE
    desk.record(paid(amount=3 * PRICE))
    assert desk.settle_payment().outcome == Outcome.CONFIRMED
    second = rows(db, "SELECT id FROM bookings WHERE occurrence = 2")[0]["id"]
    cancel(desk.stores, second, at=NOW)
    assert entries(db, second)[-1] == ("refund", "intended", PRICE)
    assert entries(db, "booking-1")[-1] == ("session", "captured", PRICE)


def test_what_stands_in_the_way_is_said_of_a_hold_too(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    refused = reserve(desk.stores, reserve_input("booking-2", **OTHER))
    assert [reason.code for reason in refused.reasons] == [ReasonCode.SLOT_TAKEN]


def test_whose_a_request_is_its_therapist_reads_while_it_waits_and_not_after_a_no(desk: Desk, db: Connection) -> None:
    """A therapist who has nothing else to do with them, as the message that asks for the answer names them."""

    def known() -> bool:
        try:
            return get_client(desk.stores, THERAPIST, demo.CLIENT_ID).name != ""
        except Refusal:
            return False

    assert not known()
    asks_for(db, approval="therapist")
    reserve(desk.stores, reserve_input())
    assert known()
    desk.answer("decline", THERAPIST)
    assert desk.settle_approval().outcome == Outcome.DECLINED
    assert not known()
    reserve(desk.stores, reserve_input("booking-2"))
    desk.answer("approve", THERAPIST, "booking-2")
    assert desk.settle_approval("booking-2").outcome == Outcome.CONFIRMED
    assert known()


def test_who_waits_is_woken_again_when_the_first_time_was_lost(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    await_hold(desk.stores, desk.tasks, AwaitHoldInput(booking_id="booking-1", task_token="t-1"), Awaits.PAYMENT)
    desk.tasks.unreachable = ProviderUnavailable("Step Functions")
    with pytest.raises(ProviderUnavailable):
        desk.record(paid())
    desk.tasks.unreachable = None
    desk.record(paid())
    assert desk.tasks.succeeded == [("t-1", "{}")]


def test_a_refund_that_is_refused_is_for_a_person_to_look_at(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    desk.record(paid())
    cancel(desk.stores, "booking-1", at=NOW)
    refused = refunded("refund-booking-1-1", PRICE).model_copy(
        update={"status": PaymentStatus.FAILED, "refund_id": None, "failure_code": "charge_already_refunded"}
    )
    assert desk.record(refused).outcome == Outcome.RECORDED
    assert entries(db)[-1] == ("refund", "failed", PRICE)
    assert rows(db, "SELECT code FROM payments_to_look_at") == [{"code": "charge_already_refunded"}]
    assert rows(db, "SELECT key FROM payments_to_make") == []
