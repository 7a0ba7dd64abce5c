"""People give money back by hand, at the provider's, and banks send it back: nothing moves twice, and nobody is
forgotten."""

from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import BookingStatus, FactsOf, Outcome, PaymentPurpose, PaymentStatus
from booking.contracts.books import ExportBookingsInput, ExportedBooking
from booking.contracts.changes import AttendanceBody
from booking.contracts.finding import FindBookingsInput
from booking.contracts.holds import PaymentPrepared, PreparePaymentInput
from booking.contracts.payments import Charge, ListPaymentsInput, PaymentFacts
from booking.services.bookings.judging import occurrence_id
from booking.services.bookings.mark_attendance import mark_attendance
from booking.services.operations.export_bookings import export_bookings
from booking.services.operations.finding import find_bookings
from booking.services.payments.list_payments import list_payments
from booking.services.payments.prepare_payment import prepare_payment
from booking.store import Stores
from local.stripe import disputes
from ops import reconciling
from tests.asking import NOW, STARTS_AT
from tests.fakes import clock_at
from tests.holds import PRICE, Desk, asks_for, entries, paid, refunded
from tests.integration.test_changes import cancel
from tests.integration.test_money import settle_everything
from tests.integration.test_paying import (
    CAME_BACK,
    FEE,
    LATE,
    THERAPIST,
    desk,
    fee_facts,
    held_for_payment,
    missed,
    refused,
    status,
    waive,
    with_a_card,
)
from tests.integration.test_payment_messages import sent
from tests.integration.test_series import decide
from tests.integration.till import Till
from tests.rows import rows

__all__ = ["desk"]  # the fixture
CAME = AttendanceBody(status=BookingStatus.COMPLETED)
CHARGED = fee_facts("fee-booking-1-1", PaymentStatus.CAPTURED, payment_intent_id="pi_fee")
NEVER_WAS = {"refund_id": None}
MARCH = ExportBookingsInput.model_validate({"first": f"{STARTS_AT:%Y-%m}-01", "last": f"{STARTS_AT:%Y-%m}-31"})


def by_hand(amount: int, payment: str = "pi_1", refund_id: str = "re_hand", **more: Any) -> PaymentFacts:
    """Money that somebody has given back in the provider's dashboard: it has no key of ours."""
    return refunded("x", amount, payment, refund_id, **more).model_copy(update={"key": None})


def came(desk: Desk) -> None:
    """The therapist corrects themselves, as often as they like."""
    mark_attendance(desk.stores, desk.workflows, THERAPIST, "booking-1", CAME, clock_at(STARTS_AT))


def dispute(outcome: PaymentStatus, payment: str = "pi_1", amount: int = PRICE) -> PaymentFacts:
    about = {"object": FactsOf.DISPUTE, "payment_intent_id": payment, "dispute_id": "dp_1"}
    return PaymentFacts.model_validate({**about, "amount": amount, "currency": "EUR", "status": outcome})


def to_look_at(desk: Desk) -> list[tuple[str, str | None]]:
    found = find_bookings(desk.stores, FindBookingsInput(needing_attention=True), clock_at(NOW)).bookings
    return [(each.booking_id, each.attention.error) for each in found if each.attention]


def prepared(desk: Desk, key: str) -> PaymentPrepared:
    """What its workflow does, started or redriven now."""
    return prepare_payment(desk.stores, PreparePaymentInput(key=key, about="movement"), clock_at(NOW))


def in_the_books(desk: Desk) -> list[ExportedBooking]:
    return export_bookings(desk.stores, MARCH).bookings


# -- What nobody could give back ---------------------------------------------------------------------------------------


