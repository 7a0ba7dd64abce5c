"""MoveBooking: gives a booking another time, by the rules of every request, in one transaction."""

from datetime import datetime
from uuid import UUID

from booking import access, rules
from booking.contracts.changes import MoveBookingInput, Moved
from booking.contracts.steps import Decision
from booking.errors import ReservationContended
from booking.model import BookingRequest, BookingStatus, Facts, Outcome, ReasonCode
from booking.ports import Clock
from booking.services.changes.deciding import as_decided, asked_for, is_keeper, is_theirs, messages, refused, too_many
from booking.store import Store, Stores
from booking.store.changes import AskedChange, BookingToChange
from booking.working_time import working_time

ATTEMPTS = 5
"""How often a booking may go to another therapist while it is looked at before that is left to the workflow."""


def move_booking(stores: Stores, given: MoveBookingInput, clock: Clock) -> Moved:
    """Answers ``moved``, or ``refused`` with every reason; the same again when run again.

    Raises ``ReservationContended``, and what ``Database.transaction`` raises.

    The therapists' and the client's rows are locked before any booking is: what is free when we look is free when we
    move, and nobody waits in a circle. Until the one UPDATE the booking has its old time, after it the new one.
    """
    asked = asked_for(given, "rescheduling")
    for _ in range(ATTEMPTS):
        with stores.transaction() as store:
            decision = _decide(store, asked, given, clock())
        if decision is not None:
            return Moved.model_validate(decision.model_dump())
    raise ReservationContended(f"the booking has changed therapists {ATTEMPTS} times while we looked")


def _decide(store: Store, asked: AskedChange, given: MoveBookingInput, now: datetime) -> Decision | None:
    """None: it has gone to another therapist before the rows were locked, and those were the wrong ones."""
    requester = given.requested_by.to_requester()
    change = store.changes.decided(asked)
    if change is not None:
        return as_decided(store, asked, change)
    booking = store.changes.booking(asked.booking_id)
    if booking is None or not is_theirs(requester, booking):
        return refused(store, asked, [ReasonCode.BOOKING_UNKNOWN])
    if too_many(store, requester, booking):
        return refused(store, asked, [ReasonCode.TOO_MANY_CHANGES])
    if booking.therapist_id is None or booking.client_id is None:
        return refused(store, asked, [ReasonCode.BOOKING_NOT_STANDING])
    before = booking.therapist_id
    therapist_id = given.request.therapist_id or before
    store.changes.lock_for_move([before, therapist_id], booking.client_id)
    booking = store.changes.booking(asked.booking_id)  # as it is now that nobody else changes it
    if booking is not None and booking.therapist_id != before:
        return None
    if booking is None or not is_theirs(requester, booking):
        return refused(store, asked, [ReasonCode.BOOKING_UNKNOWN])
    if booking.starts_at is None or booking.service_id is None or booking.client_id is None:
        return refused(store, asked, [ReasonCode.BOOKING_NOT_STANDING])
    codes = _against_booking(booking, given, therapist_id, now)
    if codes:
        return refused(store, asked, codes)
    request = BookingRequest(therapist_id, booking.service_id, booking.client_id, given.request.to_start())
    facts = _as_booked(store.calendars.facts(request, requester.sub, now), booking)
    if facts.therapist is not None and not access.may_move_to(
        requester, booking.client_sub, facts.therapist.user_sub, is_another=therapist_id != before
    ):
        return refused(store, asked, [ReasonCode.REQUESTER_NOT_ALLOWED])
    reasons = _against_time(request, facts, given, now)
    if reasons or facts.therapist is None or facts.service is None or request.starts_at is None:
        return refused(store, asked, reasons)
    session = rules.session_of(facts.therapist, facts.service, booking.client_id, request.starts_at)
    obstacle = rules.obstacle_met(store.changes.obstacles(asked.booking_id, session))
    if obstacle is not None:
        return refused(store, asked, [obstacle])
    notifications = store.changes.move(asked, session, booking.starts_at, before)
    if notifications is None:
        return refused(store, asked, [ReasonCode.BOOKING_NOT_STANDING])
    store.changes.record(asked, Outcome.MOVED, booking_ids=[asked.booking_id], moved_from=booking.starts_at)
    return Decision(outcome=Outcome.MOVED, notifications=messages(notifications))


def _as_booked(facts: Facts, booking: BookingToChange) -> Facts:
    """With the duration and the buffers that the session was booked with, whatever its service has today."""
    if facts.service is None or booking.during is None or booking.occupied is None:
        return facts
    (starts, ends), (occupied_from, occupied_until) = booking.during, booking.occupied
    service = facts.service._replace(
        duration=ends - starts, buffer_before=starts - occupied_from, buffer_after=occupied_until - ends
    )
    return facts._replace(service=service)


def _against_booking(
    booking: BookingToChange, given: MoveBookingInput, therapist_id: UUID, now: datetime
) -> list[ReasonCode]:
    if booking.status == BookingStatus.HELD:
        return [ReasonCode.BOOKING_HELD]
    if not booking.status.is_standing:
        return [ReasonCode.BOOKING_NOT_STANDING]
    if booking.starts_at is None or booking.starts_at <= now:
        return [ReasonCode.BOOKING_OVER]
    late = rules.is_late(booking.starts_at, booking.free_until, given.requested_at)
    if late and not is_keeper(given.requested_by.to_requester(), booking):
        return [ReasonCode.TOO_LATE]
    if (booking.starts_at, booking.therapist_id) == (given.request.to_start(), therapist_id):
        return [ReasonCode.NOTHING_TO_MOVE]
    return []


def _against_time(request: BookingRequest, facts: Facts, given: MoveBookingInput, now: datetime) -> list[ReasonCode]:
    """What any request for this time would hear, but for who asks: the booking is theirs already."""
    start = request.starts_at
    working = (
        working_time(facts.availability, facts.therapist.zone, start, start + facts.service.duration)
        if facts.therapist and facts.service and start
        else []
    )
    reasons = [*rules.against_what(facts), *rules.against_start(start, facts, given.requested_at, now, working)]
    return [reason.code for reason in reasons]
