"""Fakes of our own Protocols (``booking.ports``): providers one can break, tasks that wait, workflows, a clock."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.codes import Channel, FactsOf, Group, Language, PaymentStatus, Recorded
from booking.contracts.changes import PendingChange, StartCancellation
from booking.contracts.offers import OfferInput
from booking.contracts.operators import OperatorAct
from booking.contracts.payments import (
    ChargeFeeInput,
    ChargesPage,
    Checkout,
    ListChargesInput,
    OpenCheckoutInput,
    PaymentFacts,
    PaymentInput,
    ProviderReference,
    RefundPaymentInput,
)
from booking.contracts.queues import ExecutionEnded
from booking.contracts.reminders import PrepareReminderInput
from booking.contracts.steps import ValidateRequestInput
from booking.contracts.traces import Described, ExecutionStatus, Listed, Machine
from booking.errors import NotRedrivable, ProviderUnavailable, Refusal, TherapistBookingError
from booking.notices import Message
from booking.ports import Channels, Clock

Answer = TypeVar("Answer")


class ConsumerDied(BaseException):
    """The process is gone: nothing in it can catch this."""


@dataclass
class FakeProvider:
    """Keeps what it sent. ``broken`` is raised instead of sending, ``times`` times (None: until it is mended)."""

    sent: list[tuple[str, Message]] = field(default_factory=list)
    broken: Exception | None = None
    times: int | None = None
    consumer_dies: str = ""  # "before sending" or "after sending", once

    def break_down(self, error: Exception, times: int | None = None) -> None:
        self.broken, self.times = error, times

    def mend(self) -> None:
        self.broken = None

    def send(self, message: Message, address: str, reference: str) -> str:
        if self.broken is not None and self.times != 0:
            self.times = None if self.times is None else self.times - 1
            raise self.broken
        dies, self.consumer_dies = self.consumer_dies, ""
        if dies == "before sending":
            raise ConsumerDied
        self.sent.append((address, message))
        if dies == "after sending":
            raise ConsumerDied
        return f"provider-{len(self.sent)}"


@dataclass
class FakeProviders:
    email: FakeProvider = field(default_factory=FakeProvider)
    sms: FakeProvider = field(default_factory=FakeProvider)

    def channels(self) -> Channels:
        return {Channel.EMAIL: self.email, Channel.SMS: self.sms}

    def addresses(self) -> list[str]:
        """Everyone who was written to, once for each message, in order of the alphabet."""
        return sorted(address for provider in (self.email, self.sms) for address, _ in provider.sent)


@dataclass
class FakeTasks:
    """Keeps the answers to tasks."""

    succeeded: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    unreachable: TherapistBookingError | None = None

    def succeed(self, task_token: str, output: str) -> None:
        if self.unreachable is not None:
            raise self.unreachable
        self.succeeded.append((task_token, output))

    def fail(self, task_token: str, error: str, cause: str) -> None:
        if self.unreachable is not None:
            raise self.unreachable
        self.failed.append((task_token, error))


@dataclass
class FakeWorkflows:
    """Answers what executions were given, and keeps what was started, by name."""

    requests: Callable[[str], ValidateRequestInput | None] = lambda _: None
    changes: Iterable[PendingChange] = ()
    ends: dict[str, ExecutionEnded] = field(default_factory=dict)  # by the execution's ARN
    started: dict[str, Any] = field(default_factory=dict)  # the inputs
    starts_left: int | None = None  # after so many Step Functions is away; None: it never is

    def request_of(self, booking_id: str) -> ValidateRequestInput | None:
        return self.requests(booking_id)

    def changes_of(self, change_id: str) -> Iterable[PendingChange]:
        return self.changes

    def ended(self, execution_arn: str) -> ExecutionEnded | None:
        return self.ends.get(execution_arn)

    def start_reminder(self, name: str, given: PrepareReminderInput) -> None:
        self._start(name, given.model_dump(mode="json"))

    def start_cancellation(self, name: str, given: StartCancellation) -> None:
        self._start(name, given.model_dump(mode="json"))

    def start_offer(self, name: str, given: OfferInput) -> None:
        self._start(name, given.model_dump(mode="json"))

    def start_payment(self, name: str, given: PaymentInput) -> None:
        self._start(name, given.model_dump(mode="json"))

    def offer_arn(self, name: str) -> str:
        return f"arn:aws:states:us-east-1:000000000000:execution:offer:{name}"

    def _start(self, name: str, given: Any) -> None:
        if self.starts_left is not None:
            if not self.starts_left:
                raise ProviderUnavailable("Step Functions")
            self.starts_left -= 1
        self.started[name] = given


@dataclass
class FakeDeadLetters:
    """Keeps what was put aside, with why."""

    letters: list[tuple[str, str]] = field(default_factory=list)

    def put(self, body: str, reason: str) -> None:
        self.letters.append((body, reason))


@dataclass
class FakeActRecords:
    """Keeps the acts, with their words, each once. ``broken`` is raised instead; ``where``: what it answers."""

    acts: dict[tuple[str, str], tuple[OperatorAct, str]] = field(default_factory=dict)  # by id and act
    where: Recorded = Recorded.IN_HISTORY
    broken: Exception | None = None

    def record(self, act: OperatorAct, reason: str) -> Recorded:
        if self.broken is not None:
            raise self.broken
        self.acts.setdefault((str(act.act_id), act.act), (act, reason))
        return self.where


@dataclass
class FakeActsQueue:
    """Keeps the acts. ``broken`` is raised instead."""

    acts: list[OperatorAct] = field(default_factory=list)
    broken: Exception | None = None

    def put(self, act: OperatorAct) -> None:
        if self.broken is not None:
            raise self.broken
        self.acts.append(act)


@dataclass
class FakeLogins:
    """Cognito's logins, by address in lower case: their ``sub``. ``broken`` is raised instead of inviting."""

    subs: dict[str, str | None] = field(default_factory=dict)
    invited: list[tuple[str, Group, Language]] = field(default_factory=list)
    broken: Exception | None = None
    forgotten: list[str] = field(default_factory=list)  # whose password nobody knows any more

    with_second_factor: set[str] = field(default_factory=set)

    deleted: list[str] = field(default_factory=list)

    def delete(self, sub: str) -> None:
        if self.broken is not None:
            raise self.broken
        self.deleted.append(sub)

    def forget_password(self, user_name: str) -> None:
        self.forgotten.append(user_name)

    def has_second_factor(self, user_name: str) -> bool:
        if self.broken is not None:
            raise self.broken
        return user_name in self.with_second_factor

    def invite(self, address: str, group: Group, language: Language) -> str | None:
        if self.broken is not None:
            raise self.broken
        if address.lower() not in self.subs:
            self.subs[address.lower()] = f"sub-{len(self.subs)}"
            self.invited.append((address, group, language))
        return self.subs[address.lower()]


