"""Time off: one period at a time, and what becomes of the bookings in it."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from booking.contracts.base import Answer
from booking.contracts.bookings import BookingSummary
from booking.contracts.calendars import Period
from booking.contracts.written import Lines, Name


class TimeOffBody(Period):
    """The body of ``POST /v1/therapists/{id}/time-off``."""

    label: Annotated[Name | None, Field(description="For who keeps the calendar; no message has it")] = None
    proceed: Annotated[bool, Field(description="Though there are bookings in it, which stay")] = False
    cancel_bookings: Annotated[bool, Field(description="Cancels those in it that have not begun")] = False
    reason: Annotated[Lines | None, Field(description="Why they are cancelled, which their clients are told")] = None
    reason_internal: Annotated[bool, Field(description="The clients are not told the reason")] = False

    @model_validator(mode="after")
    def _stay_or_go(self) -> Self:
        if self.proceed and self.cancel_bookings:
            raise ValueError("proceed leaves the bookings and cancel_bookings cancels them: send one of the two")
        if self.reason is not None and not self.cancel_bookings:
            raise ValueError("reason is of cancellations: send cancel_bookings too")
        if self.reason_internal and self.reason is None:
            raise ValueError("reason_internal says something of a reason, and there is none")
        return self


class TimeOffPeriod(Answer):
    """One period of time off."""

    time_off_id: UUID
    starts_at: datetime
    ends_at: datetime
    label: str | None


class TimeOffList(Answer):
    """The body of ``GET /v1/therapists/{id}/time-off``: past and to come, in order of time; periods may overlap."""

    time_off: list[TimeOffPeriod]


class TimeOffAnswer(TimeOffPeriod):
    """What was entered. ``bookings_left``: those that stay in it. ``change_id``: of the change that cancels them."""

    bookings_left: list[BookingSummary] = []
    change_id: str | None = None
