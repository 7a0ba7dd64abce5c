"""CloseCheckout: nobody can pay on the page any more, or somebody has."""

from booking.contracts.payments import Checkout, CloseCheckoutInput
from booking.services.payments.checkout import close_checkout
from handlers._outside import outside
from handlers._runtime import payment_step


@payment_step(CloseCheckoutInput)
def handler(given: CloseCheckoutInput) -> Checkout:
    return close_checkout(outside.payments, given)
