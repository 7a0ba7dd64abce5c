"""What has become of a change or an absence, as the API answers it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from booking.contracts.base import Answer, Contract
from booking.contracts.states import NotificationState
from booking.contracts.steps import ReasonContract
from booking.contracts.words import ChangeReasonState

ChangeKind = Literal["cancellation", "rescheduling", "absence"]


class ChangeQuery(Contract):
    """The parameters of ``GET /v1/changes/{id}``."""

    kind: Annotated[
        ChangeKind | None,
        Field(description="Tells two changes apart that were asked for with one key; `Location` has it."),
    ] = None


class AcceptedChange(Answer):
    """What API Gateway answers to a request for a change that a machine decides."""

    change_id: str
    status: Literal["pending"]


class SessionLeftState(Answer):
    """A session of a series that the change was meant for and did not touch, and why."""

    booking_id: str
    reasons: list[ReasonContract]


class AbsenceCancellation(Answer):
    """One booking that an absence cancels. ``outcome`` None: nothing has become of it yet."""

    booking_id: str
    change_id: Annotated[str, Field(description="Of the change that cancels it, which its client may read")]
    outcome: Literal["cancelled", "refused"] | None
    reasons: Annotated[list[ReasonContract], Field(description="Why it stays")]
    notifications: Annotated[list[NotificationState], Field(description="Who is told")]


class AbsenceState(Answer):
    """What an absence cancels. ``cancelled`` and ``pending``: how many of the ``bookings``; the others stay."""

    therapist_id: UUID
    time_off_id: UUID
    bookings: int
    cancelled: int
    pending: int
    cancellations: list[AbsenceCancellation]


class ChangeAnswer(Answer):
    """The body of ``GET /v1/changes/{id}``. ``outcome`` None: it is not decided yet, or not all of it."""

    change_id: str
    booking_id: Annotated[str | None, Field(description="null: the change is an absence")]
    kind: ChangeKind
    outcome: Literal["cancelled", "late_cancelled", "moved", "refused"] | None
    reasons: list[ReasonContract] = []
    booking_ids: list[str] = []
    sessions_left: list[SessionLeftState] = []
    notifications: list[NotificationState] = []
    reason: Annotated[
        ChangeReasonState | None,
        Field(description="In the words of who asked; an internal one for who keeps the calendar only"),
    ] = None
    absence: Annotated[AbsenceState | None, Field(description="Of an absence, for who keeps the calendar")] = None
