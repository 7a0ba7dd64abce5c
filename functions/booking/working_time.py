"""When a therapist works: weekly hours on a wall clock, and dated exceptions, as spans of instants. Standard library.

The one rule for clock changes: **a therapist works whenever the clock on their wall reads a working time**. 09:00 stays
09:00. A reading that a clock change skips gives no working time (hours of 02:15–02:45 are none on that night, a day
that a zone leaves out is none), and one that comes twice gives it twice.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.model import Availability, Span, WorkingHours

DAY = timedelta(days=1)


def working_time(availability: Availability, zone: ZoneInfo, start: datetime, end: datetime) -> list[Span]:
    """The working time that touches ``[start, end)`` as spans of instants (UTC), in order and apart.

    Up to a day beyond the bounds, so that a session at a bound can be seen to fit.
    """
    around = (start.astimezone(UTC).replace(second=0, microsecond=0) - DAY, end.astimezone(UTC) + DAY)
    extra = [(max(opens, around[0]), min(closes, around[1])) for opens, closes in availability.extra_hours]
    works = joined([*_weekly(availability, zone, *around), *(span for span in extra if span[0] < span[1])])
    closed = (local_day(day, zone) for day in availability.closed_days)
    off = joined([*availability.time_off, *closed])
    return [span for span in without(works, off) if span[0] < around[1] and span[1] > around[0]]


def local_day(day: date, zone: ZoneInfo) -> Span:
    """A local date, from its midnight to the next (UTC); from what follows, where a clock change skips a midnight."""
    start, end = (datetime.combine(each, time(0), zone).astimezone(UTC) for each in (day, day + DAY))
    return start, end


def _weekly(availability: Availability, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Span]:
    of_weekday: dict[int, list[tuple[WorkingHours, timedelta, timedelta]]] = {}
    for each in availability.weekly:
        from_to = timedelta(minutes=each.opens), timedelta(minutes=each.closes)
        of_weekday.setdefault(each.weekday, []).append((each, *from_to))
    for begins, ends, offset in constant_offsets(zone, start, end):
        day = (begins + offset).date() - DAY  # its hours may pass midnight
        while (midnight := datetime.combine(day, time(0), UTC) - offset) < ends:
            for hours, opens, closes in of_weekday.get(day.isoweekday(), ()):
                if hours.starts_on(day):
                    span = max(begins, midnight + opens), min(ends, midnight + closes)
                    if span[0] < span[1]:
                        yield span
            day += DAY


def constant_offsets(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """``[start, end)`` cut at the zone's clock changes, each piece with its offset from UTC. Instants in UTC."""
    begins, offset = start, _offset(zone, start)
    for month in range(_month(start), _month(end) + 1):
        for change, following in _changes(zone, month):
            if begins < change < end:
                yield begins, change, offset
                begins, offset = change, following
    if begins < end:
        yield begins, end, offset


def _month(instant: datetime) -> int:
    return instant.year * 12 + instant.month - 1


@lru_cache(maxsize=1000)  # they stay what they are, and looking for them takes as long as finding a month's slots
def _changes(zone: ZoneInfo, month: int) -> tuple[tuple[datetime, timedelta], ...]:
    """When in a month of UTC, its end included, the zone's offset becomes another, and which. To the second.

    A change that is taken back within a day is not seen.
    """
    at, end = (datetime(each // 12, each % 12 + 1, 1, tzinfo=UTC) for each in (month, month + 1))
    changes, offset = list[tuple[datetime, timedelta]](), _offset(zone, at)
    while at < end:
        following = min(at + DAY, end)
        if _offset(zone, following) != offset:
            following = _change(zone, at, following)
            offset = _offset(zone, following)
            changes.append((following, offset))
        at = following
    return tuple(changes)


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first instant, to the second, whose offset is no longer that of ``before``; there is one by ``after``."""
    offset, low, high = _offset(zone, before), before, after
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
    return high


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans in order and apart: those that overlap or touch are one."""
    result: list[Span] = []
    for opens, closes in sorted(spans):
        if result and opens <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], closes))
        else:
            result.append((opens, closes))
    return result


def without(spans: Iterable[Span], removed: Iterable[Span]) -> list[Span]:
    """The spans less the removed ones. Both are in order and apart, and so is the result."""
    result: list[Span] = []
    removed = list(removed)
    first = 0  # of those that are not over before the span begins
    for opens, closes in spans:
        while first < len(removed) and removed[first][1] <= opens:
            first += 1
        for begins, ends in removed[first:]:
            if begins >= closes:
                break
            if opens < begins:
                result.append((opens, begins))
            opens = max(opens, ends)
        if opens < closes:
            result.append((opens, closes))
    return result
