"""When a therapist works: weekly hours on a wall clock, and dated exceptions, as spans of instants. Standard library.

The one rule for clock changes: **a therapist works whenever the clock on their wall reads a working time**. 09:00 stays
09:00. A reading that a clock change skips gives no working time (hours of 02:15–02:45 are none on that night, a day
that a zone leaves out is none), and one that comes twice gives it twice.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.model import Availability, Span

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
    for begins, ends, offset in constant_offsets(zone, start, end):
        day = (begins + offset).date() - DAY  # its hours may pass midnight
        while (midnight := datetime.combine(day, time(0), UTC) - offset) < ends:
            for hours in availability.weekly:
                if hours.starts_on(day):
                    opens = max(begins, midnight + timedelta(minutes=hours.opens))
                    closes = min(ends, midnight + timedelta(minutes=hours.closes))
                    if opens < closes:
                        yield opens, closes
            day += DAY


def constant_offsets(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """``[start, end)`` cut at the zone's clock changes, each piece with its offset from UTC. Instants in UTC.

    ``start`` is a whole second, as clock changes are; a change that is taken back within a day is not seen.
    """
    begins, offset = start, _offset(zone, start)
    at = start
    while at < end:
        following = min(at + DAY, end)
        if _offset(zone, following) != offset:
            change = _change(zone, at, following)
            yield begins, change, offset
            begins, offset, following = change, _offset(zone, change), change
        at = following
    if begins < end:
        yield begins, end, offset


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
