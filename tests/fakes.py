"""Fakes of our own Protocols: a provider one can break, and the tasks that wait for an answer."""

from dataclasses import dataclass, field

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.channels.protocol import MessageChannel
from booking.errors import TherapistBookingError
from booking.model import Channel
from booking.notices import Message


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

    def channels(self) -> dict[Channel, MessageChannel]:
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
