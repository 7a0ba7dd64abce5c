"""ChargeFee: takes a fee from a kept card, once."""

from booking.contracts.payments import ChargeFeeInput, PaymentFacts
from booking.services.payments.charge_fee import charge_fee
from handlers._outside import outside
from handlers._runtime import payment_step


@payment_step(ChargeFeeInput)
def handler(given: ChargeFeeInput) -> PaymentFacts:
    return charge_fee(outside.payments, given)
