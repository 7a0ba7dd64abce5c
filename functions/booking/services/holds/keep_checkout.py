"""KeepCheckout: where the client pays, for whoever reads the booking."""

from booking import paid
from booking.codes import Awaits, Outcome
from booking.contracts.holds import CheckoutKept, KeepCheckoutInput
from booking.ports import Clock
from booking.store import Stores


def keep_checkout(stores: Stores, given: KeepCheckoutInput, clock: Clock) -> CheckoutKept:
    """Of an open hold; what is opened when there is none (any more) is for a fee, of this very session."""
    with stores.transaction() as store:
        hold = store.holds.get(given.booking_id, Awaits.PAYMENT)
        if hold is not None and hold.outcome is None:
            store.holds.keep_checkout(given.booking_id, given.checkout_id, given.url)
        elif given.url is not None:
            store.payments.put_page(given.booking_id, given.url, clock() + paid.PAGE_IS_OPEN)
    return CheckoutKept(outcome=Outcome.KEPT)
