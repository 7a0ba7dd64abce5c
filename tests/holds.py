"""Bookings that are held, as the steps of their machines meet them: what a service asks for, and what is said."""

from datetime import datetime, timedelta
from typing import Any

from psycopg2.extensions import connection as Connection

from booking.codes import Awaits, FactsOf, HoldAnswer, Outcome, PaymentPurpose, PaymentStatus
from booking.contracts.holds import (
    ApprovalBody,
    PaymentRecorded,
    PaymentSettled,
    PaymentWaiverBody,
    RecordPaymentInput,
    SettleApprovalInput,
    SettlePaymentInput,
)
from booking.contracts.payments import Checkout, PaymentFacts
from booking.model import Requester
from booking.services.holds.answering import answer_request
from booking.services.holds.settle_approval import approval_settled
from booking.services.holds.settle_payment import payment_settled
from booking.services.payments.record_payment import record_payment
from booking.services.payments.waive_payment import waive_payment
from booking.store import Stores
from tests.asking import EXECUTION, NOW
from tests.fakes import FakeTasks, FakeWorkflows, clock_at
from tests.rows import rows

MINUTE = timedelta(minutes=1)
PRICE = 9000


def asks_for(db: Connection, **terms: Any) -> None:
    """From now on the demo's service asks for this: ``payment="prepay"``, ``approval="therapist"``, fees."""
    for name, value in terms.items():
        rows(db, f"UPDATE services SET {name} = %s RETURNING id", value)  # noqa: S608  # a column's name, of a test's


def paid(booking_id: str = "booking-1", amount: int = PRICE, payment_id: str = "pi_1", **other: Any) -> PaymentFacts:
    """What the provider says of a checkout that was paid on."""
    facts = {
        "object": FactsOf.CHECKOUT,
        "status": PaymentStatus.COMPLETE,
        "booking_id": booking_id,
        "key": f"session-{booking_id}",
        "purpose": PaymentPurpose.SESSION,
        "amount": amount,
        "currency": "EUR",
        "checkout_id": "cs_1",
        "payment_intent_id": payment_id,
        "receipt_url": "https://pay.example.com/receipts/1",
    }
    return PaymentFacts.model_validate({**facts, **other})


def card_left(booking_id: str = "booking-1") -> PaymentFacts:
    """What the provider says of a checkout on which a card was left."""
    return paid(
        booking_id,
        0,
        purpose=PaymentPurpose.CARD,
        payment_intent_id=None,
        customer_id="cus_1",
        payment_method_id="pm_1",
    )


def refunded(key: str, amount: int, payment_id: str = "pi_1", refund_id: str = "re_1", **other: Any) -> PaymentFacts:
    """What the provider says of money that it has given back."""
    facts = {
        "object": FactsOf.REFUND,
        "status": PaymentStatus.REFUNDED,
        "key": key,
        "amount": amount,
        "currency": "EUR",
    }
    return PaymentFacts.model_validate({**facts, "payment_intent_id": payment_id, "refund_id": refund_id, **other})


class Desk:
    """What happens to held bookings: each call is a step, or what somebody says through the API."""

    def __init__(self, stores: Stores, now: datetime = NOW) -> None:
        self.stores, self.now = stores, now
        self.tasks, self.workflows = FakeTasks(), FakeWorkflows()

    def answer(self, answer: str, by: Requester, booking_id: str = "booking-1") -> None:
        body = ApprovalBody(answer=HoldAnswer(answer))
        answer_request(self.stores, self.tasks, by, booking_id, body, clock_at(self.now))

    def waive(self, by: Requester, booking_id: str = "booking-1") -> None:
        body = PaymentWaiverBody(reason="paid in cash")
        waive_payment(self.stores, self.workflows, self.tasks, by, booking_id, body, clock_at(self.now))

    def settle_approval(self, booking_id: str = "booking-1") -> Any:
        given = SettleApprovalInput(booking_id=booking_id, execution=EXECUTION)
        return approval_settled(self.stores, given, clock_at(self.now))

    def record(self, facts: PaymentFacts) -> PaymentRecorded:
        given = RecordPaymentInput(facts=facts, execution=EXECUTION)
        return record_payment(self.stores, self.tasks, given, clock_at(self.now))

    def settle_payment(
        self,
        status: PaymentStatus = PaymentStatus.OPEN,
        booking_id: str = "booking-1",
        facts: PaymentFacts | None = None,
    ) -> PaymentSettled:
        """``status``: of the checkout; with ``facts`` it has been paid on."""
        known = {"object": FactsOf.CHECKOUT, "status": status} if facts is None else facts.model_dump()
        given = SettlePaymentInput(booking_id=booking_id, checkout=Checkout.model_validate(known), execution=EXECUTION)
        return payment_settled(self.stores, self.workflows, given, clock_at(self.now))

    def ends_unpaid(self, booking_id: str = "booking-1") -> Outcome:
        """Nobody has paid: the checkout is closed, and the time is free."""
        assert self.settle_payment(booking_id=booking_id).outcome == Outcome.UNPAID
        return self.settle_payment(PaymentStatus.EXPIRED, booking_id).outcome

    def waits(self, booking_id: str = "booking-1") -> Awaits | None:
        """What it still waits for."""
        with self.stores.autocommit() as store:
            hold = store.holds.get(booking_id)
        return None if hold is None or hold.outcome is not None else hold.awaits


def entries(db: Connection, booking_id: str | None = None) -> list[tuple[str, str, int]]:
    """The ledger of payments: purpose, entry, amount, in the order of writing."""
    found = rows(
        db,
        "SELECT purpose, entry, amount FROM payments WHERE %s::text IS NULL OR booking_id = %s ORDER BY id",
        booking_id,
        booking_id,
    )
    return [(row["purpose"], row["entry"], row["amount"]) for row in found]
