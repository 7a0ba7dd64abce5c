"""What may become of a booking: bodies and steps of cancelling, moving and completing."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.codes import BookingStatus, Outcome, Scope
from booking.contracts.base import BookingId, Contract, Part
from booking.contracts.steps import Decision, Overrides, RequestedBy, StartText, instant_of
from booking.model import RequestText


class CancellationBody(Contract):
    """The body of ``POST /v1/bookings/{id}/cancellation``."""

    scope: Annotated[Scope | None, Field(description="Of a session of a series; this one, if left out")] = None
    if_starts_at: Annotated[
        StartText | None, Field(description="Only if it still starts then: it may have been moved meanwhile")
    ] = None

    def as_text(self) -> RequestText:
        """What was asked, for the record."""
        return self.model_dump(mode="json", exclude_none=True)


class ReschedulingBody(Contract):
    """The body of ``POST /v1/bookings/{id}/rescheduling``; without ``therapist_id`` the therapist stays."""

    starts_at: StartText
    therapist_id: Annotated[UUID | None, Field(description="A UUID; another therapist who offers the service")] = None
    override: Annotated[
        Overrides | None,
        Field(
            description="For who keeps the calendar it goes to: rules to set aside, as when booking; nothing is moved "
            "into the past"
        ),
    ] = None

    def to_start(self) -> datetime | None:
        """The new start in UTC, or None when the text names no instant that exists."""
        return instant_of(self.starts_at)

    def as_text(self) -> RequestText:
        """What was asked, for the record."""
        return self.model_dump(mode="json", exclude_none=True)


class ChangeInput(Contract):
    """What both machines are started with."""

    change_id: BookingId
    booking_id: BookingId
    requested_by: RequestedBy
    requested_at: AwareDatetime
    execution: str


class CancelBookingInput(ChangeInput):
    request: CancellationBody


class MoveBookingInput(ChangeInput):
    request: ReschedulingBody


class StartCancellation(Contract):
    """What the cancellation machine is started with, when we start it."""

    change_id: BookingId
    booking_id: BookingId
    requested_by: RequestedBy
    request: CancellationBody


class Cancelled(Decision):
    """What CancelBooking decides."""

    outcome: Literal[Outcome.CANCELLED, Outcome.LATE_CANCELLED, Outcome.REFUSED, Outcome.KEY_CONFLICT]


class Moved(Decision):
    """What MoveBooking decides."""

    outcome: Literal[Outcome.MOVED, Outcome.REFUSED, Outcome.KEY_CONFLICT]


BookingChangeKind = Literal["cancellation", "rescheduling"]


class PendingChange(Part):
    """What an execution of one of the machines was asked for."""

    booking_id: BookingId
    kind: BookingChangeKind
    requested_by: RequestedBy


class AttendanceBody(Contract):
    """The body of ``POST /v1/bookings/{id}/attendance``: whether the client came."""

    status: Literal[BookingStatus.COMPLETED, BookingStatus.NO_SHOW]
