"""Giving money back."""

from booking.contracts.payments import PaymentFacts, RefundPaymentInput
from booking.ports import PaymentProvider


def refund_payment(provider: PaymentProvider, given: RefundPaymentInput) -> PaymentFacts:
    """The refund of this key, made now or before. Raises ``ProviderUnavailable``, ``ProviderRefused``."""
    return provider.refund(given)
