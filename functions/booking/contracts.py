"""What crosses a border: the steps' inputs and outputs, queue messages, API answers. Pydantic, strict about shape.

Inputs forbid unknown fields and hide values in errors: an error names fields and rules, never what somebody typed.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, Json

from booking.model import (
    BookingRequest,
    BookingStatus,
    Channel,
    Group,
    NotificationStatus,
    Outcome,
    ReasonCode,
    Recipient,
    Requester,
    UndeliverableReason,
)

BOOKING_ID_PATTERN = r"^[A-Za-z0-9_-]{1,80}$"

BookingId = Annotated[str, Field(pattern=BOOKING_ID_PATTERN)]


class Contract(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _groups(value: Any) -> Any:
    """API Gateway renders a list-valued claim as text: ``client``, ``client,operator`` or ``[client operator]``."""
    if isinstance(value, str):
        named = set(re.split(r"[\s,\[\]]+", value))
        return [group for group in Group if group in named]
    return value


class RequestedBy(Contract):
    """Who asks: the JWT's ``sub`` and ``cognito:groups``. Groups that are not ours are left out."""

    sub: Annotated[str, Field(min_length=1, max_length=128)]
    groups: Annotated[list[Group], BeforeValidator(_groups)]

    def to_requester(self) -> Requester:
        return Requester(self.sub, frozenset(self.groups))


class RequestBody(Contract):
    """The body of ``POST /v1/bookings``. ``starts_at`` is RFC 3339 by its looks; whether that day exists is a rule."""

    therapist_id: UUID
    service_id: UUID
    client_id: UUID | None = None
    starts_at: Annotated[str, Field(max_length=40)]

    def to_request(self) -> BookingRequest:
        return BookingRequest(self.therapist_id, self.service_id, self.client_id, _instant(self.starts_at))

    def as_text(self) -> dict[str, str]:
        """What was asked, for the record: the same request always gives the same text."""
        return self.model_dump(mode="json", exclude_none=True)


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    # The first and the last year have instants that other time zones can't express.
    return instant.astimezone(UTC) if instant.tzinfo is not None and 1 < instant.year < 9999 else None


class ValidateRequestInput(Contract):
    booking_id: BookingId
    requested_by: RequestedBy
    request: RequestBody
    requested_at: AwareDatetime


class SessionContract(Contract):
    """The session to reserve: ids and instants (UTC) only."""

    therapist_id: UUID
    service_id: UUID
    client_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    occupied_from: AwareDatetime
    occupied_until: AwareDatetime


class ReasonContract(Contract):
    code: ReasonCode
    message: str


class NotificationContract(Contract):
    notification_id: UUID
    recipient: Recipient
    channel: Channel


class Decision(Contract):
    """What a step decided. One shape for all of them, so that each writes ``$.decision`` and any can read it."""

    outcome: Outcome
    reasons: list[ReasonContract] = []
    session: SessionContract | None = None
    notifications: list[NotificationContract] = []


class Validated(Decision):
    """What ValidateRequest decides."""

    outcome: Literal[Outcome.VALID, Outcome.INVALID]


class Reserved(Decision):
    """What ReserveSlot decides."""

    outcome: Literal[Outcome.RESERVED, Outcome.SLOT_TAKEN, Outcome.CLIENT_BUSY, Outcome.KEY_CONFLICT]


class Rejected(Decision):
    """What RejectBooking decides."""

    outcome: Literal[Outcome.REJECTED]


class ReserveSlotInput(Contract):
    booking_id: BookingId
    requested_by: RequestedBy
    request: RequestBody
    session: SessionContract
    execution: str


class RejectBookingInput(Contract):
    booking_id: BookingId
    requested_by: RequestedBy
    request: RequestBody
    outcome: Outcome
    reasons: list[ReasonContract]
    execution: str


class ExecutionInput(BaseModel):
    """The part of an execution's input that names its booking."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    booking_id: BookingId


class NotificationMessage(Contract):
    """A message of the notification queue: which notification, and the token that waits for its outcome."""

    booking_id: BookingId
    notification_id: UUID
    task_token: Annotated[str, Field(min_length=1, max_length=2048)]


class Delivery(Contract):
    """What became of a notification: the output of the task that waited for it."""

    notification_id: UUID
    outcome: Outcome
    reason: UndeliverableReason | None = None


class ExecutionChange(BaseModel):
    """What EventBridge tells of an execution that has ended. Fields we do not need are left out."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    execution_arn: Annotated[str, Field(alias="executionArn")]
    status: Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    stop_date: Annotated[datetime, Field(alias="stopDate")]  # milliseconds since 1970
    error: str | None = None
    input: Json[ExecutionInput]


class ExecutionStatusChange(BaseModel):
    """EventBridge's event "Step Functions Execution Status Change"."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    detail: ExecutionChange


class LocalTimes(BaseModel):
    """The session in the therapist's wall-clock time."""

    time_zone: str
    starts_at: datetime
    ends_at: datetime | None


class NotificationState(BaseModel):
    event: str
    recipient: Recipient
    channel: Channel
    status: NotificationStatus
    attempts: int


class AttentionState(BaseModel):
    """For staff: the workflow has failed, and a person must look."""

    status: str
    error: str | None
    since: datetime


class BookingAnswer(BaseModel):
    """The body of ``GET /v1/bookings/{id}``. Instants in UTC; ``local`` in the therapist's zone."""

    booking_id: str
    status: BookingStatus
    therapist_id: UUID
    service_id: UUID
    client_id: UUID | None
    starts_at: datetime | None
    ends_at: datetime | None = None
    local: LocalTimes | None = None
    reasons: list[ReasonContract] = []
    notifications: list[NotificationState] = []
    attention: AttentionState | None = None


class DescribeBookingInput(Contract):
    booking_id: BookingId


class EventState(BaseModel):
    event: str
    actor: str
    execution: str
    detail: dict[str, Any]
    at: datetime


class BookingFile(BaseModel):
    """All that an operator may know about a booking: no name, no address. ``status`` None: it has no row yet."""

    booking_id: str
    status: BookingStatus | None
    notifications: list[NotificationState] = []
    attention: AttentionState | None = None
    events: list[EventState] = []


class RecordActInput(Contract):
    """What an operator did to a booking. ``reason`` is theirs to word, and stays in PostgreSQL."""

    booking_id: BookingId
    act: Literal["redriven", "rerun", "message_redriven"]
    actor: Annotated[str, Field(min_length=1, max_length=256)]
    execution: Annotated[str, Field(max_length=400)]
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class HealthAnswer(BaseModel):
    """The body of ``GET /v1/health``."""

    status: str
    database: str
    schema_state: Annotated[str, Field(serialization_alias="schema")]
