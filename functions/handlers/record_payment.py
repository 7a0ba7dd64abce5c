"""RecordPayment: enters what the provider says in the ledger."""

from booking.contracts.holds import PaymentRecorded, RecordPaymentInput
from booking.services.payments.record_payment import record_payment
from handlers._outside import outside
from handlers._runtime import step


@step(RecordPaymentInput)
def handler(given: RecordPaymentInput) -> PaymentRecorded:
    return record_payment(outside.stores, outside.tasks, given, outside.clock)
