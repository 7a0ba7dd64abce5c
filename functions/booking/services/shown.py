"""What readers of bookings see, from what the store knows."""

from datetime import datetime
from zoneinfo import ZoneInfo

from booking.contracts.bookings import BookingSummary, LocalTimes
from booking.store.bookings import SummaryView


def local_times(starts_at: datetime, ends_at: datetime | None, zone: ZoneInfo) -> LocalTimes:
    """A session on the clock on a wall in this zone."""
    return LocalTimes(
        time_zone=zone.key, starts_at=starts_at.astimezone(zone), ends_at=ends_at and ends_at.astimezone(zone)
    )


def summary(view: SummaryView) -> BookingSummary:
    """One booking of a list."""
    return BookingSummary(
        booking_id=view.booking_id,
        status=view.status,
        therapist_id=view.therapist_id,
        service_id=view.service_id,
        client_id=view.client_id,
        starts_at=view.starts_at,
        ends_at=view.ends_at,
        local=local_times(view.starts_at, view.ends_at, view.zone),
        series_id=view.series_id,
    )
