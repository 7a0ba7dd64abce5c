"""What readers of a booking are told of money and of what it waits for, and what they may say to it."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import (
    Awaits,
    BookingStatus,
    FactsOf,
    Group,
    HoldAnswer,
    PaymentPurpose,
    PaymentStanding,
    PaymentStatus,
)
from booking.contracts.bookings import BookingAnswer, BookingsQuery
from booking.contracts.books import ExportBookingsInput
from booking.contracts.changes import AttendanceBody
from booking.contracts.finding import FindBookingsInput
from booking.contracts.holds import ApprovalBody, KeepCheckoutInput, PaymentWaiverBody
from booking.contracts.payments import PaymentFacts
from booking.errors import Refusal
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking, list_bookings
from booking.services.bookings.get_series import get_series
from booking.services.bookings.judging import occurrence_id
from booking.services.bookings.mark_attendance import mark_attendance
from booking.services.holds.answering import answer_request
from booking.services.holds.keep_checkout import keep_checkout
from booking.services.operations.booking_file import booking_file
from booking.services.operations.export_bookings import export_bookings
from booking.services.operations.finding import find_bookings
from booking.services.payments.pay_fee import pay_fee
from booking.services.payments.waive_payment import waive_payment
from booking.services.people.client_data import forget_clients
from booking.services.people.giving_out import export
from booking.store import Stores
from booking.versions import etag
from local import demo
from tests.asking import NOW, STARTS_AT, reserve, reserve_input
from tests.fakes import FakeWorkflows, clock_at
from tests.holds import PRICE, Desk, asks_for, card_left, paid, refunded
from tests.integration.test_changes import cancel
from tests.integration.test_series import decide
from tests.rows import bookings, rows

CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
COLLEAGUE = Requester("sub-other-therapist", frozenset({Group.THERAPIST}))
OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
PAGE = "https://pay.example.com/cs_1"
LATE = STARTS_AT - timedelta(hours=1)
FEE = {"late_fee_kind": "percent", "late_fee_value": 50, "no_show_fee_kind": "amount", "no_show_fee_value": 4000}
NO_SHOW = AttendanceBody(status=BookingStatus.NO_SHOW)


@pytest.fixture
def desk(stores: Stores, db: Connection) -> Desk:
    rows(db, "UPDATE services SET price_cents = %s RETURNING id", PRICE)
    return Desk(stores)


def read(desk: Desk, requester: Requester = CLIENT, booking_id: str = "booking-1", at: Any = NOW) -> BookingAnswer:
    return get_booking(desk.stores, FakeWorkflows(), requester, booking_id, clock_at(at))


def status(desk: Desk, requester: Requester = CLIENT, booking_id: str = "booking-1") -> str:
    payment = read(desk, requester, booking_id).payment
    assert payment is not None
    return payment.status


def opened(desk: Desk, booking_id: str = "booking-1", at: Any = NOW) -> None:
    """The workflow has opened a page at the provider."""
    given = KeepCheckoutInput(booking_id=booking_id, checkout_id="cs_1", url=PAGE)
    keep_checkout(desk.stores, given, clock_at(at))


def held_for_payment(desk: Desk, db: Connection, **terms: Any) -> None:
    asks_for(db, payment="prepay", **terms)
    reserve(desk.stores, reserve_input())


def with_a_card(desk: Desk, db: Connection) -> None:
    """Booked, with a card for the fees."""
    asks_for(db, payment="card_on_file", **FEE)
    reserve(desk.stores, reserve_input())
    desk.record(card_left())


def missed(desk: Desk, booking_id: str = "booking-1") -> BookingAnswer:
    return mark_attendance(desk.stores, desk.workflows, THERAPIST, booking_id, NO_SHOW, clock_at(STARTS_AT))


def fee_facts(key: str, outcome: PaymentStatus, amount: int = 4000, **other: Any) -> PaymentFacts:
    known = {"object": FactsOf.PAYMENT, "purpose": PaymentPurpose.FEE, "key": key, "currency": "EUR"}
    return PaymentFacts.model_validate({**known, "status": outcome, "amount": amount, **other})


def refused(desk: Desk, booking_id: str = "booking-1") -> str:
    """The card does not take the fee: its key."""
    key = f"fee-{booking_id}-1"
    desk.record(fee_facts(key, PaymentStatus.FAILED, failure_code="card_declined", payment_intent_id="pi_fee"))
    return key


# -- What is read -----------------------------------------------------------------------------------------------------


def test_who_has_to_pay_reads_where_and_nobody_else_does(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db)
    before = read(desk)
    assert before.hold is not None
    assert (before.hold.awaits, before.hold.has_checkout) == ("payment", False)
    assert before.hold.until == NOW + timedelta(minutes=30)
    opened(desk)
    after = read(desk)
    assert after.hold is not None
    assert (after.hold.has_checkout, after.hold.checkout_url) == (True, PAGE)
    assert etag(after) != etag(before)
    for staff in (THERAPIST, OPERATOR):
        hold = read(desk, staff).hold
        assert hold is not None
        assert (hold.has_checkout, hold.checkout_url) == (True, None)
    [listed] = list_bookings(desk.stores, CLIENT, BookingsQuery()).bookings
    assert (listed.hold, listed.payment) == (after.hold, after.payment)


def test_what_was_paid_is_read_by_all_and_its_receipt_by_whose_it_is(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db)
    assert status(desk) == PaymentStanding.DUE
    desk.record(paid())
    seen = {each: read(desk, each) for each in (CLIENT, THERAPIST, OPERATOR)}
    assert {answer.hold for answer in seen.values()} == {None}
    payments = [answer.payment for answer in seen.values() if answer.payment is not None]
    assert [(each.rule, each.status, each.paid, each.refunded, each.currency) for each in payments] == 3 * [
        ("prepay", "paid", PRICE, 0, "EUR")
    ]
    assert [each.receipt_url is not None for each in payments] == [True, False, True]


def test_a_session_without_payment_says_so(desk: Desk) -> None:
    reserve(desk.stores, reserve_input())
    payment = read(desk).payment
    assert payment is not None
    assert (payment.rule, payment.status, payment.paid, payment.fee) == ("none", "none", 0, 0)


def test_cancelling_says_what_it_costs_and_costs_that(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db, **FEE)
    desk.record(paid())
    free, late = read(desk).changes, read(desk, at=LATE).changes
    assert free is not None
    assert late is not None
    assert (free.cancellation.fee, free.cancellation.refund) == (0, PRICE)
    assert (late.cancellation.fee, late.cancellation.refund) == (PRICE // 2, PRICE // 2)
    kept = read(desk, THERAPIST, at=LATE).changes
    assert kept is not None
    assert (kept.cancellation.fee, kept.cancellation.refund) == (0, PRICE), "who keeps the calendar is never late"
    cancel(desk.stores, at=LATE)
    assert status(desk) == PaymentStanding.PAID
    desk.record(refunded("refund-booking-1-1", PRICE // 2))
    payment = read(desk).payment
    assert payment is not None
    assert (payment.status, payment.refunded, payment.fee) == ("partly_refunded", PRICE // 2, PRICE // 2)


def test_cancelling_late_takes_the_fee_from_the_card_as_was_said(desk: Desk, db: Connection) -> None:
    with_a_card(desk, db)
    assert status(desk) == PaymentStanding.CARD_KEPT
    late = read(desk, at=LATE).changes
    assert late is not None
    assert (late.cancellation.fee, late.cancellation.refund) == (PRICE // 2, 0)
    payment = read(desk).payment
    assert payment is not None
    assert (payment.late_cancellation_fee, payment.no_show_fee) == (PRICE // 2, 4000)


def test_a_disputed_payment_costs_and_brings_nothing_when_it_is_cancelled(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db)
    desk.record(paid())
    dispute = {"object": FactsOf.DISPUTE, "payment_intent_id": "pi_1", "dispute_id": "dp_1", "amount": PRICE}
    desk.record(PaymentFacts.model_validate({**dispute, "status": PaymentStatus.DISPUTED, "currency": "EUR"}))
    changes = read(desk).changes
    assert changes is not None
    assert (status(desk), changes.cancellation.refund) == ("disputed", 0)
    needing = find_bookings(desk.stores, FindBookingsInput(needing_attention=True), clock_at(NOW)).bookings
    assert [(each.booking_id, each.attention and each.attention.status) for each in needing] == [
        ("booking-1", "PAYMENT")
    ]
    desk.record(PaymentFacts.model_validate({**dispute, "status": PaymentStatus.DISPUTE_WON, "currency": "EUR"}))
    assert status(desk) == PaymentStanding.PAID
    assert not find_bookings(desk.stores, FindBookingsInput(needing_attention=True), clock_at(NOW)).bookings


def test_a_refund_that_failed_needs_a_person_until_money_went_back_by_hand(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db)
    desk.record(paid())
    cancel(desk.stores)
    failed = refunded("refund-booking-1-1", PRICE, status=PaymentStatus.FAILED, failure_code="expired_card")
    desk.record(failed)
    [needing] = find_bookings(desk.stores, FindBookingsInput(needing_attention=True), clock_at(NOW)).bookings
    assert needing.attention is not None
    assert (status(desk), needing.attention.error) == ("failed", "refund_failed")
    by_hand = refunded("re_2", PRICE, refund_id="re_2").model_copy(update={"key": None})
    desk.record(by_hand)
    assert status(desk) == PaymentStanding.REFUNDED
    assert not find_bookings(desk.stores, FindBookingsInput(needing_attention=True), clock_at(NOW)).bookings


CAME_BACK: dict[str, Any] = {"status": PaymentStatus.FAILED, "failure_code": "expired_or_canceled_card"}
"""What the bank says of a refund, days after the provider has made it; the provider's last word on it."""


