"""SettlePayment: what was paid for is booked; what was not is free again."""

from booking.contracts.holds import PaymentSettled, SettlePaymentInput
from booking.services.holds.settle_payment import payment_settled
from handlers._outside import outside
from handlers._runtime import step


@step(SettlePaymentInput)
def handler(given: SettlePaymentInput) -> PaymentSettled:
    return payment_settled(outside.stores, outside.workflows, given, outside.clock)
