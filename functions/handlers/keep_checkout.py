"""KeepCheckout: where the client pays, for whoever reads the booking."""

from booking.contracts.holds import CheckoutKept, KeepCheckoutInput
from booking.services.holds.keep_checkout import keep_checkout
from handlers._outside import outside
from handlers._runtime import step


@step(KeepCheckoutInput)
def handler(given: KeepCheckoutInput) -> CheckoutKept:
    return keep_checkout(outside.stores, given, outside.clock)
