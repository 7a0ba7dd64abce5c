"""Reading an object of the provider's anew: an event says only that it has changed."""

from booking.contracts.payments import PaymentFacts, ReadPaymentInput
from booking.ports import PaymentProvider


def read_payment(provider: PaymentProvider, given: ReadPaymentInput) -> PaymentFacts:
    """The object as it is now. Raises ``ProviderUnavailable``, ``ProviderRefused``."""
    return provider.read(given.object)
