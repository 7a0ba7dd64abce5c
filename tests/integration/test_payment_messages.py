"""What people are told of bookings that wait, and of money: who hears it, when not any more, and in which words."""

from datetime import timedelta
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection

from booking import money
from booking.codes import Group, NotificationStatus, PaymentEntry, PaymentPurpose, PaymentStatus
from booking.contracts.payments import PaymentFacts
from booking.model import Requester
from booking.notices import Message, Sender
from booking.services.notifications.send_notification import deliver
from booking.store import Stores
from booking.store.payments import Entry
from local import demo
from local.stripe import money as stripes
from tests.asking import NOW, STARTS_AT, requested_by, reserve, reserve_input
from tests.fakes import FakeProviders, clock_at
from tests.holds import PRICE, Desk, asks_for, card_left, paid, refunded
from tests.integration.test_changes import cancel
from tests.integration.test_series import decide
from tests.rows import ledger, rows

THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
OPERATOR = requested_by("sub-operator", "operator")
HOUR = timedelta(hours=1)
LATE = STARTS_AT - HOUR
SITE = "https://book.example.com"
RECEIPT = "https://pay.example.com/receipts/1"


@pytest.fixture
def desk(stores: Stores, db: Connection) -> Desk:
    rows(db, "UPDATE practice SET name = 'Practice Adler', cancellation_policy = '{}' RETURNING 1")
    rows(db, "UPDATE services SET price_cents = %s RETURNING id", PRICE)
    return Desk(stores)


def sent(desk: Desk, db: Connection, event: str, booking_id: str = "booking-1", to: str = "client") -> Message | None:
    """The e-mail as it leaves now; None: it does not, for it is not so any more."""
    [row] = rows(
        db,
        "SELECT id, status FROM notifications"
        " WHERE event = %s AND booking_id = %s AND recipient = %s AND channel = 'email'",
        event,
        booking_id,
        to,
    )
    assert row["status"] == NotificationStatus.QUEUED
    providers = FakeProviders()
    delivery = deliver(
        desk.stores, providers.channels(), UUID(str(row["id"])), clock_at(desk.now), Sender("noreply@example.com", SITE)
    )
    assert (delivery.reason is None) == bool(providers.email.sent)
    return providers.email.sent[0][1] if providers.email.sent else None


def texts(desk: Desk, db: Connection, event: str, booking_id: str = "booking-1", to: str = "client") -> str:
    """All that an e-mail says, on one line."""
    message = sent(desk, db, event, booking_id, to)
    assert message is not None
    return " ".join(f"{message.subject} {message.text}".split())


def told(db: Connection, booking_id: str = "booking-1") -> set[tuple[str, str]]:
    """Who was told of what."""
    return {(event, recipient) for event, recipient, *_ in ledger(db, booking_id)}


def test_a_therapist_is_asked_and_the_client_hears_only_the_answer(desk: Desk, db: Connection) -> None:
    asks_for(db, approval="therapist")
    reserve(desk.stores, reserve_input())
    assert told(db) == {("approval_requested", "therapist")}
    text = texts(desk, db, "approval_requested", to="therapist")
    assert "Jonas Weber asks for individual session (50 minutes) with you on Wednesday 3 March 2032, 10:00" in text
    assert "held until Wednesday 3 March 2032, 10:00 (Europe/Berlin, CET), and booked only if you approve" in text
    assert f"See the request and answer: {SITE}/held " in text
    desk.answer("approve", THERAPIST)
    desk.settle_approval()
    assert "is booked for" in texts(desk, db, "booking_confirmed")
    assert told(db) >= {("booking_confirmed", "client"), ("booking_confirmed", "therapist")}


def test_what_is_answered_already_is_not_asked(desk: Desk, db: Connection) -> None:
    asks_for(db, approval="therapist")
    reserve(desk.stores, reserve_input())
    desk.answer("approve", THERAPIST)
    assert sent(desk, db, "approval_requested", to="therapist") is None


def test_no_request_is_shown_after_its_hold_has_ended(desk: Desk, db: Connection) -> None:
    asks_for(db, approval="therapist", approval_minutes=60)
    reserve(desk.stores, reserve_input())
    desk.now = NOW + HOUR
    assert sent(desk, db, "approval_requested", to="therapist") is None


