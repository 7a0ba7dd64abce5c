"""Taking a fee from a card that its owner has left."""

from booking.contracts.payments import ChargeFeeInput, PaymentFacts
from booking.ports import PaymentProvider


def charge_fee(provider: PaymentProvider, given: ChargeFeeInput) -> PaymentFacts:
    """The payment of this key, taken now or before. Raises ``ProviderUnavailable``, ``ProviderRefused``."""
    return provider.charge(given)
