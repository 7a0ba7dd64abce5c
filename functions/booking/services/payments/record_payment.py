"""RecordPayment: what the provider says is entered in the ledger, and what follows from it is done."""

from booking.codes import Outcome
from booking.contracts.holds import PaymentRecorded, RecordPaymentInput
from booking.contracts.steps import NotificationContract
from booking.ports import Clock, WaitingTasks
from booking.services.payments.recording import record
from booking.store import Stores


def record_payment(stores: Stores, tasks: WaitingTasks, given: RecordPaymentInput, clock: Clock) -> PaymentRecorded:
    """Answers ``recorded`` with the notifications to deliver, or ``nothing``; run again, the same again.

    The ledger's row and the booking's are written in one transaction; then whoever waits is woken. ``next_key``: of
    money that is to be moved next, as what was paid too late. Raises ``PaymentMismatch``.
    """
    with stores.transaction() as store:
        recorded = record(store, given.facts, given.execution, clock())
    for token in recorded.tokens:
        tasks.succeed(token, "{}")
    return PaymentRecorded(
        outcome=Outcome.NOTHING if recorded.booking_id is None else Outcome.RECORDED,
        booking_id=recorded.booking_id,
        next_key=next(iter(recorded.keys), None),
        notifications=NotificationContract.of(recorded.notifications),
    )
