"""The ports: what use cases ask of the world outside PostgreSQL, as Protocols.

The real ones are put together in ``handlers/_outside.py``; the fakes are in ``tests/fakes.py``.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from booking.codes import Channel, Group, Language

if TYPE_CHECKING:  # every handler imports this module: who only names a port loads no contract for it
    from booking.contracts.changes import PendingChange, StartCancellation
    from booking.contracts.queues import ExecutionEnded
    from booking.contracts.reminders import PrepareReminderInput
    from booking.contracts.steps import ValidateRequestInput
    from booking.contracts.waitlist import OfferInput
    from booking.notices import Message

Clock = Callable[[], datetime]
"""What time it is now, in UTC. Use cases take the clock; rules and the store are told the time."""


class MessageChannel(Protocol):
    """A way in which messages leave."""

    def send(self, message: "Message", address: str, reference: str) -> str:
        """Hands the message to the provider and returns the provider's id of it.

        ``reference`` is the notification's id, to find the message again at the provider.
        Raises ``ProviderUnavailable`` (try again), ``ProviderRefused`` (an operator must mend it) or
        ``Undeliverable`` (it can never arrive).
        """


Channels = Mapping[Channel, MessageChannel]


class WaitingTasks(Protocol):
    """Tasks of executions that wait for a token. A token that is gone (answered, timed out, stopped) is not an error.

    Both raise ``ProviderUnavailable`` and ``ProviderRefused``.
    """

    def succeed(self, task_token: str, output: str) -> None:
        """Ends the waiting task with ``output`` (JSON)."""

    def fail(self, task_token: str, error: str, cause: str) -> None:
        """Fails the waiting task with an error its Retry may match."""


class Workflows(Protocol):
    """The executions of our state machines. All raise ``ProviderUnavailable`` and ``ProviderRefused``.

    An execution's name is the booking's, the change's or the offer's id; starting a name again starts nothing.
    """

    def request_of(self, booking_id: str) -> "ValidateRequestInput | None":
        """The request that the execution of this name was started with, or None when there is no such execution."""

    def changes_of(self, change_id: str) -> "Iterable[PendingChange]":
        """The changes that executions of this name were started for: one of each machine at most."""

    def ended(self, execution_arn: str) -> "ExecutionEnded | None":
        """What an execution was given and how it ended, or None when there is no such execution any more."""

    def start_reminder(self, name: str, given: "PrepareReminderInput") -> None:
        """Starts an execution of the reminder machine."""

    def start_cancellation(self, name: str, given: "StartCancellation") -> None:
        """Starts an execution of the cancellation machine."""

    def start_offer(self, name: str, given: "OfferInput") -> None:
        """Starts an execution of the offer machine."""

    def offer_arn(self, name: str) -> str:
        """The ARN of the offer's execution of this name, whether it was started or not."""


class DeadLetters(Protocol):
    """Where queue messages go that nobody will ever be able to read."""

    def put(self, body: str, reason: str) -> None:
        """Raises ``ProviderUnavailable``, ``ProviderRefused``."""


class Logins(Protocol):
    """The practice's logins."""

    def invite(self, address: str, group: Group, language: Language) -> str | None:
        """Makes a login for whoever reads mail at ``address``, writes to them, and returns its ``sub``.

        One that is there is taken, and nobody written to, when its owner has proven the address. None: there is one,
        which is disabled or whose address nobody has proven. Raises ``ProviderUnavailable``, ``ProviderRefused``.
        """

    def forget_password(self, user_name: str) -> None:
        """The login has a password from now on that nobody knows. Raises as above."""