@pytest.mark.parametrize("is_internal", [False, True])
def test_who_is_declined_hears_why_if_a_reason_was_given(desk: Desk, db: Connection, is_internal: bool) -> None:
    asks_for(db, approval="therapist", payment="prepay")
    reserve(desk.stores, reserve_input())
    given = "INSERT INTO booking_words VALUES ('booking-1', 'reason', %s, %s, %s, %s) RETURNING 1"
    rows(db, given, "sub-therapist", "I am on a course.", is_internal, NOW)
    rows(db, given, "sub-other-therapist", "Somebody else's words.", False, NOW)
    desk.answer("decline", THERAPIST)
    desk.settle_approval()
    with desk.stores.transaction() as store:
        store.words.settle_loose(NOW + timedelta(days=1), 100)
    text = texts(desk, db, "hold_ended")
    assert "Your request was declined" in text
    assert "nothing was charged" in text
    assert ("The reason given: “I am on a course.”" in text) is not is_internal
    assert "Somebody else" not in text
    assert told(db) == {("approval_requested", "therapist"), ("hold_ended", "client")}


def test_silence_is_said_to_be_silence(desk: Desk, db: Connection) -> None:
    asks_for(db, approval="therapist")
    reserve(desk.stores, reserve_input())
    desk.settle_approval()
    text = texts(desk, db, "hold_ended")
    assert "was not answered in time. The time is free for others again, and nothing was charged" in text