@pytest.mark.parametrize("is_heard_first", [False, True])
def test_a_refund_that_came_back_is_none(desk: Desk, db: Connection, is_heard_first: bool) -> None:
    held_for_payment(desk, db)
    desk.record(paid())
    cancel(desk.stores)
    made, came_back = (refunded("refund-booking-1-1", PRICE, **more) for more in ({}, CAME_BACK))
    for told in (came_back, made) if is_heard_first else (made, came_back):
        desk.record(told)
    [needing] = find_bookings(desk.stores, FindBookingsInput(needing_attention=True), clock_at(NOW)).bookings
    assert needing.attention is not None
    assert (status(desk), needing.attention.error) == ("failed", "refund_failed")
    assert given_back(desk) == 0
    desk.record(refunded("re_2", PRICE, refund_id="re_2").model_copy(update={"key": None}))
    assert (status(desk), given_back(desk)) == (PaymentStanding.REFUNDED, PRICE)
    assert not find_bookings(desk.stores, FindBookingsInput(needing_attention=True), clock_at(NOW)).bookings


def given_back(desk: Desk) -> int:
    payment = read(desk).payment
    assert payment is not None
    return payment.refunded


def test_a_card_does_not_pay_for_a_refund_that_came_back(desk: Desk, db: Connection) -> None:
    """Given back twice, as a ledger would have it that does not know of the way back, there would be less than none."""
    with_a_card(desk, db)
    missed(desk)
    desk.record(fee_facts("fee-booking-1-1", PaymentStatus.CAPTURED, payment_intent_id="pi_fee"))
    waive(desk)
    for more in ({}, CAME_BACK):
        desk.record(refunded("refund-booking-1-1", 4000, "pi_fee", **more))
    desk.record(refunded("re_2", 4000, "pi_fee", "re_2").model_copy(update={"key": None}))
    came = AttendanceBody(status=BookingStatus.COMPLETED)
    mark_attendance(desk.stores, desk.workflows, THERAPIST, "booking-1", came, clock_at(STARTS_AT))
    assert set(desk.workflows.started) == {"fee-booking-1-1", "refund-booking-1-1"}, "nothing more is moved"
    assert given_back(desk) == 4000


