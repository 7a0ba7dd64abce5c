"""What became of executions. Ids, times, codes and outcomes; nothing personal.

All times are UTC. What went into states and came out of them is in no trace: events have it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.codes import Channel, Recipient
from booking.contracts.base import Answer


class Machine(StrEnum):
    """The state machines, by their short names."""

    BOOKING = "booking"
    CANCELLATION = "cancellation"
    RESCHEDULING = "rescheduling"
    REMINDER = "reminder"
    OFFER = "offer"
    PAYMENT = "payment"
    RESEND = "resend"


class ExecutionStatus(StrEnum):
    """As Step Functions says it."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    ABORTED = "ABORTED"

    @property
    def is_unsuccessful(self) -> bool:
        """Whether it ended, and not well."""
        return self in (ExecutionStatus.FAILED, ExecutionStatus.TIMED_OUT, ExecutionStatus.ABORTED)


class Listed(NamedTuple):
    """An execution as Step Functions lists it. Times in UTC; ``stopped`` None: it runs."""

    arn: str
    machine: Machine
    status: ExecutionStatus
    started: datetime
    stopped: datetime | None

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]


class Described(NamedTuple):
    """An execution as Step Functions describes it. ``given`` and ``output`` are text: JSON, as far as we know.

    ``redrive_reason``: why it can't be redriven, in Step Functions' words.
    """

    listed: Listed
    given: str
    output: str | None
    error: str | None
    cause: str | None
    redrives: int
    redrivable: bool
    redrive_reason: str | None


class AttemptOutcome(StrEnum):
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"


class AttemptState(Answer):
    """One attempt of a Task."""

    started: datetime
    ended: datetime | None = None
    outcome: AttemptOutcome = AttemptOutcome.RUNNING
    error: str | None = None
    cause: str | None = None
    waited: Annotated[float | None, Field(description="Seconds until the next attempt began")] = None


class ItemState(Answer):
    """What an item of a Map is: a message, and to whom."""

    notification_id: str
    event: str | None = None
    recipient: Recipient | None = None
    channel: Channel | None = None


class StepState(Answer):
    """A state, as it was run."""

    name: str
    kind: Annotated[str, Field(description="Task, Choice, Map, …")]
    within: Annotated[str | None, Field(description="The Map or Parallel state that it is an item or a branch of")] = (
        None
    )
    item: Annotated[int | None, Field(description="Which item of the Map, from 0")] = None
    about: ItemState | None = None
    entered: datetime
    left: Annotated[datetime | None, Field(description="null: it has not ended, or not well")] = None
    outcome: Annotated[str | None, Field(description="What a Task decided")] = None
    attempts: list[AttemptState] = []

    @property
    def errors(self) -> list[str]:
        """Of its attempts, in their order."""
        return [each.error for each in self.attempts if each.error is not None]


class WaitingState(Answer):
    """A retry that an execution waits for. With full jitter its moment is drawn between now and the latest."""

    state: str
    error: str
    since: datetime
    latest: datetime
    retry: Annotated[int, Field(description="Which retry it is, from 1")]
    retries: Annotated[int, Field(description="How many there are for this error")]


class RedriveState(Answer):
    """Whether an execution can be restarted where it stopped."""

    possible: bool
    reason: Annotated[str | None, Field(description="Why not, as Step Functions says it")] = None
    until: Annotated[datetime | None, Field(description="14 days after it ended")] = None


class RequestedSession(Answer):
    """What a booking was asked for with. When it is now, PostgreSQL knows."""

    starts_at: AwareDatetime
    service_id: UUID
    therapist_id: UUID | None = None


class ExecutionSummary(Answer):
    """An execution, without its steps."""

    machine: Machine
    name: str
    booking_id: Annotated[str | None, Field(description="null: its input names none that could be one")]
    status: ExecutionStatus
    started: datetime
    stopped: datetime | None = None
    redrives: int = 0
    state: Annotated[str | None, Field(description="Where it failed, waits or is")] = None
    error: str | None = None
    waiting: WaitingState | None = None
    redrive: RedriveState | None = None
    requested: Annotated[
        RequestedSession | None, Field(description="Of a booking's; null: it asks for nothing that can be read")
    ] = None


class ExecutionTrace(ExecutionSummary):
    """An execution, step by step."""

    execution: Annotated[str, Field(description="Its ARN")]
    console: Annotated[str, Field(description="Where AWS's console shows it")]
    cause: str | None = None
    redriven: list[datetime] = []
    steps: list[StepState] = []
    unread: Annotated[bool, Field(description="It is one of very many, and its steps were not read")] = False
