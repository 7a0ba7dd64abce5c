"""What may be booked: pure functions of model and clock. Standard library only.

The slots that are shown and the requests that are accepted come from the same functions: ``_against_start`` says what
is wrong with a start, and a slot is a start on the grid that nothing is wrong with and that no booking stands in the
way of.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from booking.model import (
    Availability,
    BookingRequest,
    Facts,
    Group,
    Reason,
    ReasonCode,
    Requester,
    Service,
    Session,
    Span,
    Taken,
    Therapist,
)
from booking.working_time import working_time

_REASONS = {
    ReasonCode.REQUESTER_NOT_ALLOWED: "You may not book for this client with this therapist.",
    ReasonCode.CLIENT_UNKNOWN: "client_id names no client.",
    ReasonCode.CLIENT_INACTIVE: "This client is no longer active.",
    ReasonCode.THERAPIST_UNKNOWN: "therapist_id names no therapist.",
    ReasonCode.THERAPIST_INACTIVE: "This therapist takes no bookings at present.",
    ReasonCode.SERVICE_UNKNOWN: "service_id names no service.",
    ReasonCode.SERVICE_INACTIVE: "This service is no longer offered.",
    ReasonCode.SERVICE_NOT_OFFERED: "This therapist does not offer this service.",
    ReasonCode.STARTS_AT_INVALID: "starts_at names no day and time that exist.",
    ReasonCode.STARTS_AT_NOT_ON_THE_MINUTE: "starts_at must be on a full minute.",
    ReasonCode.STARTS_AT_OFF_THE_GRID: "starts_at is not one of the times at which this service may start.",
    ReasonCode.STARTS_AT_SKIPPED: "The therapist's clocks are put forward and skip this time of that day.",
    ReasonCode.STARTS_IN_THE_PAST: "starts_at is not in the future.",
    ReasonCode.NOTICE_TOO_SHORT: "starts_at is nearer than the therapist's minimum notice.",
    ReasonCode.BEYOND_BOOKING_WINDOW: "starts_at is further ahead than the therapist's booking window.",
    ReasonCode.OUTSIDE_AVAILABILITY: "The session does not fit into the therapist's working hours.",
    ReasonCode.THERAPIST_AWAY: "The therapist is away at this time.",
    ReasonCode.DAY_FULL: "The therapist gives no more sessions on this day.",
    ReasonCode.SLOT_TAKEN: "The therapist is no longer free at this time.",
    ReasonCode.CLIENT_BUSY: "The client already has a session that overlaps this one.",
    ReasonCode.KEY_CONFLICT: "This Idempotency-Key was used before for another request.",
    ReasonCode.RECURRENCE_INVALID: "recurrence must be an RFC 5545 rule: FREQ=WEEKLY with BYDAY=MO,TH, or FREQ=MONTHLY "
    "with BYDAY=2TU or -1FR; INTERVAL; and either COUNT or UNTIL.",
    ReasonCode.RECURRENCE_STARTS_ELSEWHERE: "starts_at must be the first of recurrence's own times: it is on none of "
    "its days.",
    ReasonCode.RECURRENCE_NEVER_MATCHES: "recurrence has no time at or after starts_at.",
    ReasonCode.RECURRENCE_TOO_LONG: "recurrence has more than 52 times.",
    ReasonCode.SERIES_REJECTED: "Another session of this series could not be booked.",
    ReasonCode.BOOKING_UNKNOWN: "There is no booking of yours with this id.",
    ReasonCode.BOOKING_NOT_STANDING: "The booking was rejected or cancelled.",
    ReasonCode.BOOKING_OVER: "The session has begun or is over.",
    ReasonCode.TOO_LATE: "It is too late for this: please ask the practice.",
    ReasonCode.NOTHING_TO_MOVE: "The session is at this time already.",
}


def reason(code: ReasonCode) -> Reason:
    """The code with its sentence."""
    return Reason(code, _REASONS[code])


def against_request(requester: Requester, request: BookingRequest, facts: Facts) -> list[Reason]:
    """Every reason why this requester may book nothing of the kind, whenever it starts."""
    return [reason(code) for code in (*_who(requester, request, facts), *_what(facts))]


def against_what(facts: Facts) -> list[Reason]:
    """Every reason why this therapist gives no such sessions, to anybody."""
    return [reason(code) for code in _what(facts)]


def against_start(
    starts_at: datetime | None, facts: Facts, requested_at: datetime, now: datetime, working: Sequence[Span] | None
) -> list[Reason]:
    """Every reason why no session may start then; other bookings aside.

    ``requested_at`` is when the client asked: notice and booking window are measured from there, so that a request
    that waited for a database is not punished for it. ``now`` only decides what is already past. ``working`` is the
    therapist's working time around the session; None where it is not looked at, because the time is out of question.
    """
    if starts_at is None:
        return [reason(ReasonCode.STARTS_AT_INVALID)]
    codes = _against_start(starts_at, facts.therapist, facts.service, requested_at, now, working)
    return [reason(_away(code, starts_at, facts)) for code in codes]


def _who(requester: Requester, request: BookingRequest, facts: Facts) -> Iterable[ReasonCode]:
    client, therapist = facts.client, facts.therapist
    own_calendar = requester.is_in(Group.THERAPIST) and therapist is not None and therapist.user_sub == requester.sub
    own_client = client is not None and client.user_sub == requester.sub
    if request.client_id is None:
        if client is None:
            yield ReasonCode.CLIENT_UNKNOWN
    elif not (own_client or own_calendar or requester.is_in(Group.OPERATOR)):
        # Says the same of a client that exists and of one that does not.
        yield ReasonCode.REQUESTER_NOT_ALLOWED
        return
    elif client is None:
        yield ReasonCode.CLIENT_UNKNOWN
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
    """Whether it is only for time off that a session lies outside the working time."""
    if code == ReasonCode.OUTSIDE_AVAILABILITY and facts.therapist and facts.service:
        session = (starts_at, starts_at + facts.service.duration)
        usual = Availability(facts.availability.weekly, facts.availability.extra_hours)
        if fits(starts_at, facts.service.duration, working_time(usual, facts.therapist.zone, *session)):
            return ReasonCode.THERAPIST_AWAY
    return code


def is_on_the_grid(starts_at: datetime, therapist: Therapist, service: Service) -> bool:
    """Whether the therapist's wall clock then reads a multiple of the service's start grid, counted from midnight."""
    local = starts_at.astimezone(therapist.zone)
    since_midnight = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    return not since_midnight % service.start_grid


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
    """The starts (UTC, in order) at or after ``within[0]`` and before ``within[1]`` that can be booked now."""
    earliest = max(within[0], now + therapist.minimum_notice)
    latest = min(within[1], now + therapist.booking_window + timedelta(microseconds=1))
    if not (therapist.active and service.active and earliest < latest):
        return []
    working = working_time(availability, therapist.zone, earliest, latest + service.duration)
    return [
        start
        for start in _grid(therapist, service, working)
        if within[0] <= start < within[1]
        and not any(_against_start(start, therapist, service, now, now, working))
        and is_free(start, therapist, service, taken)
    ]


def is_free(starts_at: datetime, therapist: Therapist, service: Service, taken: Taken) -> bool:
    """Whether no booking stands in the way: the buffers meet none, and the day has room."""
    begins, ends = starts_at - service.buffer_before, starts_at + service.duration + service.buffer_after
    following = bisect_right(taken.occupied, begins, key=lambda span: span[1])
    if following < len(taken.occupied) and taken.occupied[following][0] < ends:
        return False
    maximum = therapist.max_sessions_per_day
    return maximum is None or taken.sessions_on.get(starts_at.astimezone(therapist.zone).date(), 0) < maximum


def _grid(therapist: Therapist, service: Service, working: Iterable[Span]) -> Iterable[datetime]:
    """Every start on the grid from which a session fits into the working time.

    Offsets from UTC and grids are whole minutes, so a grid of the wall clock is met by trying the minutes up to the
    first hit, and again where a clock change moves it.
    """
    minute, grid = timedelta(minutes=1), service.start_grid
    for opens, closes in working:
        start = opens + (-(opens - datetime.min.replace(tzinfo=UTC)) % minute)
        while start + service.duration <= closes:
            if is_on_the_grid(start, therapist, service):
                yield start
                start += grid if is_on_the_grid(start + grid, therapist, service) else minute
            else:
                start += minute


def session_of(therapist: Therapist, service: Service, client_id: UUID, starts_at: datetime) -> Session:
    """The session a valid request asks for, buffers included; instants in UTC."""
    starts_at = starts_at.astimezone(UTC)
    ends_at = starts_at + service.duration
    return Session(
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


def reminder_makes_sense(starts_at: datetime, lead: timedelta, now: datetime) -> bool:
    """Whether a reminder that was due ``lead`` before the session is still one: half of that time must be left."""
    return starts_at - now >= lead / 2
