"""What may be booked: pure functions of model and clock. Standard library only.

The slots that are shown and the requests that are accepted come from the same working time, grid, notice and window:
a slot is a start that nothing is against and that no booking stands in the way of. The tests hold the two to each other
minute by minute, in every time zone.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.codes import Group, ReasonCode
from booking.model import (
    Availability,
    BookingRequest,
    Calendar,
    Facts,
    Obstacles,
    Reason,
    Requester,
    Service,
    Session,
    Span,
    Taken,
    Therapist,
)
from booking.reasons import explained
from booking.working_time import constant_offsets, joined, without, working_time


def against_request(requester: Requester, request: BookingRequest, facts: Facts) -> list[Reason]:
    """Every reason why this requester may book nothing of the kind, whenever it starts."""
    return [explained(code) for code in (*_who(requester, request, facts), *_what(facts))]


def against_what(facts: Facts) -> list[Reason]:
    """Every reason why this therapist gives no such sessions, to anybody."""
    return [explained(code) for code in _what(facts)]


def against_start(
    starts_at: datetime | None, facts: Facts, requested_at: datetime, now: datetime, working: Sequence[Span] | None
) -> list[Reason]:
    """Every reason why no session may start then; other bookings aside.

    ``requested_at`` is when the client asked: notice and booking window are measured from there, so that a request
    that waited for a database is not punished for it. ``now`` only decides what is already past. ``working`` is the
    therapist's working time around the session; None where it is not looked at, because the time is out of question.
    """
    if starts_at is None:
        return [explained(ReasonCode.STARTS_AT_INVALID)]
    codes = _against_start(starts_at, facts.therapist, facts.service, requested_at, now, working)
    return [explained(_away(code, starts_at, facts)) for code in codes]


PAST = timedelta(days=366)
"""How long ago a session may have been that is entered now."""


def set_aside(
    against: Iterable[Reason], overrides: frozenset[ReasonCode], starts_at: datetime, now: datetime
) -> tuple[list[Reason], tuple[ReasonCode, ...]]:
    """What is still against a start, and what was set aside: only what needed to be."""
    if starts_at < now - PAST:
        overrides -= {ReasonCode.STARTS_IN_THE_PAST}
    kept, aside = list[Reason](), list[ReasonCode]()
    for reason in against:
        if reason.code in overrides:
            aside.append(reason.code)
        else:
            kept.append(reason)
    return kept, tuple(aside)


def keeps_calendar(requester: Requester, therapist: Therapist | None) -> bool:
    """Whether the calendar is the requester's to keep: they book others into it, and may set its rules aside."""
    own = requester.is_in(Group.THERAPIST) and therapist is not None and therapist.user_sub == requester.sub
    return own or requester.is_in(Group.OPERATOR)


def _who(requester: Requester, request: BookingRequest, facts: Facts) -> Iterable[ReasonCode]:
    client, therapist = facts.client, facts.therapist
    own_client = client is not None and client.user_sub == requester.sub
    if request.client_id is None:
        if client is None:
            yield ReasonCode.CLIENT_RECORD_MISSING
    elif not (own_client or keeps_calendar(requester, therapist)):
        # Says the same of a client that exists and of one that does not.
        yield ReasonCode.REQUESTER_NOT_ALLOWED
        return
    elif client is None:
        yield ReasonCode.CLIENT_UNKNOWN
    if request.overrides and not keeps_calendar(requester, therapist):
        yield ReasonCode.OVERRIDE_NOT_ALLOWED
    if client is not None and not client.active:
        yield ReasonCode.CLIENT_INACTIVE


def _what(facts: Facts) -> Iterable[ReasonCode]:
    therapist, service = facts.therapist, facts.service
    if therapist is None:
        yield ReasonCode.THERAPIST_UNKNOWN
    elif not therapist.active:
        yield ReasonCode.THERAPIST_INACTIVE
    if service is None:
        yield ReasonCode.SERVICE_UNKNOWN
    elif not service.active:
        yield ReasonCode.SERVICE_INACTIVE
    if therapist is not None and service is not None and not facts.service_offered:
        yield ReasonCode.SERVICE_NOT_OFFERED


