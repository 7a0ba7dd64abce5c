"""MoveBooking: gives a booking another time, by the rules of every request, in one transaction."""

from datetime import datetime
from uuid import UUID

from booking import access, rules
from booking.codes import Outcome, ReasonCode
from booking.contracts.changes import MoveBookingInput, Moved
from booking.contracts.steps import Decision, NotificationContract
from booking.errors import ReservationContended
from booking.model import BookingRequest, Facts, Session, SubmittedChange
from booking.ports import Clock
from booking.services.changes.deciding import (
    against_asking,
    as_decided,
    may_change,
    refuse,
    standing_of,
    submitted_change,
)
from booking.store import Store, Stores
from booking.store.changes import SessionToChange
from booking.working_time import working_time

ATTEMPTS = 5
"""How often a booking may go to another therapist while it is looked at before that is left to the workflow."""


class _WentToAnother(Exception):
    """The booking has gone to another therapist before the rows were locked: those were the wrong ones."""


def move_booking(stores: Stores, given: MoveBookingInput, clock: Clock) -> Moved:
    """Answers ``moved``, or ``refused`` with every reason; the same again when run again.

    Raises ``ReservationContended``, and what ``Database.transaction`` raises.

    The therapists' and the client's rows are locked before any booking is: what is free when we look is free when we
    move, and nobody waits in a circle. Until the one UPDATE the booking has its old time, after it the new one.
    """
    submitted = submitted_change(given, "rescheduling")
    for _ in range(ATTEMPTS):
        try:
            with stores.transaction() as store:
                decision = _decide(store, submitted, given, clock())
        except _WentToAnother:
            continue
        return Moved.model_validate(decision.model_dump())
    raise ReservationContended(f"the booking has changed therapists {ATTEMPTS} times while we looked")


def _decide(store: Store, submitted: SubmittedChange, given: MoveBookingInput, now: datetime) -> Decision:
    requester = given.requested_by.to_requester()
    change = store.changes.lock_change(submitted.change_id)
    if change is not None:
        return as_decided(store, submitted, change)
    booking = store.changes.booking(submitted.booking_id)
    reason = against_asking(store, requester, booking and booking.parties)
    if reason is not None or booking is None:
        return refuse(store, submitted, [reason or ReasonCode.BOOKING_UNKNOWN])
    if booking.session is None:
        return refuse(store, submitted, [ReasonCode.BOOKING_NOT_STANDING])
    before = booking.session.session
    store.changes.lock_for_move(
        [before.therapist_id, given.request.therapist_id or before.therapist_id], before.client_id
    )
    booking = store.changes.booking(submitted.booking_id)  # read again, now that nobody else can change it
    if booking is None or booking.session is None:
        return refuse(store, submitted, [ReasonCode.BOOKING_NOT_STANDING])
    if booking.session.session.therapist_id != before.therapist_id:
        raise _WentToAnother
    if not may_change(requester, booking):
        return refuse(store, submitted, [ReasonCode.BOOKING_UNKNOWN])
    return _move(store, submitted, given, booking.session, now)


def _move(
    store: Store, submitted: SubmittedChange, given: MoveBookingInput, booked: SessionToChange, now: datetime
) -> Decision:
    requester, before = given.requested_by.to_requester(), booked.session
    therapist_id = given.request.therapist_id or before.therapist_id
    codes = _against_booking(booked, given, therapist_id, now)
    if codes:
        return refuse(store, submitted, codes)
    request = BookingRequest(therapist_id, before.service_id, before.client_id, given.request.to_start())
    facts = _as_booked(store.calendars.facts(request, requester.sub, now), before)
    if facts.therapist is not None and not access.may_move_to(
        requester,
        booked.parties.client_sub,
        facts.therapist.user_sub,
        is_another=therapist_id != before.therapist_id,
    ):
        return refuse(store, submitted, [ReasonCode.REQUESTER_NOT_ALLOWED])
    overrides = frozenset(given.request.override or ()) - {ReasonCode.STARTS_IN_THE_PAST}
    if given.request.override and not rules.keeps_calendar(requester, facts.therapist):
        return refuse(store, submitted, [ReasonCode.OVERRIDE_NOT_ALLOWED])
    against = _against_time(request, facts, given, now)
    reasons = [code for code in against if code not in overrides]
    if reasons or facts.therapist is None or facts.service is None or request.starts_at is None:
        return refuse(store, submitted, reasons)
    session = rules.session_of(
        facts.therapist, facts.service, before.client_id, request.starts_at, before.booking_id, before.occurrence
    )
    session = session._replace(overridden=tuple(code for code in against if code in overrides))
    obstacle = rules.obstacle_met(store.changes.obstacles(submitted.booking_id, session), overrides)
    if obstacle is not None:
        return refuse(store, submitted, [obstacle])
    notifications = store.changes.move(submitted, session, before.starts_at, before.therapist_id, overrides)
    if notifications is None:
        return refuse(store, submitted, [ReasonCode.BOOKING_NOT_STANDING])
    store.changes.record(submitted, Outcome.MOVED, booking_ids=[submitted.booking_id], moved_from=before.starts_at)
    return Decision(outcome=Outcome.MOVED, notifications=NotificationContract.of(notifications))


def _as_booked(facts: Facts, session: Session) -> Facts:
    """With the duration and the buffers that the session was booked with, whatever its service has today."""
    if facts.service is None:
        return facts
    service = facts.service._replace(
        duration=session.ends_at - session.starts_at,
        buffer_before=session.starts_at - session.occupied_from,
        buffer_after=session.occupied_until - session.ends_at,
    )
    return facts._replace(service=service)


def _against_booking(
    booked: SessionToChange, given: MoveBookingInput, therapist_id: UUID, now: datetime
) -> list[ReasonCode]:
    session = booked.session
    standing = standing_of(given.requested_by.to_requester(), booked)
    reason = standing.against_moving(given.requested_at, now)
    if reason is not None:
        return [reason]
    if (session.starts_at, session.therapist_id) == (given.request.to_start(), therapist_id):
        return [ReasonCode.NOTHING_TO_MOVE]
    return []


def _against_time(request: BookingRequest, facts: Facts, given: MoveBookingInput, now: datetime) -> list[ReasonCode]:
    """What any request for this time would hear, but for who asks: that they may change the booking was seen to."""
    start = request.starts_at
    working = (
        working_time(facts.availability, facts.therapist.zone, start, start + facts.service.duration)
        if facts.therapist and facts.service and start
        else []
    )
    reasons = [*rules.against_what(facts), *rules.against_start(start, facts, given.requested_at, now, working)]
    return [reason.code for reason in reasons]
