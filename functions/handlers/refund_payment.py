"""RefundPayment: gives money back, once."""

from booking.contracts.payments import PaymentFacts, RefundPaymentInput
from booking.services.payments.refund_payment import refund_payment
from handlers._outside import outside
from handlers._runtime import payment_step


@payment_step(RefundPaymentInput)
def handler(given: RefundPaymentInput) -> PaymentFacts:
    return refund_payment(outside.payments, given)
