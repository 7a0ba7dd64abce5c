"""A therapist's hours: read and replaced as a whole, by the therapist and by operators."""

from uuid import UUID

from booking.contracts.calendars import AvailabilityBody, Period, WeeklySpan
from booking.model import Requester
from booking.services.calendars.keeping import demand_keeper
from booking.store import Store, Stores
from booking.versions import demand_current


def get_availability(stores: Stores, requester: Requester, therapist_id: UUID) -> AvailabilityBody:
    """Weekly hours and extra hours. Raises ``Refusal``."""
    with stores.transaction() as store:
        demand_keeper(store, requester, therapist_id)
        return _availability(store, therapist_id)


def put_availability(
    stores: Stores, requester: Requester, therapist_id: UUID, body: AvailabilityBody, if_match: str | None
) -> AvailabilityBody:
    """Replaces all of it; bookings that are made stay as they are. Raises ``Refusal``."""
    with stores.transaction() as store:
        demand_keeper(store, requester, therapist_id)
        store.calendars.lock_calendar(therapist_id)
        demand_current(if_match, _availability(store, therapist_id))
        store.calendars.put_weekly_hours(therapist_id, [span.to_hours() for span in body.weekly])
        store.calendars.put_extra_hours(therapist_id, [period.to_span() for period in body.extra_hours])
        return _availability(store, therapist_id)


def _availability(store: Store, therapist_id: UUID) -> AvailabilityBody:
    return AvailabilityBody(
        weekly=[WeeklySpan.of(hours) for hours in store.calendars.weekly_hours(therapist_id)],
        extra_hours=[Period(starts_at=start, ends_at=end) for start, end in store.calendars.extra_hours(therapist_id)],
    )