def _against_start(
    starts_at: datetime,
    therapist: Therapist | None,
    service: Service | None,
    requested_at: datetime,
    now: datetime,
    working: Sequence[Span] | None,
) -> Iterable[ReasonCode]:
    on_the_minute = not (starts_at.second or starts_at.microsecond)
    if not on_the_minute:
        yield ReasonCode.STARTS_AT_NOT_ON_THE_MINUTE
    in_the_past = starts_at <= now
    if in_the_past:
        yield ReasonCode.STARTS_IN_THE_PAST
    if therapist is None:
        return
    ahead = starts_at - requested_at
    if not in_the_past and ahead < therapist.minimum_notice:
        yield ReasonCode.NOTICE_TOO_SHORT
    if ahead > therapist.booking_window:
        yield ReasonCode.BEYOND_BOOKING_WINDOW
    if service is None:
        return
    if on_the_minute and not is_on_the_grid(starts_at, therapist, service):
        yield ReasonCode.STARTS_AT_OFF_THE_GRID
    if working is not None and not fits(starts_at, service.duration, working):
        yield ReasonCode.OUTSIDE_AVAILABILITY


def _away(code: ReasonCode, starts_at: datetime, facts: Facts) -> ReasonCode:
    """Whether it is only for a closed day, or for time off, that a session lies outside the working time."""
    if code != ReasonCode.OUTSIDE_AVAILABILITY or not (facts.therapist and facts.service):
        return code
    duration, zone = facts.service.duration, facts.therapist.zone
    usual = Availability(facts.availability.weekly, facts.availability.extra_hours)
    if not fits(starts_at, duration, working_time(usual, zone, starts_at, starts_at + duration)):
        return code
    without_time_off = usual._replace(closed_days=facts.availability.closed_days)
    is_open = fits(starts_at, duration, working_time(without_time_off, zone, starts_at, starts_at + duration))
    return ReasonCode.THERAPIST_AWAY if is_open else ReasonCode.PRACTICE_CLOSED


def is_on_the_grid(starts_at: datetime, therapist: Therapist, service: Service) -> bool:
    """Whether the therapist's wall clock then reads a multiple of the service's start grid, counted from midnight."""
    local = starts_at.astimezone(therapist.zone)
    return not _since_midnight(local) % service.start_grid


def fits(starts_at: datetime, duration: timedelta, spans: Sequence[Span]) -> bool:
    """Whether a session lies within one of the spans, which are in order and apart."""
    nearest = bisect_right(spans, starts_at, key=lambda span: span[0]) - 1
    return nearest >= 0 and starts_at + duration <= spans[nearest][1]


def slots(
    therapist: Therapist,
    service: Service,
    availability: Availability,
    taken: Taken,
    within: Span,
    now: datetime,
) -> list[datetime]:
    """The starts (UTC, in order) at or after ``within[0]`` and before ``within[1]`` that can be booked now.

    They are the starts with nothing against them (``against_start``) and no booking in the way, found the other way
    round: first the spans in which a start may lie, then the grid in them.
    """
    # In UTC, whatever zone the bounds are in: a wall clock's arithmetic skips and repeats hours.
    earliest = max(within[0], now + therapist.minimum_notice, now + _MOMENT).astimezone(UTC)
    end = min(within[1], now + therapist.booking_window + _MOMENT).astimezone(UTC)
    if not (therapist.active and service.active and earliest < end):
        return []
    calendar = Calendar(therapist, service, availability, taken)
    free = without(may_start(calendar, availability, (earliest, end)), _blocked(service, taken))
    starts = on_the_grid(therapist, service, free)
    maximum = therapist.max_sessions_per_day
    if maximum is None:
        return starts
    days = taken.sessions_on
    return [start for start in starts if days.get(start.astimezone(therapist.zone).date(), 0) < maximum]


def may_start(calendar: Calendar, availability: Availability, within: Span) -> list[Span]:
    """Where a start may lie by these hours alone, at or after ``within[0]`` and before ``within[1]``; UTC, in order."""
    duration = calendar.service.duration
    working = working_time(availability, calendar.therapist.zone, within[0], within[1] + duration)
    spans = ((max(opens, within[0]), min(closes - duration + _MOMENT, within[1])) for opens, closes in working)
    return [span for span in spans if span[0] < span[1]]


def slot_to_offer(
    calendar: Calendar, windows: Sequence[Span], unwanted: Sequence[Span], now: datetime, limit: timedelta
) -> datetime | None:
    """The first start (UTC) of a session that lies in one of the windows and meets no unwanted span, or None.

    An offer may be thought about for ``limit``: the therapist's minimum notice is kept even by who answers last.
    """
    therapist, service = calendar.therapist, calendar.service
    for opens, closes in windows:
        earliest = max(opens, now + limit + therapist.minimum_notice)
        within = (earliest, closes - service.duration + _MOMENT)
        for start in slots(therapist, service, calendar.availability, calendar.taken, within, now):
            end = start + service.duration
            if not any(start < until and begins < end for begins, until in unwanted):
                return start
    return None