def test_a_refund_that_is_made_by_hand_instead_is_not_made_again(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db, **FEE)
    desk.record(paid())
    cancel(desk.stores, at=LATE)
    for _ in range(2):  # told twice
        desk.record(by_hand(PRICE // 2))
    assert prepared(desk, "refund-booking-1-1").outcome == Outcome.NOTHING
    assert [line.kept for line in in_the_books(desk)] == [PRICE // 2]
    assert (status(desk), to_look_at(desk)) == ("partly_refunded", [])


def test_a_card_does_not_pay_for_what_was_given_back_by_hand_instead(desk: Desk, db: Connection) -> None:
    with_a_card(desk, db)
    missed(desk)
    desk.record(CHARGED)
    came(desk)  # it is to go back, and Stripe does not take our key
    desk.record(by_hand(4000, "pi_fee"))
    came(desk)
    assert set(desk.workflows.started) == {"fee-booking-1-1", "refund-booking-1-1"}


def test_of_a_payment_no_more_is_given_back_than_is_left(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db)
    desk.record(paid())
    cancel(desk.stores)
    desk.record(by_hand(1000, refund_id="re_a"))
    assert prepared(desk, "refund-booking-1-1").amount == PRICE - 1000
    desk.record(by_hand(PRICE - 1000, refund_id="re_b"))
    assert [line.kept for line in in_the_books(desk)] == [0]


# -- Fees --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [1000, 4000])
def test_a_fee_that_was_given_back_by_hand_is_not_taken_again(desk: Desk, db: Connection, amount: int) -> None:
    with_a_card(desk, db)
    missed(desk)
    desk.record(CHARGED)
    desk.record(by_hand(amount, "pi_fee"))
    desk.record(CHARGED)  # told again
    for outcome in (PaymentStatus.DISPUTED, PaymentStatus.DISPUTE_WON):
        desk.record(dispute(outcome, "pi_fee", 4000))
    assert [entry for entry in entries(db) if entry[:2] == ("fee", "intended")] == [("fee", "intended", 4000)]


def test_a_fee_on_a_page_that_was_given_back_by_hand_is_not_taken_again(desk: Desk, db: Connection) -> None:
    with_a_card(desk, db)
    missed(desk)
    key = refused(desk)
    desk.record(paid(key=key, amount=4000, payment_id="pi_page", purpose=PaymentPurpose.FEE))
    desk.record(by_hand(1000, "pi_page"))
    desk.record(fee_facts(key, PaymentStatus.CAPTURED, payment_intent_id="pi_page"))
    assert ("fee", "intended", 1000) not in entries(db)


def test_a_fee_that_staff_no_longer_ask_for_is_not_taken(stores: Stores, db: Connection) -> None:
    """Stripe was down when the fee was due; when it is back, staff have asked for none."""
    till, booking_id = till_with(stores, db, payment="card_on_file", no_show_fee_kind="amount", no_show_fee_value=4000)
    till.practice.time = STARTS_AT
    till.attend(booking_id, came=False)
    till.waive(booking_id)
    settle_everything(till)
    assert till.practice.account.all("charge") == []
    with stores.transaction() as store:
        [(account, _, fees)] = store.payments.accounts([booking_id])
    assert (account.has_failed, account.fee_under_way, fees) == (False, False, 1), "and nobody has to look at it"


# -- Refunds that failed -----------------------------------------------------------------------------------------------


def test_once_a_failed_refund_is_seen_to_money_moves_as_ever(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db)
    desk.record(paid())
    desk.record(by_hand(1000, refund_id="re_a", **CAME_BACK))
    assert to_look_at(desk) == [("booking-1", "refund_failed")]
    desk.record(by_hand(1000, refund_id="re_b"))
    assert to_look_at(desk) == []
    cancel(desk.stores)
    assert ("refund", "intended", PRICE - 1000) in entries(db)
    letter = sent(desk, db, "booking_cancelled")
    assert letter is not None
    assert "EUR 80.00" in letter.text, "what goes back now, and not what went back before"


def test_a_waiver_after_a_failed_refund_was_seen_to_gives_the_rest_back(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db, **FEE)
    desk.record(paid())
    cancel(desk.stores, at=LATE)
    for more in ({}, CAME_BACK):
        desk.record(refunded("refund-booking-1-1", 4500, **more))
    desk.record(by_hand(4500))
    waive(desk)
    assert entries(db)[-1] == ("refund", "intended", 4500)


@pytest.mark.parametrize(
    "told",
    [
        (refunded("refund-booking-1-1", PRICE), by_hand(PRICE), refunded("refund-booking-1-1", PRICE, **CAME_BACK)),
        (
            by_hand(PRICE),
            refunded("refund-booking-1-1", PRICE, status=PaymentStatus.FAILED).model_copy(update=NEVER_WAS),
        ),
    ],
    ids=["staff are quicker than the event", "ours finds that it has gone back"],
)
def test_who_gives_it_back_before_we_hear_of_the_failure_has_seen_to_it(
    desk: Desk, db: Connection, told: tuple[PaymentFacts, ...]
) -> None:
    held_for_payment(desk, db)
    desk.record(paid())
    cancel(desk.stores)
    for each in told:
        desk.record(each)
    assert (status(desk), to_look_at(desk)) == ("refunded", [])


def test_more_than_the_ledger_has_left_is_entered_all_of_it(desk: Desk, db: Connection) -> None:
    """Ours came back, and staff are quicker than the event that says so."""
    held_for_payment(desk, db, **FEE)
    desk.record(paid())
    cancel(desk.stores, at=LATE)
    desk.record(refunded("refund-booking-1-1", 4500))
    desk.record(by_hand(PRICE))
    assert ("refund", "refunded", PRICE) in entries(db)


def test_a_part_of_what_failed_is_not_all_of_it(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db)
    desk.record(paid())
    cancel(desk.stores)
    desk.record(refunded("refund-booking-1-1", PRICE, **CAME_BACK))
    desk.record(by_hand(100))
    assert to_look_at(desk) == [("booking-1", "refund_failed")]


# -- Series ------------------------------------------------------------------------------------------------------------


def series_of_two(desk: Desk, db: Connection) -> str:
    """A paid series: the id of its second session."""
    asks_for(db, payment="prepay")
    decide(desk.stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=2")
    desk.record(paid("s-1", 2 * PRICE))
    return occurrence_id("s-1", 2)


@pytest.mark.parametrize("first_is_cancelled", [True, False])
def test_by_hand_it_is_the_session_whose_refund_failed(desk: Desk, db: Connection, first_is_cancelled: bool) -> None:
    second = series_of_two(desk, db)
    cancelled, other = ("s-1", second) if first_is_cancelled else (second, "s-1")
    cancel(desk.stores, cancelled)
    desk.record(refunded(f"refund-{cancelled}-1", PRICE, **CAME_BACK))
    desk.record(by_hand(PRICE))
    assert (status(desk, booking_id=cancelled), to_look_at(desk)) == ("refunded", [])
    assert status(desk, booking_id=other) == "paid"
    cancel(desk.stores, other)
    assert ("refund", "intended", PRICE) in entries(db, other)


def test_a_series_that_is_given_back_by_hand_is_given_back_session_by_session(desk: Desk, db: Connection) -> None:
    series_of_two(desk, db)
    desk.record(by_hand(PRICE, refund_id="re_a"))
    assert [(each.payment_status, each.kept) for each in in_the_books(desk)] == [("refunded", 0), ("paid", PRICE)]
    desk.record(by_hand(PRICE, refund_id="re_b"))
    assert [(each.payment_status, each.kept) for each in in_the_books(desk)] == 2 * [("refunded", 0)]


def test_a_whole_series_given_back_at_once_comes_back_as_it_went(desk: Desk, db: Connection) -> None:
    series_of_two(desk, db)
    desk.record(by_hand(2 * PRICE))
    assert [each.kept for each in in_the_books(desk)] == [0, 0]
    desk.record(by_hand(2 * PRICE, **CAME_BACK))
    assert [each.kept for each in in_the_books(desk)] == [PRICE, PRICE]
    assert {error for _, error in to_look_at(desk)} == {"refund_failed"}


# -- Disputes ----------------------------------------------------------------------------------------------------------


def test_a_refund_that_a_dispute_stopped_needs_nobody_once_the_bank_has_paid(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db, tax_percent=19)
    desk.record(paid())
    cancel(desk.stores)
    stopped = refunded("refund-booking-1-1", PRICE, status=PaymentStatus.DISPUTED, failure_code="charge_disputed")
    desk.record(stopped.model_copy(update=NEVER_WAS))
    assert to_look_at(desk) == [("booking-1", "refund_failed")], "we do not know why yet"
    desk.record(dispute(PaymentStatus.DISPUTED))
    assert to_look_at(desk) == [("booking-1", "disputed")]
    desk.record(dispute(PaymentStatus.DISPUTE_LOST))
    assert to_look_at(desk) == [], "the client has it from the bank"
    assert [(line.kept, line.tax) for line in in_the_books(desk)] == [(0, 0)]


def test_a_refund_that_a_dispute_stopped_is_made_when_the_dispute_is_won(stores: Stores, db: Connection) -> None:
    till, booking_id = till_with(stores, db, payment="prepay", late_fee_kind="none")
    account = till.practice.account
    [charge] = account.all("charge")
    till.cancel(booking_id, by_client=False)
    opened = disputes.open_one(account, charge["payment_intent"])
    settle_everything(till)
    assert charge["amount_refunded"] == 0
    disputes.close(account, opened["id"], is_won=True)
    settle_everything(till)
    assert charge["amount_refunded"] == PRICE


def till_with(stores: Stores, db: Connection, **terms: Any) -> tuple[Till, str]:
    """A practice, and a session that was booked on these terms: paid, or with a card."""
    asks_for(db, price_cents=PRICE, **terms)
    till = Till(stores, db)
    till.ask(hour=0, client=0)
    [booking_id] = till.bookings
    till.go_on(booking_id, "PaymentIsAwaited")
    till.press(till.sessions[-1], "4242")
    settle_everything(till)
    return till, booking_id


# -- Reconciling -------------------------------------------------------------------------------------------------------


def test_what_was_heard_of_two_weeks_later_is_no_difference(desk: Desk, db: Connection) -> None:
    """Its event's execution failed, and was redriven in the next month."""
    paid_at = datetime(2032, 3, 28, 12, tzinfo=UTC)
    held_for_payment(desk, db)
    desk.record(paid())
    rows(db, "ALTER TABLE payments DISABLE TRIGGER payments_append_only; SELECT 1")
    rows(db, "UPDATE payments SET at = %s RETURNING 1", datetime(2032, 4, 12, 12, tzinfo=UTC))
    charge = Charge(
        payment_intent_id="pi_1",
        booking_id="booking-1",
        key="session-booking-1",
        captured=PRICE,
        refunded=0,
        currency="EUR",
        disputed=False,
        created_at=paid_at,
    )

    class Practice:
        """Answers as the functions do."""

        def ask(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
            if function == "ListPayments":
                return list_payments(desk.stores, ListPaymentsInput.model_validate(event)).model_dump()
            since, until = (datetime.fromisoformat(event[name]) for name in ("since", "until"))
            return {"charges": [charge.model_dump()] if since <= paid_at < until else [], "next": None}

    march, april, may = (datetime(2032, month, 1, tzinfo=UTC) for month in (3, 4, 5))
    for since, until in ((march, april), (april, may)):
        assert reconciling.differences(*reconciling._both(Practice(), since, until)) == []  # type: ignore[arg-type]
