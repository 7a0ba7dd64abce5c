"""Fakes of our own Protocols (``booking.ports``): providers one can break, tasks that wait, workflows, a clock."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.codes import Channel, Group, Language
from booking.contracts.changes import PendingChange, StartCancellation
from booking.contracts.queues import ExecutionEnded
from booking.contracts.reminders import PrepareReminderInput
from booking.contracts.steps import ValidateRequestInput
from booking.contracts.waitlist import OfferInput
from booking.errors import ProviderUnavailable, Refusal, TherapistBookingError
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
class FakeLogins:
    """Cognito's logins, by address in lower case: their ``sub``. ``broken`` is raised instead of inviting."""

    subs: dict[str, str | None] = field(default_factory=dict)
    invited: list[tuple[str, Group, Language]] = field(default_factory=list)
    broken: Exception | None = None
    forgotten: list[str] = field(default_factory=list)  # whose password nobody knows any more

    def forget_password(self, user_name: str) -> None:
        self.forgotten.append(user_name)

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
