"""ReadPayment: an object of the payment provider's, as it is now."""

from booking.contracts.payments import PaymentFacts, ReadPaymentInput
from booking.services.payments.read_payment import read_payment
from handlers._outside import outside
from handlers._runtime import payment_step


@payment_step(ReadPaymentInput)
def handler(given: ReadPaymentInput) -> PaymentFacts:
    return read_payment(outside.payments, given)