def clock_at(instant: datetime) -> Clock:
    """A clock that stands still."""
    return lambda: instant


def found(read: Callable[[], Answer]) -> Answer | None:
    """What a use case answers, or None where it says that there is no such thing."""
    try:
        return read()
    except Refusal as refused:
        if refused.problem.status != 404:
            raise
        return None


class _Context(LambdaContext):
    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 60_000


def context(function: str) -> LambdaContext:
    """What Lambda tells a handler about its invocation."""
    made = _Context()
    made._function_name, made._memory_limit_in_mb = function, 512
    made._invoked_function_arn, made._aws_request_id = f"arn:aws:lambda:us-east-1:0:function:{function}", "request"
    return made


@dataclass
class FakeExecutions:
    """Executions that a test has made up: each described, with its history, by its ARN."""

    described: dict[str, Described] = field(default_factory=dict)
    histories: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    definitions: dict[Machine, dict[str, Any]] = field(default_factory=dict)
    redriven: list[tuple[str, UUID]] = field(default_factory=list)
    started: list[tuple[str, str]] = field(default_factory=list)
    tokens: set[UUID] = field(default_factory=set)  # of redrives, which Step Functions knows for 15 minutes
    refusal: str = ""  # why nothing can be redriven
    broken: BaseException | None = None  # what acts raise
    away: Exception | None = None  # what looking raises
    foreign: Exception | None = None  # what an execution of another account raises
    with_data: list[bool] = field(default_factory=list)  # how histories were asked for
    describes: int = 0  # how often one was described
    broken_after: bool = False  # having done it: the answer is lost

    def put(
        self,
        name: str,
        status: ExecutionStatus,
        started: datetime,
        stopped: datetime | None = None,
        *events: dict[str, Any],
        machine: Machine = Machine.BOOKING,
        given: str = "{}",
        error: str | None = None,
    ) -> str:
        """An execution that was; returns its ARN."""
        arn = self.arn(machine, name)
        listed = Listed(arn, machine, status, started, stopped)
        self.described[arn] = Described(listed, given, None, error, None, 0, status.is_unsuccessful, None)
        self.histories[arn] = list(events)
        return arn

    def of(self, machine: Machine, status: ExecutionStatus | None = None) -> Iterable[Listed]:
        if self.away is not None:
            raise self.away
        found = [each.listed for each in self.described.values() if each.listed.machine is machine]
        matching = [each for each in found if status in (None, each.status)]
        return sorted(matching, key=lambda each: each.started, reverse=True)

    def describe(self, arn: str) -> Described | None:
        if self.away is not None:
            raise self.away
        if self.foreign is not None and self.arn(Machine.BOOKING, "").rpartition(":booking:")[0] not in arn:
            raise self.foreign
        self.describes += 1
        return self.described.get(arn)

    def events(self, arn: str, *, with_data: bool = True) -> Iterable[dict[str, Any]]:
        self.with_data.append(with_data)
        return self.histories.get(arn, [])

    def definition(self, arn: str) -> dict[str, Any] | None:
        return self.definitions.get(self.described[arn].listed.machine)

    def arn(self, machine: Machine, name: str) -> str:
        return f"arn:aws:states:eu-central-1:123456789012:execution:{machine}:{name}"

    def redrive(self, arn: str, act_id: UUID) -> None:
        if self.refusal:
            raise NotRedrivable(self.refusal)
        with self._breaking():
            if act_id not in self.tokens:
                self.tokens.add(act_id)
                self.redriven.append((arn, act_id))
                self.runs(arn)

    def runs(self, arn: str) -> None:
        """It was redriven: it runs, and its history says when that was."""
        known = self.described[arn]
        self.described[arn] = known._replace(
            listed=known.listed._replace(status=ExecutionStatus.RUNNING, stopped=None), redrivable=False
        )
        redriven = {"type": "ExecutionRedriven", "timestamp": datetime.now(UTC), "previousEventId": 0}
        history = self.histories[arn]
        self.histories[arn] = [*history, {**redriven, "id": len(history) + 1}]

    def start(self, machine: Machine, name: str, given: str) -> str:
        with self._breaking():
            self.started.append((name, given))
        return self.arn(machine, name)

    @contextmanager
    def _breaking(self) -> Iterator[None]:
        if self.broken is not None and not self.broken_after:
            raise self.broken
        yield
        if self.broken is not None:
            raise self.broken


class FakePayments:
    """A payment provider that does what it is asked, and knows nothing of anybody. See ``ports.PaymentProvider``."""

    def open_checkout(self, given: OpenCheckoutInput) -> Checkout:
        return Checkout(object=FactsOf.CHECKOUT, status=PaymentStatus.OPEN, booking_id=given.booking_id)

    def close_checkout(self, checkout_id: str) -> Checkout:
        return Checkout(object=FactsOf.CHECKOUT, status=PaymentStatus.EXPIRED, checkout_id=checkout_id)

    def read(self, reference: ProviderReference) -> PaymentFacts:  # whatever it is
        return PaymentFacts(object=FactsOf.UNKNOWN, status=PaymentStatus.NONE)

    def refund(self, given: RefundPaymentInput) -> PaymentFacts:
        return PaymentFacts(object=FactsOf.REFUND, status=PaymentStatus.PENDING, key=given.key, amount=given.amount)

    def charge(self, given: ChargeFeeInput) -> PaymentFacts:
        return PaymentFacts(object=FactsOf.PAYMENT, status=PaymentStatus.CAPTURED, key=given.key, amount=given.amount)

    def charges(self, given: ListChargesInput) -> ChargesPage:  # of whatever days
        return ChargesPage(charges=[], next=None)