def test_a_client_reads_until_when_to_pay_what_and_where(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay", late_fee_kind="percent", late_fee_value=50)
    reserve(desk.stores, reserve_input())
    assert told(db) == {("payment_due", "client")}, "the therapist hears of what is booked"
    text = texts(desk, db, "payment_due")
    assert "is held for you until Monday 1 March 2032, 09:30 (Europe/London, GMT; 10:30 Europe/Berlin)" in text
    assert "booked once you have paid EUR 90.00" in text
    assert "A late cancellation costs EUR 45.00." in text
    assert f"See the session and pay: {SITE}/bookings/booking-1" in text


def test_nobody_is_asked_to_pay_what_is_paid_or_is_over(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    desk.record(paid())
    assert sent(desk, db, "payment_due") is None
    reserve(desk.stores, reserve_input("booking-2", STARTS_AT + 2 * HOUR))
    desk.ends_unpaid("booking-2")
    assert sent(desk, db, "payment_due", "booking-2") is None


def test_who_has_paid_reads_how_much_and_has_a_receipt(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    desk.record(paid())
    desk.settle_payment()
    message = sent(desk, db, "booking_confirmed")
    assert message is not None
    assert f"You have paid EUR 90.00. Your receipt: {RECEIPT}" in message.text
    assert f'href="{RECEIPT}"' in message.html
    assert "paid" not in texts(desk, db, "booking_confirmed", to="therapist")


def test_a_booking_without_money_says_nothing_of_it(desk: Desk, db: Connection) -> None:
    asks_for(db, late_fee_kind="percent", late_fee_value=50)
    reserve(desk.stores, reserve_input())
    assert "EUR" not in texts(desk, db, "booking_confirmed")
    cancel(desk.stores)
    text = texts(desk, db, "booking_cancelled")
    assert "EUR" not in text
    assert "charged" not in text


def test_a_card_is_kept_for_fees_and_they_are_named(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="card_on_file", late_fee_kind="amount", late_fee_value=2500)
    asks_for(db, no_show_fee_kind="percent", no_show_fee_value=100)
    reserve(desk.stores, reserve_input())
    fees = "A late cancellation costs EUR 25.00, a missed session EUR 90.00."
    text = texts(desk, db, "payment_due")
    assert "left a card. Nothing is charged now: the card is kept for fees only" in text
    assert fees in text
    desk.record(card_left())
    desk.settle_payment()
    text = texts(desk, db, "booking_confirmed")
    assert "You have left a card. Nothing is charged to it now" in text
    assert fees in text


def test_nothing_is_said_of_fees_that_staff_do_not_ask_for(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay", late_fee_kind="percent", late_fee_value=50)
    reserve(desk.stores, reserve_input())
    desk.waive(THERAPIST)
    desk.settle_payment()
    assert "EUR" not in texts(desk, db, "booking_confirmed")


def test_what_nobody_paid_for_is_free_again_and_cost_nothing(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    desk.ends_unpaid()
    text = texts(desk, db, "hold_ended")
    assert "is not booked: the payment did not come in time" in text
    assert "nothing was charged" in text


def test_a_hold_that_ended_and_was_paid_all_the_same_is_no_ended_one(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    desk.ends_unpaid()
    desk.record(paid())
    assert sent(desk, db, "hold_ended") is None
    assert "You have paid EUR 90.00" in texts(desk, db, "booking_confirmed")


def test_paid_when_somebody_else_had_the_time(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    desk.ends_unpaid()
    asks_for(db, payment="none")
    other = requested_by("sub-other-client")
    reserve(desk.stores, reserve_input("booking-2", client_id=demo.OTHER_CLIENT_ID, by=other))
    desk.record(paid())
    assert "nothing was charged" not in texts(desk, db, "hold_ended")
    desk.record(refunded("refund-booking-1-1", PRICE))
    text = texts(desk, db, "payment_refunded")
    assert "We have refunded EUR 90.00 of your payment for individual session with Miriam Adler on Wednesday" in text
    assert "5 to 10 days" in text
    assert "could not be booked any more: somebody else had it" in text


@pytest.mark.parametrize(
    ("by", "at", "said"),
    [
        (None, NOW, "You get back the EUR 90.00 that you have paid, in 5 to 10 days."),
        (
            None,
            LATE,
            "you have paid, EUR 45.00 goes back to you, in 5 to 10 days; EUR 45.00 is kept as the fee",
        ),
        (OPERATOR, LATE, "You get back the EUR 90.00 that you have paid"),
    ],
)
def test_who_cancels_reads_what_goes_back(
    desk: Desk, db: Connection, by: dict[str, str] | None, at: object, said: str
) -> None:
    asks_for(db, payment="prepay", late_fee_kind="percent", late_fee_value=50, free_cancellation_minutes=1440)
    reserve(desk.stores, reserve_input())
    desk.record(paid())
    desk.settle_payment()
    cancel(desk.stores, by=by, at=at)  # type: ignore[arg-type]
    assert said in texts(desk, db, "booking_cancelled")
    assert "EUR" not in texts(desk, db, "booking_cancelled", to="therapist")
    back = PRICE // 2 if "kept" in said else PRICE
    desk.record(refunded("refund-booking-1-1", back))
    text = texts(desk, db, "payment_refunded")
    assert f"refunded {'EUR 45.00' if back < PRICE else 'EUR 90.00'}" in text
    assert "this session was cancelled" in text


def test_what_was_only_held_is_cancelled_for_nothing_and_only_its_client_hears_of_it(
    desk: Desk, db: Connection
) -> None:
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    cancel(desk.stores, at=LATE)
    desk.ends_unpaid()
    assert "Nothing is charged for it." in texts(desk, db, "booking_cancelled")
    assert told(db) == {("payment_due", "client"), ("booking_cancelled", "client")}
    assert sent(desk, db, "payment_due") is None


def test_a_therapist_who_was_asked_hears_that_it_is_off(desk: Desk, db: Connection) -> None:
    asks_for(db, approval="therapist")
    reserve(desk.stores, reserve_input())
    cancel(desk.stores)
    assert "Jonas Weber has cancelled" in texts(desk, db, "booking_cancelled", to="therapist")


def fee(status: PaymentStatus, number: int = 1, **other: object) -> PaymentFacts:
    """What the provider says of a fee."""
    facts = {
        "object": "payment",
        "status": status,
        "booking_id": "booking-1",
        "key": f"fee-booking-1-{number}",
        "purpose": PaymentPurpose.FEE,
        "amount": 2500,
        "currency": "EUR",
        "payment_intent_id": "pi_9",
        "receipt_url": f"{RECEIPT}/9" if status == PaymentStatus.CAPTURED else None,
    }
    return PaymentFacts.model_validate({**facts, **other})


@pytest.fixture
def late(desk: Desk, db: Connection) -> Desk:
    """A session with a card on file was cancelled late."""
    asks_for(db, payment="card_on_file", late_fee_kind="amount", late_fee_value=2500, free_cancellation_minutes=1440)
    reserve(desk.stores, reserve_input())
    desk.record(card_left())
    desk.settle_payment()
    cancel(desk.stores, at=LATE)
    return desk


def test_a_fee_is_announced_and_then_told_with_its_receipt(late: Desk, db: Connection) -> None:
    assert "The fee is EUR 25.00. It is taken from the card that you have left." in texts(late, db, "booking_cancelled")
    late.record(fee(PaymentStatus.CAPTURED))
    late.record(fee(PaymentStatus.CAPTURED))
    text = texts(late, db, "fee_charged")
    assert "For your late cancellation of individual session with Miriam Adler on Wednesday 3 March 2032" in text
    assert f"a fee of EUR 25.00 was charged to your card. Your receipt: {RECEIPT}/9" in text


@pytest.mark.parametrize("status", [PaymentStatus.FAILED, PaymentStatus.NEEDS_PERSON])
def test_a_fee_that_the_card_did_not_take_can_be_paid_on_the_page(
    late: Desk, db: Connection, status: PaymentStatus
) -> None:
    late.record(fee(status))
    text = texts(late, db, "fee_due")
    assert "a fee of EUR 25.00 is due. It could not be taken from your card" in text
    assert f"See the session and pay: {SITE}/bookings/booking-1" in text


def test_nobody_is_asked_for_a_fee_that_is_paid_or_forgiven(late: Desk, db: Connection) -> None:
    late.record(fee(PaymentStatus.FAILED))
    late.record(fee(PaymentStatus.CAPTURED))
    assert sent(late, db, "fee_due") is None
    rows(db, "DELETE FROM notifications WHERE event = 'fee_charged' RETURNING 1")
    rows(db, "UPDATE notifications SET status = 'queued' RETURNING 1")
    rows(db, "UPDATE bookings SET payment_waived_by = 'sub-operator' RETURNING 1")
    assert sent(late, db, "fee_due") is None


def test_a_session_that_was_missed_is_called_missed(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="card_on_file", no_show_fee_kind="amount", no_show_fee_value=2500)
    reserve(desk.stores, reserve_input())
    desk.record(card_left())
    desk.settle_payment()
    rows(db, "UPDATE bookings SET status = 'no_show' RETURNING 1")
    of_fee = PaymentPurpose.FEE, PaymentEntry.INTENDED, 2500, "EUR", "sub-therapist"
    with desk.stores.transaction() as store:
        store.payments.enter(Entry("booking-1", "fee-booking-1-1", *of_fee))
    desk.record(fee(PaymentStatus.CAPTURED))
    assert "For your missed session, individual session with Miriam Adler" in texts(desk, db, "fee_charged")


def test_a_series_is_paid_for_as_one_and_each_session_given_back_by_itself(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="prepay")
    decide(desk.stores, "booking-1", recurrence="FREQ=WEEKLY;COUNT=3")
    text = texts(desk, db, "payment_due")
    assert "3 sessions of individual session (50 minutes) with Miriam Adler are held for you until" in text
    assert "paid EUR 270.00" in text
    desk.record(paid(amount=3 * PRICE))
    desk.settle_payment()
    assert "You have paid EUR 270.00." in texts(desk, db, "booking_confirmed")
    second = rows(db, "SELECT id FROM bookings WHERE occurrence = 2")[0]["id"]
    cancel(desk.stores, second)
    assert "You get back the EUR 90.00 that you have paid" in texts(desk, db, "booking_cancelled", second)
    desk.record(refunded(f"refund-{second}-1", PRICE))
    assert "on Wednesday 10 March 2032" in texts(desk, db, "payment_refunded", second)


@pytest.mark.parametrize(
    ("price", "currency", "amount", "english", "german"),
    [(900000, "JPY", 9000, "JPY 9,000", "9.000 JPY"), (1250, "KWD", 12500, "KWD 12.500", "12,500 KWD")],
)
def test_an_amount_is_its_currencys(
    desk: Desk, db: Connection, price: int, currency: str, amount: int, english: str, german: str
) -> None:
    asks_for(db, payment="prepay", price_cents=price, currency=currency)
    held = reserve(desk.stores, reserve_input())
    assert held.hold is not None
    assert (held.hold.amount, held.hold.currency) == (amount, currency)
    assert f"paid {english}." in texts(desk, db, "payment_due")
    desk.record(paid(amount=amount, currency=currency))
    rows(db, "UPDATE clients SET language = 'de' RETURNING 1")
    desk.settle_payment()
    assert f"Sie haben {german} bezahlt." in texts(desk, db, "booking_confirmed")
    cancel(desk.stores)
    assert f"Die {german}, die Sie bezahlt haben" in texts(desk, db, "booking_cancelled")


def test_the_database_counts_money_as_the_program_does(db: Connection) -> None:
    for currency in (each.upper() for each in stripes._CURRENCIES):
        [row] = rows(db, "SELECT amount_of(10000, %s) AS amount", currency)
        assert row["amount"] == money.from_hundredths(10000, currency)


def test_who_asks_for_discretion_reads_amounts_and_no_names(desk: Desk, db: Connection) -> None:
    rows(db, "UPDATE clients SET discreet = true RETURNING 1")
    asks_for(db, payment="prepay", approval="therapist")
    reserve(desk.stores, reserve_input())
    desk.answer("approve", THERAPIST)
    desk.settle_approval()
    text = texts(desk, db, "payment_due")
    assert "EUR 90.00" in text
    assert "Adler" not in text
    assert "individual" not in text


def test_what_somebody_has_muted_is_not_entered(desk: Desk, db: Connection) -> None:
    rows(db, "UPDATE client_contacts SET muted = '{payment_due}' WHERE channel = 'sms' RETURNING 1")
    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input())
    assert [(event, channel) for event, _, channel, _ in ledger(db, "booking-1")] == [("payment_due", "email")]
