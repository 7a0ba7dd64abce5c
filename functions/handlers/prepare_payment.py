"""PreparePayment: what is to be done with money that was intended."""

from booking.contracts.holds import PaymentPrepared, PreparePaymentInput
from booking.services.payments.prepare_payment import prepare_payment
from handlers._outside import outside
from handlers._runtime import step


@step(PreparePaymentInput)
def handler(given: PreparePaymentInput) -> PaymentPrepared:
    return prepare_payment(outside.stores, given, outside.clock)