# -- A fee ------------------------------------------------------------------------------------------------------------


def test_who_did_not_come_owes_the_fee_and_the_card_is_asked(desk: Desk, db: Connection) -> None:
    with_a_card(desk, db)
    marked = missed(desk)
    assert marked.payment is not None
    assert (marked.payment.status, marked.payment.fee) == ("card_kept", 4000)
    started = desk.workflows.started["fee-booking-1-1"]
    assert (started["about"], started["booking_id"]) == ("movement", "booking-1")
    desk.record(fee_facts("fee-booking-1-1", PaymentStatus.CAPTURED, payment_intent_id="pi_fee"))
    assert status(desk) == PaymentStanding.FEE_CHARGED
    came = AttendanceBody(status=BookingStatus.COMPLETED)
    mark_attendance(desk.stores, desk.workflows, THERAPIST, "booking-1", came, clock_at(STARTS_AT))
    assert "refund-booking-1-1" in desk.workflows.started, "staff have corrected themselves: it goes back"


def test_a_fee_that_the_card_did_not_take_is_paid_on_a_page(desk: Desk, db: Connection) -> None:
    with_a_card(desk, db)
    with pytest.raises(Refusal, match="nothing-due"):
        pay_fee(desk.stores, desk.workflows, CLIENT, "booking-1", clock_at(NOW))
    missed(desk)
    key = refused(desk)
    assert status(desk) == PaymentStanding.FEE_DUE
    for stranger, problem in ((COLLEAGUE, "booking-not-found"), (THERAPIST, "forbidden")):
        with pytest.raises(Refusal, match=problem):
            pay_fee(desk.stores, desk.workflows, stranger, "booking-1", clock_at(STARTS_AT))
    desk.workflows.started.clear()
    for _ in range(2):
        asked = pay_fee(desk.stores, desk.workflows, CLIENT, "booking-1", clock_at(STARTS_AT))
        assert asked.payment is not None
        assert asked.payment.checkout_url is None
    [(name, given)] = desk.workflows.started.items()
    assert name.startswith(f"page-{key}-")
    assert (given["about"], given["key"], given["booking_id"]) == ("page", key, "booking-1")
    opened(desk, at=STARTS_AT)
    urls = [read(desk, each, at=STARTS_AT).payment for each in (CLIENT, THERAPIST, OPERATOR)]
    assert [each and each.checkout_url for each in urls] == [PAGE, None, None]
    pay_fee(desk.stores, desk.workflows, CLIENT, "booking-1", clock_at(STARTS_AT + timedelta(hours=3)))
    assert len(desk.workflows.started) == 1, "the page is open still"
    later = read(desk, at=STARTS_AT + timedelta(hours=22)).payment
    assert later is not None
    assert later.checkout_url is None
    desk.record(paid(key=key, amount=4000, payment_id="pi_page", purpose=PaymentPurpose.FEE))
    assert status(desk) == PaymentStanding.FEE_CHARGED


