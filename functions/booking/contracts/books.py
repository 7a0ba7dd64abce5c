"""Bookings for the books and for statistics: ids and facts, and no client's name."""

from datetime import date, datetime
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.codes import BookingStatus, PaymentRule, PaymentStanding
from booking.contracts.base import Answer, BookingId, Contract

PAGE = 2000
"""Bookings in one answer: Lambda gives at most 6 MB."""


class Place(NamedTuple):
    """Where a page ends: the start and the id of its last booking."""

    starts_at: AwareDatetime
    booking_id: BookingId


class ExportBookingsInput(Contract):
    """``first`` and ``last`` are days on the practice's wall, both in it. ``after`` is the last page's ``next``."""

    first: Annotated[date, Field(ge=date(1970, 1, 1), le=date(9000, 1, 1))]
    last: Annotated[date, Field(ge=date(1970, 1, 1), le=date(9000, 1, 1))]
    after: Place | None = None
    limit: Annotated[int, Field(ge=1, le=PAGE)] = PAGE


class ExportedBooking(Answer):
    """One line. ``day`` and ``time`` are the practice's; the price is as promised, in hundredths of the currency.

    What was paid is in the currency's smallest unit. ``fee``: what was asked for a late cancellation or a missed
    session; ``kept``: of all that was paid, what has not gone back, and will not; ``tax``: what is included in that, at
    ``tax_percent``.
    """

    booking_id: str
    series_id: str | None
    status: BookingStatus
    starts_at: datetime
    day: date
    time: str
    minutes: int
    therapist_id: UUID
    therapist: str | None
    service_id: UUID
    service: str | None
    client_id: UUID
    price_cents: int | None
    currency: str | None
    booked_at: datetime
    payment: PaymentRule = PaymentRule.NONE
    payment_status: PaymentStanding = PaymentStanding.NONE
    paid: int = 0
    refunded: int = 0
    fee: int = 0
    kept: int = 0
    tax_percent: float = 0
    tax: int = 0
    receipt: str | None = None


class ExportedPage(Answer):
    bookings: list[ExportedBooking]
    next: Place | None
