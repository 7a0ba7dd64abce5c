"""What operators ask and do through bookingctl."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from booking import texts
from booking.codes import BookingStatus
from booking.contracts.base import BookingId, Contract
from booking.contracts.bookings import AttentionState, NotificationState


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
    reason: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(texts.displayable)]