_MINUTE = timedelta(minutes=1)
_MOMENT = timedelta(microseconds=1)
"""Makes a span without its end one with it."""


def _blocked(service: Service, taken: Taken) -> list[Span]:
    """Where no start may lie, because the session with its buffers would meet a booking."""
    before, after = service.duration + service.buffer_after - _MOMENT, service.buffer_before
    return joined((begins - before, ends + after) for begins, ends in taken.occupied)


def on_the_grid(therapist: Therapist, service: Service, spans: Sequence[Span]) -> list[datetime]:
    """Every instant of the spans, which are in order and apart, at which the wall clock reads a multiple of the grid.

    Offsets are whole minutes.
    """
    if not spans:
        return []
    grid, starts = service.start_grid, list[datetime]()
    for begins, ends, offset in constant_offsets(therapist.zone, _on_the_minute(spans[0][0]), spans[-1][1]):
        for opens, closes in spans:
            start, end = max(begins, _on_the_minute(opens)), min(ends, closes)
            if start < end:
                start += -_since_midnight(start + offset) % grid
            while start < end:
                starts.append(start)
                start += grid
    return starts


def _on_the_minute(instant: datetime) -> datetime:
    """The first full minute from then on."""
    if not (instant.second or instant.microsecond):
        return instant
    return instant.replace(second=0, microsecond=0) + _MINUTE


def _since_midnight(reading: datetime) -> timedelta:
    """By what a clock reads."""
    return timedelta(0, (reading.hour * 60 + reading.minute) * 60 + reading.second)


def session_of(
    therapist: Therapist,
    service: Service,
    client_id: UUID,
    starts_at: datetime,
    booking_id: str,
    occurrence: int | None = None,
) -> Session:
    """The session that starts then, buffers included; instants in UTC."""
    starts_at = starts_at.astimezone(UTC)
    ends_at = starts_at + service.duration
    return Session(
        booking_id=booking_id,
        occurrence=occurrence,
        therapist_id=therapist.id,
        service_id=service.id,
        client_id=client_id,
        starts_at=starts_at,
        ends_at=ends_at,
        occupied_from=starts_at - service.buffer_before,
        occupied_until=ends_at + service.buffer_after,
        day=starts_at.astimezone(therapist.zone).date(),
    )


def is_late(starts_at: datetime, free_until: timedelta, requested_at: datetime) -> bool:
    """Whether a change comes after the time in which it is free: nearer to the session than ``free_until``."""
    return starts_at - requested_at < free_until


QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""The night of who is written to, on their own clock: nobody is offered anything in it."""


def is_night(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether it is night there: from 21:00 up to, and without, 8:00."""
    local = instant.astimezone(zone).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def offer_ends(now: datetime, limit: timedelta, zone: ZoneInfo) -> datetime:
    """When an offer that is made by day ends (UTC): after ``limit``, which the night stops.

    It was chosen for who reads it by day. An offer of a day or more counts its nights; none ends in one.
    """
    ends, night = now + limit, _at(now, QUIET_FROM, zone)
    if limit < timedelta(days=1) and night < ends:
        ends += _morning(night, zone) - night
    return _morning(ends, zone) if is_night(ends, zone) else ends


def _morning(instant: datetime, zone: ZoneInfo) -> datetime:
    """The end of this night."""
    after_midnight = instant.astimezone(zone).time() < QUIET_UNTIL
    return _at(instant if after_midnight else instant + timedelta(days=1), QUIET_UNTIL, zone)


def _at(day: datetime, local: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day.astimezone(zone).date(), local, zone).astimezone(UTC)


def reminder_makes_sense(starts_at: datetime, lead: timedelta, now: datetime) -> bool:
    """Whether a reminder that was due ``lead`` before the session is still one: half of that time must be left."""
    return starts_at - now >= lead / 2


def obstacle_met(obstacles: Obstacles, overrides: frozenset[ReasonCode] = frozenset()) -> ReasonCode | None:
    """The reason that a session meets first, or None when nothing stands in its way that was not set aside."""
    if obstacles.id_taken:
        return ReasonCode.KEY_CONFLICT
    if obstacles.therapist_busy:
        return ReasonCode.SLOT_TAKEN
    if obstacles.client_busy:
        return ReasonCode.CLIENT_BUSY
    if obstacles.therapist_away and ReasonCode.THERAPIST_AWAY not in overrides:
        return ReasonCode.THERAPIST_AWAY
    if obstacles.day_full and ReasonCode.DAY_FULL not in overrides:
        return ReasonCode.DAY_FULL
    return obstacles.limit_met
