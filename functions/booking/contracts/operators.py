"""What operators ask and do, through bookingctl or the API."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID, uuid4

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from booking import texts
from booking.codes import (
    ACT_REFUSED,
    Act,
    ActReason,
    BookingStatus,
    Outcome,
    PaymentEntry,
    PaymentPurpose,
    Recipient,
    UndeliverableReason,
    WhyNoRequest,
)
from booking.contracts.base import Answer, BookingId, Contract
from booking.contracts.states import AttentionState, NotificationState
from booking.contracts.steps import Decision, ReasonContract, RequestedBy
from booking.model import RequestText

# -- Acts --------------------------------------------------------------------------------------------------------------


class OperatorAct(Contract):
    """What an operator does, before it is done; or that it was refused, under the same id. It has no free text.

    ``subject``: what it is done to: the ARN of an execution, ``message:ID`` of a queue, ``notification:ID``.
    ``booking_id`` None: that names no booking that can be read. ``refusal``: an error's name; of a refusal only.
    """

    act_id: UUID
    act: Act | Literal["act_refused"]
    booking_id: BookingId | None = None
    actor: Annotated[str, Field(min_length=1, max_length=256)]
    subject: Annotated[str, StringConstraints(pattern=r"^\S{1,400}$")]
    code: ActReason = ActReason.OTHER
    at: AwareDatetime
    refusal: Annotated[str | None, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,100}$")] = None

    @model_validator(mode="after")
    def _is_refused_with_a_code(self) -> Self:
        if (self.act == ACT_REFUSED) != (self.refusal is not None):
            raise ValueError("refusal: of a refused act, and of no other")
        return self

    def refused(self, refusal: str, at: datetime) -> "OperatorAct":
        """That this act could not be done."""
        return OperatorAct.model_validate({**self.model_dump(), "act": ACT_REFUSED, "refusal": refusal, "at": at})


Words = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(texts.displayable)]
"""Why, as an operator words it. It stays in PostgreSQL."""


class RecordActInput(OperatorAct):
    """An act with its reason in words."""

    reason: Words

    @model_validator(mode="before")
    @classmethod
    def _of_the_release_before(cls, given: Any) -> Any:
        """A bookingctl that is older than this function: it records what it has done, and knows no ids of acts."""
        if not isinstance(given, dict) or "execution" not in given:
            return given
        subject = given["execution"] or f"booking:{given.get('booking_id')}"
        known = {name: value for name, value in given.items() if name != "execution"}
        return {"act_id": uuid4(), "at": datetime.now(UTC), "subject": subject, **known}

    def to_act(self) -> OperatorAct:
        """The act without its words."""
        return OperatorAct.model_validate(self.model_dump(exclude={"reason"}))


# -- Resending ---------------------------------------------------------------------------------------------------------


class ResendInput(Contract):
    """What the machine of a resend is started with. No ``notification_ids``: all of the booking's."""

    booking_id: BookingId
    notification_ids: Annotated[list[UUID], Field(max_length=50)] = []
    act_id: UUID


class PrepareResendInput(ResendInput):
    execution: str


class ResendPrepared(Decision):
    """What PrepareResend decides."""

    outcome: Literal[Outcome.DUE, Outcome.NOT_DUE]


# -- Everything about a booking ----------------------------------------------------------------------------------------


class DescribeBookingInput(Contract):
    booking_id: BookingId


class EventState(Answer):
    """``execution``: its ARN, or what else an act was done to. ``act_id``: of an operator's act.

    ``role``: whose the booking's the actor is, if it is one of the two.
    """

    event: str
    actor: str
    execution: str
    detail: dict[str, Any]
    at: datetime
    act_id: UUID | None = None
    role: Recipient | None = None


class NotificationFile(NotificationState):
    """One message, with what became of it. ``reason``: of one that is undeliverable, since ``undeliverable_at``.

    ``accepted_at``: when the provider took it. ``delivery_at``: when it saw what became of it. ``resent_at``: when an
    operator had it sent again; what the attempts before came to is in the history. ``hindrance``: why it would be
    undeliverable if it were sent now, as far as that lies with how the client or the therapist ``recipient_id`` is
    reached.
    """

    notification_id: UUID
    recipient_id: UUID | None = None
    reason: UndeliverableReason | None = None
    hindrance: UndeliverableReason | None = None
    last_error: str | None = None
    accepted_at: datetime | None = None
    undeliverable_at: datetime | None = None
    delivery_at: datetime | None = None
    resent_at: datetime | None = None


class DecisionFile(Answer):
    """What was decided, as far as the booking has it."""

    status: BookingStatus
    reasons: list[ReasonContract]
    starts_at: datetime | None
    ends_at: datetime | None
    therapist_id: UUID | None
    service_id: UUID | None
    client_id: UUID | None
    series_id: str | None


class AttentionFile(AttentionState):
    """Why a workflow's end asks for a person; ``execution`` is its ARN."""

    execution: str


class UnreachedFile(Answer):
    """Somebody heard of it on no channel; ``recipients``: who still has not."""

    since: datetime
    recipients: list[Recipient]


class ChangeFile(Answer):
    """A change of the booking. Its execution, of the machine of its ``kind``, has its id as its name."""

    change_id: str
    kind: Literal["cancellation", "rescheduling"]
    outcome: Outcome
    at: datetime


class ReminderFile(Answer):
    """A reminder of the booking at one time.

    ``executions``: the names that its execution may have; which one depends on how often the booking was changed then.
    """

    channel: str
    occasion: str
    starts_at: datetime
    executions: list[str]


class OfferFile(Answer):
    """The offer that the booking is, or was."""

    entry_id: str
    expires_at: datetime
    answer: str | None
    outcome: str | None
    executions: list[str]


class RequestAgain(Answer):
    """What an execution of the booking machine would be started with again. The groups are not kept, nor needed: what
    was decided for the id holds, whoever asks now.
    """

    booking_id: str
    requested_by: RequestedBy
    request: RequestText


class PaymentFile(Answer):
    """An entry of the ledger of payments: ids, an amount in the currency's smallest unit, codes.

    ``key``: of the movement of money; ``payment_id`` and ``provider_id``: the provider's ids of the payment, and of
    this very thing; ``code``: why it failed.
    """

    key: str
    purpose: PaymentPurpose
    entry: PaymentEntry
    amount: int
    currency: str
    payment_id: str | None
    provider_id: str
    code: str | None
    actor: str
    execution: str
    at: datetime


class BookingPart(Answer):
    """What there is of a booking, and of each session of a series. ``status`` None: it has no row yet."""

    booking_id: str
    status: BookingStatus | None
    notifications: list[NotificationFile] = []
    events: list[EventState] = []
    changes: list[ChangeFile] = []
    payments: list[PaymentFile] = []
    reminders: list[ReminderFile] = []


class SessionFile(BookingPart):
    """A session of a series. ``starts_at`` None: it was rejected with all others."""

    occurrence: int
    starts_at: datetime | None


class BookingFile(BookingPart):
    """All that an operator may know about a booking: no name, no address.

    ``attention``: its workflow's; if that has none and somebody is unreached, that. ``workflow_attention`` and
    ``unreached`` tell the two apart. ``request`` None: ``no_request`` says why nothing can be run again from here.
    ``sessions``: of a series, which has the id of its first session, the others.
    """

    decision: DecisionFile | None = None
    attention: AttentionState | None = None
    workflow_attention: AttentionFile | None = None
    unreached: UnreachedFile | None = None
    offer: OfferFile | None = None
    request: RequestAgain | None = None
    no_request: WhyNoRequest | None = None
    sessions: list[SessionFile] = []
