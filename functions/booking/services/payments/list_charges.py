"""What the provider has, to compare with the ledger."""

from booking.contracts.payments import ChargesPage, ListChargesInput
from booking.ports import PaymentProvider


def list_charges(provider: PaymentProvider, given: ListChargesInput) -> ChargesPage:
    """A page of payments with their sums. Raises ``ProviderUnavailable``, ``ProviderRefused``."""
    return provider.charges(given)
