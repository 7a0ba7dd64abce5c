"""A therapist's hours and time off: read and replaced as a whole, by the therapist and by operators."""

from uuid import UUID

from booking import access
from booking.contracts.calendars import AvailabilityBody, Period, TimeOffAnswer, TimeOffBody, WeeklySpan
from booking.errors import Refusal
from booking.model import Requester
from booking.problems import Problem
from booking.services.bookings.views import summary
from booking.store import Store, Stores
from booking.store.calendars import EXTRA_HOURS, TIME_OFF
from booking.versions import demand_current
from booking.working_time import without


def get_availability(stores: Stores, requester: Requester, therapist_id: UUID) -> AvailabilityBody:
    """Weekly hours and extra hours. Raises ``Refusal``."""
    with stores.transaction() as store:
        _demand_keeper(store, requester, therapist_id)
        return _availability(store, therapist_id)


def put_availability(
    stores: Stores, requester: Requester, therapist_id: UUID, body: AvailabilityBody, if_match: str | None
) -> AvailabilityBody:
    """Replaces all of it; bookings that are made stay as they are. Raises ``Refusal``."""
    with stores.transaction() as store:
        _demand_keeper(store, requester, therapist_id)
        store.calendars.lock_calendar(therapist_id)
        demand_current(if_match, _availability(store, therapist_id))
        store.calendars.put_weekly_hours(therapist_id, [span.to_hours() for span in body.weekly])
        store.calendars.put_exceptions(therapist_id, EXTRA_HOURS, [period.to_span() for period in body.extra_hours])
        return _availability(store, therapist_id)


def get_time_off(stores: Stores, requester: Requester, therapist_id: UUID) -> TimeOffAnswer:
    """All time off, past and future. Raises ``Refusal``."""
    with stores.transaction() as store:
        _demand_keeper(store, requester, therapist_id)
        return _time_off(store, therapist_id)


def put_time_off(
    stores: Stores, requester: Requester, therapist_id: UUID, body: TimeOffBody, if_match: str | None
) -> TimeOffAnswer:
    """Replaces all of it. Raises ``Refusal``, with the bookings in time that was not off before.

    With ``proceed`` those bookings stay, and the answer says which they are.
    """
    with stores.transaction() as store:
        _demand_keeper(store, requester, therapist_id)
        store.calendars.lock_calendar(therapist_id)
        before = store.calendars.exceptions(therapist_id, TIME_OFF)
        demand_current(if_match, _time_off(store, therapist_id))
        spans = [period.to_span() for period in body.time_off]
        left = [summary(each) for each in store.bookings.within(therapist_id, without(spans, before))]
        if left and not body.proceed:
            raise Refusal(
                Problem.BOOKINGS_IN_TIME_OFF,
                "Move or cancel them first, or send proceed: true, which leaves them as they are.",
                bookings=[each.model_dump(mode="json") for each in left],
            )
        store.calendars.put_exceptions(therapist_id, TIME_OFF, spans)
        return _time_off(store, therapist_id).model_copy(update={"bookings_left": left})


def _demand_keeper(store: Store, requester: Requester, therapist_id: UUID) -> None:
    owner = store.calendars.owner(therapist_id)
    if owner is None or not access.may_keep(requester, *owner):
        raise access.not_found("therapist")


def _availability(store: Store, therapist_id: UUID) -> AvailabilityBody:
    return AvailabilityBody(
        weekly=[WeeklySpan.of(hours) for hours in store.calendars.weekly_hours(therapist_id)],
        extra_hours=_periods(store, therapist_id, EXTRA_HOURS),
    )


def _time_off(store: Store, therapist_id: UUID) -> TimeOffAnswer:
    return TimeOffAnswer(time_off=_periods(store, therapist_id, TIME_OFF))


def _periods(store: Store, therapist_id: UUID, kind: str) -> list[Period]:
    return [Period(starts_at=start, ends_at=end) for start, end in store.calendars.exceptions(therapist_id, kind)]
