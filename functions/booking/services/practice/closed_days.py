"""The days on which the practice is closed: local dates, of whichever therapist."""

from datetime import UTC, date, datetime, time

from booking import access
from booking.contracts.practice import ClosedDay, ClosedDayBody, ClosedDays
from booking.errors import Refusal
from booking.model import Requester
from booking.ports import Clock
from booking.problems import Problem
from booking.services.bookings.views import summary
from booking.store import Store, Stores
from booking.store.bookings import BookedSession
from booking.working_time import DAY, local_day


def closed_days(stores: Stores) -> ClosedDays:
    """All of them, past and future, in order."""
    with stores.autocommit() as store:
        return _all(store)


def close_day(stores: Stores, requester: Requester, body: ClosedDayBody, clock: Clock) -> ClosedDays:
    """Nobody books on it from now on. Raises ``Refusal``, with the bookings to come on it.

    With ``proceed`` those bookings stay, and the answer says which they are.
    """
    access.demand_operator(requester)
    with stores.transaction() as store:
        store.practice.lock_calendars()
        left = [summary(each, requester) for each in _on(store, body.day) if each.session.starts_at > clock()]
        if left and not body.proceed:
            raise Refusal(
                Problem.BOOKINGS_ON_CLOSED_DAY,
                "Move or cancel them first, or send proceed: true, which leaves them as they are.",
                bookings=[each.model_dump(mode="json") for each in left],
            )
        store.practice.close_day(body.day, body.label)
        return _all(store).model_copy(update={"bookings_left": left})


def open_day(stores: Stores, requester: Requester, day: str) -> ClosedDays:
    """The practice is open again on that day, as ever. Raises ``Refusal`` when it is not closed."""
    access.demand_operator(requester)
    with stores.transaction() as store:
        store.practice.lock_calendars()
        named = _date(day)
        if named is None or not store.practice.open_day(named):
            raise Refusal(Problem.CLOSED_DAY_NOT_FOUND, "The practice is not closed on this day.")
        return _all(store)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _all(store: Store) -> ClosedDays:
    return ClosedDays(closed_days=[ClosedDay(day=day, label=label) for day, label in store.practice.closed_days()])


def _on(store: Store, day: date) -> list[BookedSession]:
    """The standing bookings that are held on that date, on the clock of each one's therapist."""
    midnight = datetime.combine(day, time(0), UTC)
    around = (midnight - DAY, midnight + 2 * DAY)
    found = store.bookings.within(None, [around], limit=None)  # a limit would count those of the days beside it
    return [each for each in found if _meets(each, day)]


def _meets(booked: BookedSession, day: date) -> bool:
    begins, ends = local_day(day, booked.zone)
    return booked.session.starts_at < ends and begins < booked.session.ends_at
