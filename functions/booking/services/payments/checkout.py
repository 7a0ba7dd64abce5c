"""Opening a page on which somebody pays or leaves a card, and closing it."""

from booking.codes import FactsOf, PaymentStatus
from booking.contracts.payments import Checkout, CloseCheckoutInput, OpenCheckoutInput
from booking.ports import Clock, PaymentProvider


def open_checkout(provider: PaymentProvider, given: OpenCheckoutInput, clock: Clock) -> Checkout:
    """The page to pay on, or none when the hold is over: what is paid now would be paid for a time that is free.

    Raises ``ProviderUnavailable``, ``ProviderRefused``.
    """
    if clock() >= given.until:
        return _none(given.booking_id)
    return provider.open_checkout(given)


def close_checkout(provider: PaymentProvider, given: CloseCheckoutInput) -> Checkout:
    """The checkout, on which nobody can pay any more; ``complete``, if somebody has.

    Of one that nobody knows of nobody has the address either: it ends by itself, unpaid. Raises as above.
    """
    if given.checkout_id is None:
        return _none(given.booking_id)
    return provider.close_checkout(given.checkout_id)


def _none(booking_id: str) -> Checkout:
    return Checkout(object=FactsOf.CHECKOUT, status=PaymentStatus.NONE, booking_id=booking_id)
