"""Whether an event is Stripe's: https://docs.stripe.com/webhooks#verify-official-libraries."""

import stripe

from booking.channels.stripe_keys import SecretsManagerKeys

TOLERANCE_SECONDS = 300
"""An event that was signed longer ago is none: somebody may have kept it."""


class StripeSignatures:
    """See ``ports.EventSignatures``. While a secret is rotated, both are good; without any (None) nobody's word is."""

    def __init__(self, keys: SecretsManagerKeys | None) -> None:
        self._keys = keys

    def are_good(self, payload: bytes, signature: str) -> bool:
        """See ``EventSignatures.are_good``."""
        secrets = self._keys.read().webhook_secrets if self._keys else []
        return any(_is_signed(payload, signature, each.get_secret_value()) for each in secrets)


def _is_signed(payload: bytes, signature: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(payload, signature, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True
