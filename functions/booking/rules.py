"""What may be booked, and who may see it: pure functions of model and clock. Standard library only."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.model import (
    BookingRequest,
    Facts,
    Group,
    Reason,
    ReasonCode,
    Requester,
    Service,
    Session,
    Therapist,
    WorkingHours,
)

Span = tuple[datetime, datetime]

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
    ReasonCode.STARTS_IN_THE_PAST: "starts_at is not in the future.",
    ReasonCode.NOTICE_TOO_SHORT: "starts_at is nearer than the therapist's minimum notice.",
    ReasonCode.BEYOND_BOOKING_WINDOW: "starts_at is further ahead than the therapist's booking window.",
    ReasonCode.OUTSIDE_AVAILABILITY: "The session does not fit into the therapist's working hours of that day.",
    ReasonCode.SLOT_TAKEN: "The therapist is no longer free at this time.",
    ReasonCode.CLIENT_BUSY: "The client already has a session that overlaps this one.",
    ReasonCode.KEY_CONFLICT: "This Idempotency-Key was used before for another request.",
}


def reason(code: ReasonCode) -> Reason:
    """The code with its sentence."""
    return Reason(code, _REASONS[code])


def check_request(
    requester: Requester, request: BookingRequest, facts: Facts, requested_at: datetime, now: datetime
) -> list[Reason]:
    """Every reason why this request can't be booked; empty when it can.

    ``requested_at`` is when the client asked: notice and booking window are measured from there, so that a request
    that waited for a database is not punished for it. ``now`` only decides what is already past.
    """
    codes = [*_who(requester, request, facts), *_what(facts), *_when(request, facts, requested_at, now)]
    return [reason(code) for code in codes]


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


def _when(request: BookingRequest, facts: Facts, requested_at: datetime, now: datetime) -> Iterable[ReasonCode]:
    starts_at, therapist = request.starts_at, facts.therapist
    if starts_at is None:
        yield ReasonCode.STARTS_AT_INVALID
        return
    if starts_at.second or starts_at.microsecond:
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
    if facts.service is not None and not is_within_working_hours(
        starts_at, facts.service.duration, facts.working_hours, therapist.zone
    ):
        yield ReasonCode.OUTSIDE_AVAILABILITY


def is_within_working_hours(
    starts_at: datetime, duration: timedelta, hours: Iterable[WorkingHours], zone: ZoneInfo
) -> bool:
    """Whether a session fits into the working hours of the local day it starts on. It may not cross midnight."""
    day, ends_at = starts_at.astimezone(zone).date(), starts_at.astimezone(UTC) + duration
    return any(opens <= starts_at and ends_at <= closes for opens, closes in working_spans(hours, day, zone))


def working_spans(hours: Iterable[WorkingHours], day: date, zone: ZoneInfo) -> list[Span]:
    """A local day's working time as UTC spans, in order; spans that touch are one.

    The hours are wall-clock time: 09:00 stays 09:00 across a clock change. A wall-clock time that a clock change skips
    counts as the instant the clocks jump to the same reading (PEP 495, fold 0); one that happens twice counts as its
    first occurrence.
    """
    spans: list[Span] = []
    for span in sorted((h for h in hours if h.weekday == day.isoweekday()), key=lambda h: h.opens):
        closing_day = day + timedelta(days=1) if span.closes == time(0) else day
        opens = datetime.combine(day, span.opens, zone).astimezone(UTC)
        closes = datetime.combine(closing_day, span.closes, zone).astimezone(UTC)
        if spans and spans[-1][1] >= opens:
            spans[-1] = (spans[-1][0], max(spans[-1][1], closes))
        elif opens < closes:
            spans.append((opens, closes))
    return spans


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
    )


def is_staff(viewer: Requester) -> bool:
    """Therapists and operators."""
    return viewer.is_in(Group.THERAPIST) or viewer.is_in(Group.OPERATOR)


def may_see(viewer: Requester, requested_by: str, client_sub: str | None, therapist_sub: str | None) -> bool:
    """Operators see every booking, a therapist their own calendar, anyone what is theirs or what they asked for."""
    if viewer.is_in(Group.OPERATOR) or viewer.sub in (requested_by, client_sub):
        return True
    return viewer.is_in(Group.THERAPIST) and viewer.sub == therapist_sub
