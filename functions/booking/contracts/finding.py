"""What somebody on call looks for among bookings and clients, and what is found: no names."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from booking.codes import BookingStatus
from booking.contracts.base import Answer, Contract
from booking.contracts.states import AttentionState
from booking.contracts.written import Name


class FindBookingsInput(Contract):
    """What is looked for: one of these.

    ``client_name`` with ``on``, a day in the practice's zone: the bookings of that day of clients of whose name each
    word begins a word. ``client_name`` alone: the clients. ``needing_attention``: bookings that need a person, the
    newest first. ``notification_id``: the booking that a message is about.
    """

    model_config = ConfigDict(title="BookingSearch")

    client_name: Annotated[
        Name | None, Field(description="The beginnings of a client's names; with a day their bookings")
    ] = None
    on: Annotated[date | None, Field(description="The session's day, in the practice's zone")] = None
    needing_attention: Annotated[bool, Field(description="Bookings that need a person")] = False
    notification_id: Annotated[UUID | None, Field(description="A message of the ledger")] = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        asked = [self.client_name is not None, self.needing_attention, self.notification_id is not None]
        if sum(asked) != 1 or (self.on is not None and self.client_name is None):
            raise ValueError("one of client_name (with on), needing_attention, notification_id")
        return self


class FoundBooking(Answer):
    """One booking: ids, times and codes only. ``status`` None: it has no row, its workflow failed before that."""

    booking_id: str
    status: BookingStatus | None
    starts_at: datetime | None
    ends_at: datetime | None
    therapist_id: UUID | None
    service_id: UUID | None
    client_id: UUID | None
    attention: AttentionState | None


class FoundClient(Answer):
    """One client, and what tells them from others without a name: when they were here last and come next."""

    client_id: UUID
    active: bool
    last_session: datetime | None
    next_session: datetime | None


class Found(Answer):
    """What was found, at most so many of each; ``more``: there are others."""

    bookings: list[FoundBooking] = []
    clients: list[FoundClient] = []
    more: bool = False
