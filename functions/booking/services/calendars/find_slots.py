"""What can be booked now, day by day, with a therapist or with everyone who offers a service; and what comes next."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking import access, rules
from booking.contracts.calendars import DayState, SlotList, SlotsQuery, printed
from booking.contracts.queries import bad_cursor, time_and_id, time_cursor
from booking.errors import Refusal
from booking.free_days import MOMENT, FreeDay, free_days
from booking.model import Calendar
from booking.ports import Clock
from booking.problems import Problem
from booking.store import Store, Stores
from booking.zones import zone_of

UTC_ZONE = ZoneInfo("UTC")
LOOK_AHEAD = timedelta(days=62)
"""How far is looked for the next free start at first; then twice as far, and so on."""


def find_slots(
    stores: Stores, service_id: UUID, therapist_id: UUID | None, query: SlotsQuery, clock: Clock
) -> SlotList:
    """Every day of the range with its free starts. One query, whatever the range, as long as anything is free in it;
    else three more at most, up to a year and more ahead.

    Raises ``Refusal`` for a therapist or a service there is none of, and for a service the therapist does
    not offer.
    """
    after = time_cursor(query.cursor)
    if after is not None and not query.starts_from <= after[0] < query.starts_before:
        raise bad_cursor()
    within = (after[0] if after is not None else query.starts_from, query.starts_before)
    with stores.autocommit() as store:
        calendars = store.calendars.of(service_id, therapist_id, *within)
        if not calendars:
            _say_why_none(store, service_id, therapist_id)
        now, zone = clock(), _zone(query.time_zone, calendars)
        days, cursor = _page(free_days(calendars, zone, within, now), query)
        earliest = min((starts[0] for each in days for starts in each.starts.values()), default=None)
        if earliest is None:
            earliest = _first_later(store, service_id, therapist_id, calendars, max(within[1], now), now)
    return SlotList.model_construct(  # our own values need no validation
        time_zone=zone.key,
        duration_minutes=calendars[0].service.duration // timedelta(minutes=1),
        days=[_day(each, zone) for each in days],
        next_free=None if earliest is None else earliest.astimezone(zone).isoformat(),
        next=cursor,
    )


def _zone(asked: str | None, calendars: Sequence[Calendar]) -> ZoneInfo:
    if asked is not None:
        return zone_of(asked, "of a query")
    zones = {each.therapist.zone for each in calendars}
    return zones.pop() if len(zones) == 1 else UTC_ZONE


def _page(days: Iterable[FreeDay], query: SlotsQuery) -> tuple[list[FreeDay], str | None]:
    """Whole days, until there are as many slots as were asked for; and where the next page begins."""
    page, slots = list[FreeDay](), 0
    for each in days:
        page.append(each)
        slots += sum(map(len, each.starts.values()))
        if slots >= query.limit and each.ends_at < query.starts_before:
            return page, time_and_id(each.ends_at, "day")
    return page, None


def _day(found: FreeDay, zone: ZoneInfo) -> DayState:
    return {
        "day": found.day,
        "free": found.free,
        "reason": found.reason,
        "times": [
            {"therapist_id": therapist_id, "starts": printed(starts, zone)}
            for therapist_id, starts in found.starts.items()
        ],
    }


def _first_later(
    store: Store,
    service_id: UUID,
    therapist_id: UUID | None,
    calendars: Sequence[Calendar],
    after: datetime,
    now: datetime,
) -> datetime | None:
    """The first free start from then on, as far ahead as any of them may be booked."""
    end = now + max(each.therapist.booking_window for each in calendars) + MOMENT
    length = LOOK_AHEAD
    while after < end:
        within = (after, min(after + length, end))
        found = [rules.slots(*each, within, now) for each in store.calendars.of(service_id, therapist_id, *within)]
        if any(found):
            return min(starts[0] for starts in found if starts)
        after, length = within[1], 2 * length
    return None


def _say_why_none(store: Store, service_id: UUID, therapist_id: UUID | None) -> None:
    if therapist_id is not None and store.calendars.owner(therapist_id) is None:
        raise access.not_found("therapist")
    if store.people.service(service_id) is None:
        if therapist_id is None:
            raise access.not_found("service")
        raise Refusal(Problem.RULE_BROKEN, "service_id: names no service")
    if therapist_id is not None:
        raise Refusal(Problem.RULE_BROKEN, "service_id: this therapist does not offer this service")
