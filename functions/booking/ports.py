"""The ports: what use cases ask of the world outside PostgreSQL, as Protocols.

The real ones are put together in ``handlers/_outside.py``; the fakes are in ``tests/fakes.py``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from booking.codes import Channel, Group, Language, Recorded

if TYPE_CHECKING:  # every handler imports this module: who only names a port loads no contract for it
    from booking.contracts.changes import PendingChange, StartCancellation
    from booking.contracts.offers import OfferInput
    from booking.contracts.operations import DeadLetterQueue, Letter
    from booking.contracts.operators import OperatorAct
    from booking.contracts.payments import (
        ChargeFeeInput,
        ChargesPage,
        Checkout,
        ListChargesInput,
        OpenCheckoutInput,
        PaymentEvent,
        PaymentFacts,
        PaymentInput,
        ProviderReference,
        RefundPaymentInput,
    )
    from booking.contracts.queues import ExecutionEnded
    from booking.contracts.reminders import PrepareReminderInput
    from booking.contracts.steps import ValidateRequestInput
    from booking.contracts.traces import Described, ExecutionStatus, Listed, Machine
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

    def start_payment(self, name: str, given: "PaymentInput") -> None:
        """Starts an execution of the payment machine; named by the provider's event, or by the key of a movement."""

    def offer_arn(self, name: str) -> str:
        """The ARN of the offer's execution of this name, whether it was started or not."""


class Executions(Protocol):
    """Executions as operators see them. All raise ``ProviderUnavailable`` and ``ProviderRefused``."""

    def of(self, machine: "Machine", status: "ExecutionStatus | None" = None) -> "Iterable[Listed]":
        """Those of a machine, the one that started last first; read as far as it is asked for."""

    def describe(self, arn: str) -> "Described | None":
        """One, or None when there is none of this name, or no more."""

    def events(self, arn: str, *, with_data: bool = True) -> "Iterable[dict[str, Any]]":
        """Its history, the oldest event first, as boto3 has it. Nothing, when it is gone.

        Without data it has no inputs and outputs, of which one may have 256 KiB.
        """

    def definition(self, arn: str) -> dict[str, Any] | None:
        """The definition that this execution runs by: of its own version, not today's. None: it is gone."""

    def arn(self, machine: "Machine", name: str) -> str:
        """The ARN of the machine's execution of this name, whether there is one or not."""

    def redrive(self, arn: str, act_id: UUID) -> None:
        """Restarts it where it stopped; once, however often it is asked with the same ``act_id``.

        Raises ``NotRedrivable``, whose message says why not.
        """

    def start(self, machine: "Machine", name: str, given: str) -> str:
        """Starts the release that takes the traffic with an input (JSON); returns the ARN. A name starts once."""


class DeadLetterQueues(Protocol):
    """The queues of messages that consumers could not handle. All raise ``ProviderUnavailable``, ``ProviderRefused``.

    Looking changes nothing: what was read is there for everybody as soon as it was.
    """

    def held(
        self,
        queues: "Iterable[DeadLetterQueue]",
        seconds: int = 60,
        enough: "Callable[[Sequence[Letter]], bool]" = lambda _: False,
    ) -> "AbstractContextManager[list[Letter]]":
        """All that lies in them, the newest first; until this ends, ``seconds`` at most, nobody else sees it.

        A minute is more than looking takes. ``enough``: whether no more of a queue is wanted than this.
        """

    def put_back(self, letter: "Letter") -> None:
        """On the queue that it came from. Doing so twice does no harm: every consumer takes a message twice."""


class DeadLetters(Protocol):
    """Where queue messages go that nobody will ever be able to read."""

    def put(self, body: str, reason: str) -> None:
        """Raises ``ProviderUnavailable``, ``ProviderRefused``."""


class ActRecords(Protocol):
    """Where an operator's act is recorded, before it is done."""

    def record(self, act: "OperatorAct", reason: str) -> Recorded:
        """Records the act once, whatever is tried again. ``reason`` is the operator's words, which no queue takes.

        Raises ``ProviderUnavailable`` or ``ProviderRefused`` when nothing took it: then nothing may be done.
        """


class ActsQueue(Protocol):
    """Where acts wait, without words, while PostgreSQL is away."""

    def put(self, act: "OperatorAct") -> None:
        """Raises ``ProviderUnavailable``, ``ProviderRefused``."""


class Logins(Protocol):
    """The practice's logins."""

    def invite(self, address: str, group: Group, language: Language) -> str | None:
        """Makes a login for whoever reads mail at ``address``, writes to them, and returns its ``sub``.

        One that is there is taken, and nobody written to, when its owner has proven the address. None: there is one,
        which is disabled or whose address nobody has proven. Raises ``ProviderUnavailable``, ``ProviderRefused``.
        """

    def delete(self, sub: str) -> None:
        """There is no such login any more; nor need there have been one. Staff's stays. Raises as above."""

    def forget_password(self, user_name: str) -> None:
        """The login has a password from now on that nobody knows. Raises as above."""

    def has_second_factor(self, user_name: str) -> bool:
        """Whether Cognito asks for a second factor whenever they sign in. Raises as above."""


class PaymentProvider(Protocol):
    """Who takes the money. All raise ``ProviderUnavailable`` and ``ProviderRefused``.

    What has a key is done once, however often it is asked for; after ``ProviderUnavailable`` nobody knows whether it
    was, and asking again with the same key tells.
    """

    def open_checkout(self, given: "OpenCheckoutInput") -> "Checkout":
        """Opens a page to pay on, or to leave a card on; the one that was opened with this key, if it was."""

    def close_checkout(self, checkout_id: str) -> "Checkout":
        """Nobody can pay on it any more. If somebody has, it is ``complete``, and stays so."""

    def read(self, reference: "ProviderReference") -> "PaymentFacts":
        """An object as it is now. ``unknown``: there is none."""

    def refund(self, given: "RefundPaymentInput") -> "PaymentFacts":
        """Gives money back. A refund that can't be is ``failed``; a payment that is disputed is ``disputed``."""

    def charge(self, given: "ChargeFeeInput") -> "PaymentFacts":
        """Takes a fee from a kept card: ``captured``, ``failed``, or ``needs_person``, which takes nothing."""

    def charges(self, given: "ListChargesInput") -> "ChargesPage":
        """A page of the payments that were made, the newest first."""


class PaymentEvents(Protocol):
    """The queue of what the payment provider has told of."""

    def put(self, event: "PaymentEvent") -> None:
        """Raises ``ProviderUnavailable``, ``ProviderRefused``."""


class EventSignatures(Protocol):
    """Whose word an event is."""

    def are_good(self, payload: bytes, signature: str) -> bool:
        """Whether the payment provider has signed this body, minutes ago at most.

        Raises ``ProviderUnavailable``, ``ProviderRefused``, ``ConfigurationError`` when the secret can't be read.
        """