def test_each_session_of_a_series_has_its_own_page(desk: Desk, db: Connection) -> None:
    asks_for(db, payment="card_on_file", **FEE)
    decide(desk.stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=2")
    desk.record(card_left("s-1"))
    second = occurrence_id("s-1", 2)
    later = clock_at(STARTS_AT + timedelta(weeks=1))
    mark_attendance(desk.stores, desk.workflows, THERAPIST, second, NO_SHOW, later)
    refused(desk, second)
    opened(desk, second)
    assert (status(desk, booking_id=second), status(desk, booking_id="s-1")) == ("fee_due", "card_kept")
    shown = read(desk, booking_id=second).payment
    assert shown is not None
    assert shown.checkout_url == PAGE


# -- A yes, a no ------------------------------------------------------------------------------------------------------


def say(desk: Desk, answer: str, booking_id: str = "booking-1", reason: str | None = None) -> BookingAnswer:
    body = ApprovalBody(answer=HoldAnswer(answer), reason=reason)
    return answer_request(desk.stores, desk.tasks, THERAPIST, booking_id, body, clock_at(NOW))


def test_a_no_has_its_reason_which_the_client_reads_and_which_stays(desk: Desk, db: Connection) -> None:
    asks_for(db, approval="therapist")
    reserve(desk.stores, reserve_input())
    said = say(desk, "decline", reason="I am away in spring.")
    assert said.hold is not None
    assert (said.status, said.hold.answer) == ("held", "decline")
    desk.settle_approval()
    forget_clients(desk.stores, 10, clock_at(NOW + timedelta(days=3)))
    answer = read(desk)
    assert answer.reason is not None
    assert (answer.status, answer.hold, answer.reason.text) == ("cancelled", None, "I am away in spring.")
    assert [reason.code for reason in answer.reasons] == ["approval_declined"]


def test_any_session_of_a_series_answers_for_all_of_it(desk: Desk, db: Connection) -> None:
    asks_for(db, approval="therapist")
    decide(desk.stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=2")
    second = occurrence_id("s-1", 2)

    def waiting(requester: Requester, awaits: Awaits) -> set[str]:
        return {
            each.booking_id for each in list_bookings(desk.stores, requester, BookingsQuery(awaits=awaits)).bookings
        }

    assert waiting(THERAPIST, Awaits.APPROVAL) == waiting(CLIENT, Awaits.APPROVAL) == {"s-1", second}
    assert waiting(COLLEAGUE, Awaits.APPROVAL) == waiting(THERAPIST, Awaits.PAYMENT) == set()
    say(desk, "approve", second)
    series = get_series(desk.stores, FakeWorkflows(), CLIENT, "s-1", clock_at(NOW))
    assert series.hold is not None
    assert series.hold.answer == "approve"
    desk.settle_approval("s-1")
    assert set(bookings(db).values()) == {"confirmed"}
    with pytest.raises(Refusal, match="hold-answered"):
        say(desk, "decline", second)
    with pytest.raises(Refusal, match="hold-not-found"):
        say(desk, "approve", "nobodys")


# -- No payment -------------------------------------------------------------------------------------------------------


def waive(desk: Desk, by: Requester = THERAPIST, booking_id: str = "booking-1") -> BookingAnswer:
    body = PaymentWaiverBody(reason="Paid in cash")
    return waive_payment(desk.stores, desk.workflows, desk.tasks, by, booking_id, body, clock_at(NOW))


def test_staff_waive_what_is_held_for_its_payment(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db)
    with pytest.raises(Refusal, match="forbidden"):
        waive(desk, CLIENT)
    with pytest.raises(Refusal, match="booking-not-found"):
        waive(desk, COLLEAGUE)
    for _ in range(2):
        waive(desk)
    desk.settle_payment()
    assert (read(desk).status, status(desk)) == ("confirmed", "waived")
    told = rows(db, "SELECT actor FROM booking_events WHERE event = 'payment_waived'")
    assert [each["actor"] for each in told] == ["sub-therapist"]
    reasons = {each.sub: read(desk, each).reason for each in (CLIENT, THERAPIST)}
    assert reasons["sub-client"] is None
    assert reasons["sub-therapist"] is not None
    assert (reasons["sub-therapist"].text, reasons["sub-therapist"].internal) == ("Paid in cash", True)


def test_a_fee_is_waived_and_what_was_paid_goes_back(desk: Desk, db: Connection) -> None:
    with_a_card(desk, db)
    missed(desk)
    refused(desk)
    waive(desk)
    assert status(desk) == PaymentStanding.WAIVED
    with pytest.raises(Refusal, match="nothing-due"):
        pay_fee(desk.stores, desk.workflows, CLIENT, "booking-1", clock_at(STARTS_AT))

    asks_for(db, payment="prepay")
    reserve(desk.stores, reserve_input("booking-2", STARTS_AT + timedelta(hours=2)))
    desk.record(paid("booking-2", payment_id="pi_2"))
    waive(desk, OPERATOR, "booking-2")
    assert "refund-booking-2-1" in desk.workflows.started
    assert bookings(db)["booking-2"] == "confirmed"


def test_what_costs_nothing_is_not_waived(desk: Desk) -> None:
    reserve(desk.stores, reserve_input())
    with pytest.raises(Refusal, match="nothing-due"):
        waive(desk)


# -- For the books, for operators, for whoever asks what is kept of them -----------------------------------------------


def test_the_books_have_what_was_kept_with_its_tax(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db, tax_percent=19, **FEE)
    desk.record(paid())
    cancel(desk.stores, at=LATE)
    days = {"first": "2032-03-01", "last": "2032-03-31"}
    [line] = export_bookings(desk.stores, ExportBookingsInput.model_validate(days)).bookings
    assert (line.payment, line.payment_status, line.paid, line.refunded) == ("prepay", "paid", PRICE, 0)
    assert (line.fee, line.kept, line.tax_percent, line.tax) == (4500, 4500, 19, 718)
    assert line.receipt == "https://pay.example.com/receipts/1"


def test_the_trace_has_the_ledger_without_addresses(desk: Desk, db: Connection) -> None:
    held_for_payment(desk, db)
    desk.record(paid())
    file = booking_file(desk.stores, "booking-1")
    assert [(each.purpose, each.entry, each.amount, each.key) for each in file.payments] == [
        ("session", "intended", PRICE, "session-booking-1"),
        ("session", "captured", PRICE, "session-booking-1"),
    ]
    assert "https" not in file.model_dump_json(include={"payments"})


def test_who_is_forgotten_has_left_no_card_and_what_was_paid_stays_in_the_books(desk: Desk, db: Connection) -> None:
    with_a_card(desk, db)
    missed(desk)
    refused(desk)
    opened(desk)
    with desk.stores.transaction() as store:
        given_out = export(store, demo.CLIENT_ID, "operator", "asked", NOW)
    [booking] = given_out["bookings"]
    assert [each["entry"] for each in booking["payment"]["entries"]] == ["intended", "authorised", "intended", "failed"]
    assert booking["payment"]["waits"][0]["card"] == "pm_1"
    with desk.stores.transaction() as store:
        store.retention.erase(demo.CLIENT_ID, NOW)
    kept = rows(db, "SELECT customer_id, payment_method_id, checkout_url FROM holds")
    assert kept == [{"customer_id": None, "payment_method_id": None, "checkout_url": None}]
    assert rows(db, "SELECT * FROM fee_pages") == []
    assert len(rows(db, "SELECT * FROM payments")) == 4
