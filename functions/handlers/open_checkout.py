"""OpenCheckout: opens a page at the payment provider on which somebody pays, or leaves a card."""

from booking.contracts.payments import Checkout, OpenCheckoutInput
from booking.services.payments.checkout import open_checkout
from handlers._outside import outside
from handlers._runtime import payment_step


@payment_step(OpenCheckoutInput)
def handler(given: OpenCheckoutInput) -> Checkout:
    return open_checkout(outside.payments, given, outside.clock)
