"""SettlePayment: what was paid for is booked; what was not is free again, once nobody can pay any more."""

from booking.codes import PaymentStatus
from booking.contracts.holds import PaymentSettled, SettlePaymentInput
from booking.ports import Clock, Workflows
from booking.services.holds.settling import settle_payment
from booking.services.payments.reckoning import start
from booking.services.payments.recording import is_paid, record
from booking.store import Stores


def payment_settled(stores: Stores, workflows: Workflows, given: SettlePaymentInput, clock: Clock) -> PaymentSettled:
    """Answers what became of the hold; run again, the same again.

    Closing a checkout may find that it has been paid on: then that is entered first. Raises ``PaymentMismatch``.
    """
    now, keys = clock(), list[str]()
    with stores.transaction() as store:
        store.holds.lock(given.booking_id)
        if is_paid(given.checkout):
            keys = record(store, given.checkout, given.execution, now).keys
        is_closed = given.checkout.status != PaymentStatus.OPEN
        decision = settle_payment(store, given.booking_id, given.execution, now, is_closed=is_closed)
    start(workflows, keys)
    return PaymentSettled.model_validate(decision)
