"""What every channel can do."""

from typing import Protocol

from booking.notices import Message


class MessageChannel(Protocol):
    def send(self, message: Message, address: str, reference: str) -> str:
        """Hands the message to the provider and returns the provider's id of it.

        ``reference`` is the notification's id, to find the message again at the provider.
        Raises ``ProviderUnavailable`` (try again), ``ProviderRefused`` (an operator must mend it) or
        ``Undeliverable`` (it can never arrive).
        """
