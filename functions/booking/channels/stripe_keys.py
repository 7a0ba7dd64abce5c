"""Stripe's keys, from Secrets Manager: the newest, and the one before it, so that they are rotated without a gap.

The secret is JSON: ``{"api_keys": [newest, previous], "webhook_secrets": [newest, previous]}``.
"""

import logging
import time
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError

from booking.channels.aws import client, provider
from booking.contracts.base import Part
from booking.errors import ConfigurationError, ProviderUnavailable

logger = logging.getLogger(__name__)

KEPT_SECONDS = 300
"""So long a key that was taken out of the secret may still be used."""

Secrets = Annotated[list[SecretStr], Field(min_length=1, max_length=2)]


class StripeKeys(Part):
    api_keys: Secrets
    webhook_secrets: Secrets


class SecretsManagerKeys:
    """Reads the secret when it is first used, and again every five minutes. ``monotonic``: seconds, never back."""

    def __init__(self, secret_arn: str, monotonic: Callable[[], float] = time.monotonic, secrets: Any = None) -> None:
        self._secret_arn, self._monotonic, self._given = secret_arn, monotonic, secrets
        self._kept: StripeKeys | None = None
        self._read_at = 0.0

    @cached_property
    def _secrets(self) -> Any:
        return self._given or client("secretsmanager")

    def read(self, *, anew: bool = False) -> StripeKeys:
        """The keys as they are now, or were within five minutes. While Secrets Manager is away: those it gave last.

        Raises ``ConfigurationError``, which quotes nothing, ``ProviderUnavailable``, ``ProviderRefused``.
        """
        if self._kept is not None and not anew and self._monotonic() - self._read_at < KEPT_SECONDS:
            return self._kept
        try:
            with provider("Secrets Manager", unavailable=("InternalServiceError",)):
                text = self._secrets.get_secret_value(SecretId=self._secret_arn)["SecretString"]
        except ProviderUnavailable:
            if self._kept is None:
                raise
            logger.warning("Secrets Manager is away: the keys are those it gave last")
            return self._kept
        try:
            self._kept = StripeKeys.model_validate_json(text)
        except ValidationError:
            raise ConfigurationError("the secret of Stripe's keys is not what docs/deploy.md says") from None
        self._read_at = self._monotonic()
        return self._kept
