"""What cancelling or moving a booking comes to now: one rule for who asks what it would, and for who does it.

Standard library only.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from booking import rules
from booking.codes import Awaits, BookingStatus, LateCancellation, ReasonCode

OVER = (BookingStatus.COMPLETED, BookingStatus.NO_SHOW)


class Standing(NamedTuple):
    """How a session stands: what decides whether it may be changed, in the eyes of who asks. Instants in UTC."""

    status: BookingStatus
    starts_at: datetime
    free_until: timedelta  # before the start
    late_cancellation: LateCancellation
    awaits: Awaits | None  # what a held one waits for; None: an offer, which is answered
    keeps_calendar: bool  # who asks keeps the calendar it is in: they are never late

    def is_late(self, requested_at: datetime) -> bool:
        """Whether a change that is asked for then is nearer to the session than is free."""
        is_agreed = self.status != BookingStatus.HELD  # what is not agreed yet is never late
        return is_agreed and not self.keeps_calendar and rules.is_late(self.starts_at, self.free_until, requested_at)

    @property
    def free_before(self) -> datetime | None:
        """Until when a change is free; None for who is never late, and for what is only held."""
        return None if self.keeps_calendar or self.status == BookingStatus.HELD else self.starts_at - self.free_until

    def against_cancelling(self, requested_at: datetime, now: datetime) -> ReasonCode | None:
        """Why it stays. None for what is cancelled already: nothing is against that."""
        if self.status in OVER:
            return ReasonCode.BOOKING_OVER
        if self.status == BookingStatus.HELD and self.awaits is None:
            return ReasonCode.BOOKING_HELD
        if self.status == BookingStatus.REJECTED:
            return ReasonCode.BOOKING_NOT_STANDING
        if self.status == BookingStatus.CANCELLED:
            return None
        if self.starts_at <= now:
            return ReasonCode.BOOKING_OVER
        is_too_late = self.late_cancellation == LateCancellation.STAFF_ONLY and self.is_late(requested_at)
        return ReasonCode.TOO_LATE if is_too_late else None

    def against_moving(self, requested_at: datetime, now: datetime) -> ReasonCode | None:
        """Why it stays, wherever it would go."""
        if self.status == BookingStatus.HELD:
            return ReasonCode.BOOKING_HELD
        if not self.status.is_standing:
            return ReasonCode.BOOKING_NOT_STANDING
        if self.starts_at <= now:
            return ReasonCode.BOOKING_OVER
        return ReasonCode.TOO_LATE if self.is_late(requested_at) else None
