"""What operators see and do through the API: lists of executions, what needs a person, dead letters, acts."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from booking import texts
from booking.codes import Act, ActReason, Recorded
from booking.contracts.base import Answer, Contract
from booking.contracts.booking_traces import Source
from booking.contracts.operators import OperatorAct
from booking.contracts.queries import Instant, Page, in_order
from booking.contracts.traces import ExecutionStatus, ExecutionSummary, Machine
from booking.contracts.written import shown_text
from booking.model import Requester

# -- Reading -----------------------------------------------------------------------------------------------------------


class BookedSession(Answer):
    """When a booking is, of what, and with whom: what tells it from others where no client is named."""

    booking_id: str
    starts_at: datetime
    ends_at: datetime
    therapist_id: UUID
    service_id: UUID


Sessions = Annotated[
    list[BookedSession],
    Field(description="Of the bookings that are named here; of a series, its first. Without those that have no time"),
]


class ExecutionsQuery(Page):
    """The parameters of ``GET /v1/executions``. Each of a page is described, which Step Functions does 250 times."""

    limit: Annotated[int, Field(ge=1, le=100, description="Items of a page")] = 50
    status: Annotated[ExecutionStatus | None, Field(description="Only these")] = None
    machine: Annotated[Machine | None, Field(description="Only this machine's")] = None
    started_from: Annotated[Instant | None, Field(alias="from", description="Those that started at or after it")] = None
    started_before: Annotated[Instant | None, Field(alias="to", description="Those that started before it")] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return in_order(self, "from", self.started_from, "to", self.started_before)


class ExecutionList(Answer):
    """A page of executions, the last to start first. What could not be asked is ``missing``, and not guessed."""

    executions: list[ExecutionSummary]
    sessions: Sessions
    missing: list[Source]
    next: Annotated[str | None, Field(description="The cursor of the following page; null: there is none")] = None


class DeadLetterQueue(StrEnum):
    """The queues whose messages may end in a dead-letter queue."""

    NOTIFICATIONS = "notifications"
    DELIVERIES = "deliveries"
    ATTENTION = "attention"
    ACTS = "acts"
    PAYMENT_EVENTS = "payment_events"


class DeadLetterState(Answer):
    """A message that its consumer could not handle."""

    queue: DeadLetterQueue
    message_id: str
    booking_id: Annotated[str | None, Field(description="null: it names none that can be read")]
    reason: Annotated[str, Field(description="A name and a rule, or that it was handled in vain too often")]
    received: Annotated[int, Field(description="How often somebody has looked at it")]
    sent_at: datetime


class Letter(NamedTuple):
    """A dead letter that is held. ``handle``: what SQS deletes it by, as long as that is so."""

    state: DeadLetterState
    body: str
    handle: str


class DeadLetterList(Answer):
    """What lies in the dead-letter queues, the newest first."""

    dead_letters: list[DeadLetterState]
    more: Annotated[bool, Field(description="A queue has so many that not all were looked at")] = False


class AttentionKind(StrEnum):
    FAILED = "failed"
    UNREACHED = "unreached"
    DEAD_LETTER = "dead_letter"
    PAYMENT = "payment"


class AttentionQuery(Contract):
    """The parameters of ``GET /v1/attention``."""

    kind: Annotated[AttentionKind | None, Field(description="Only these")] = None
    limit: Annotated[int, Field(ge=1, le=100, description="At most so many")] = 50


class AttentionMatter(Answer):
    """One thing that needs a person. Which fields it has, its kind says."""

    kind: AttentionKind
    since: datetime
    booking_id: str | None
    execution: Annotated[
        ExecutionSummary | None,
        Field(description="Of a failure; null: it is gone and can be run again, or executions are missing"),
    ] = None
    error: Annotated[str | None, Field(description="Of a failure; of a payment: disputed, or refund_failed")] = None
    dead_letter: DeadLetterState | None = None


class AttentionCounts(Answer):
    """How many need a person, of all kinds, whatever was asked for. null: nobody could be asked."""

    failed: int | None
    unreached: int | None
    dead_letter: int | None
    payment: int | None
    at_least: Annotated[list[AttentionKind], Field(description="Of these there may be more")]


class AttentionList(Answer):
    """The newest first. What could not be asked is ``missing``, and not guessed."""

    matters: list[AttentionMatter]
    counts: AttentionCounts
    more: Annotated[bool, Field(description="There is more than was asked for")]
    missing: list[Source]
    running: Annotated[int | None, Field(description="Executions under way; null: it is not known")]
    waiting: Annotated[list[ExecutionSummary], Field(description="Of these, those that wait for a retry")]
    unseen: Annotated[int, Field(description="Of these, so many were not looked into: there are many")] = 0
    sessions: Sessions


# -- Acting ------------------------------------------------------------------------------------------------------------


class ActBody(Contract):
    """Why an operator acts."""

    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
        AfterValidator(shown_text),
        Field(
            description="Kept in the booking's history with who did it; not while it is away",
            json_schema_extra={"pattern": texts.PATTERN},
        ),
    ]
    code: Annotated[ActReason, Field(description="The same where no words may go: kept always")] = ActReason.OTHER


class ActAnswer(Answer):
    """An act that was done; ``recorded``: where it is."""

    act_id: UUID
    recorded: Recorded


class ExecutionActAnswer(ActAnswer):
    """An execution that was started, or restarted: follow it by its machine and name."""

    machine: Machine
    name: str


class Acting(NamedTuple):
    """Who acts, and why; ``key``: what they call it, so that the same again does nothing twice.

    ``refused``: how often that was refused before.
    """

    requester: Requester
    key: str
    body: ActBody
    refused: int = 0

    @property
    def act_id(self) -> UUID:
        again = f":{self.refused}" if self.refused else ""  # which no key has
        return uuid5(NAMESPACE_URL, f"urn:therapist-booking:act:{self.requester.sub}:{self.key}{again}")

    def to_act(self, act: Act, subject: str, booking_id: str | None, now: datetime) -> OperatorAct:
        return OperatorAct(
            act_id=self.act_id,
            act=act,
            booking_id=booking_id,
            actor=self.requester.sub,
            subject=subject,
            code=self.body.code,
            at=now,
        )
