"""The free times of a calendar's page: day by day, and why a day has none. Standard library only."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from booking import rules
from booking.codes import WhyNone
from booking.model import Availability, Calendar, Span

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


class FreeDay(NamedTuple):
    """A local day, or the part of it that was asked for, and what can be booked on it now.

    ``starts`` (UTC, in order) by therapist, without those who have none. ``reason``: why nobody has any.
    """

    day: date
    ends_at: datetime
    starts: dict[UUID, list[datetime]]
    reason: WhyNone | None

    @property
    def free(self) -> int:
        """How many times there are, with whomever: a time that several therapists have is one."""
        if len(self.starts) == 1:  # as of most calls; one therapist's are all different
            return sum(map(len, self.starts.values()))
        return len(set().union(*self.starts.values()))


def free_days(calendars: Sequence[Calendar], zone: ZoneInfo, within: Span, now: datetime) -> Iterator[FreeDay]:
    """Every day of this zone that ``within`` touches, in order; the first and the last may be parts of one."""
    starts = [rules.slots(*each, within, now) for each in calendars]
    reasons = [_Reasons(each, within, now) for each in calendars]
    for day, begins, ends in _days(zone, within):
        free = {
            calendar.therapist.id: found[first:last]
            for calendar, found in zip(calendars, starts, strict=True)
            if (first := bisect_left(found, begins)) < (last := bisect_left(found, ends))
        }
        yield FreeDay(day, ends, free, None if free else _nearest([each.of(begins, ends) for each in reasons]))


def _days(zone: ZoneInfo, within: Span) -> Iterator[tuple[date, datetime, datetime]]:
    """Without the days that the zone has left out."""
    day, begins = within[0].astimezone(zone).date(), within[0].astimezone(UTC)
    while begins < within[1]:
        following = datetime.combine(day + DAY, time(0), zone).astimezone(UTC)
        ends = min(following, within[1].astimezone(UTC))
        if begins < ends:
            yield day, begins, ends
        day, begins = day + DAY, max(begins, following)


def _nearest(reasons: Sequence[WhyNone]) -> WhyNone:
    """What is said of several therapists: the reason of who is nearest to having a time."""
    order = list(WhyNone)
    return min(reasons, key=order.index, default=WhyNone.NO_HOURS)


class _Reasons:
    """Why a therapist has no free time on a day, by their working time with and without exceptions."""

    def __init__(self, calendar: Calendar, within: Span, now: datetime) -> None:
        self._calendar, self._within, self._now = calendar, within, now
        self._known: dict[Availability, list[Span]] = {}

    def of(self, begins: datetime, ends: datetime) -> WhyNone:
        """Of a day, or the part of it, on which nothing is free."""
        therapist, now = self._calendar.therapist, self._now
        if ends <= now:
            return WhyNone.PAST
        if not (therapist.active and self._calendar.service.active):
            return WhyNone.NO_HOURS
        hours, from_now = self._calendar.availability, max(begins, now + MOMENT)
        to_come = self._starts(from_now, ends, hours)
        if to_come:
            earliest, latest = now + therapist.minimum_notice, now + therapist.booking_window
            if any(earliest <= start <= latest for start in to_come):
                return WhyNone.FULL
            return WhyNone.NOT_YET_OPEN if to_come[-1] > latest else WhyNone.TOO_SOON
        if self._starts(from_now, ends, hours._replace(time_off=())):
            return WhyNone.AWAY
        if self._starts(from_now, ends, hours._replace(time_off=(), closed_days=())):
            return WhyNone.CLOSED
        return WhyNone.PAST if self._starts(begins, ends, hours) else WhyNone.NO_HOURS

    def _starts(self, begins: datetime, ends: datetime, hours: Availability) -> list[datetime]:
        """When a session could start by these hours alone."""
        if hours not in self._known:
            self._known[hours] = rules.may_start(self._calendar, hours, self._within)
        spans = ((max(a, begins), min(b, ends)) for a, b in self._known[hours])
        return rules.on_the_grid(
            self._calendar.therapist, self._calendar.service, [span for span in spans if span[0] < span[1]]
        )
