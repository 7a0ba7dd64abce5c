"""CancelBooking: frees the time of a booking, or of several of its series, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from booking import access, rules
from booking.contracts.changes import CancelBookingInput, Cancelled
from booking.contracts.steps import Decision
from booking.model import BookingStatus, LateCancellation, Outcome, ReasonCode, Requester, Scope
from booking.ports import Clock, Workflows
from booking.services.changes.deciding import as_decided, asked_for, is_keeper, is_theirs, messages, refused, too_many
from booking.store import Store, Stores
from booking.store.changes import AskedChange, SessionLeft, Standing

OVER = (BookingStatus.COMPLETED, BookingStatus.NO_SHOW)
NOT_STANDING = (BookingStatus.CANCELLED, BookingStatus.REJECTED)


def cancel_booking(stores: Stores, workflows: Workflows, given: CancelBookingInput, clock: Clock) -> Cancelled:
    """Answers ``cancelled``, ``late_cancelled`` or ``refused`` with the reason; the same again when run again.

    What is cancelled already is cancelled: twice is success once. A request that is not decided yet is cancelled by
    taking its id. Each session of a series is judged by itself: the change says which it left, and why.
    """
    asked = asked_for(given, "cancellation")
    with stores.transaction() as store:
        decision = _decide(store, asked, given, clock())
    if decision is None:
        decision = _cancel_undecided(stores, workflows, asked, given, clock())
    return Cancelled.model_validate(decision.model_dump())


def _decide(store: Store, asked: AskedChange, given: CancelBookingInput, now: datetime) -> Decision | None:
    """None: there is no row of this booking."""
    change = store.changes.decided(asked)
    if change is not None:
        return as_decided(store, asked, change)
    booking = store.changes.booking(asked.booking_id)
    if booking is None:
        return None
    requester = given.requested_by.to_requester()
    if not is_theirs(requester, booking):
        return refused(store, asked, [ReasonCode.BOOKING_UNKNOWN])
    if too_many(store, requester, booking):
        return refused(store, asked, [ReasonCode.TOO_MANY_CHANGES])
    scope = given.request.scope or Scope.ONE
    if booking.therapist_id is None or booking.client_id is None:
        if booking.status == BookingStatus.REJECTED:
            return refused(store, asked, [ReasonCode.BOOKING_NOT_STANDING])
        return _done(store, asked, [])  # cancelled before it was decided
    found = store.changes.lock_sessions_to_cancel(booking, booking.therapist_id, booking.client_id, scope)
    against = {each.booking_id: _against(requester, each, given.requested_at, now) for each in found}
    named = against.get(asked.booking_id)
    if named == ReasonCode.NOT_YOURS:  # it was given to somebody else before it was locked
        return refused(store, asked, [ReasonCode.BOOKING_UNKNOWN])
    if scope == Scope.ONE and named is not None:
        return refused(store, asked, [named])
    standing = [each for each in found if each.status not in NOT_STANDING]
    is_standing = any(each.booking_id == asked.booking_id for each in standing)  # or twice is success
    meant = [each for each in standing if against[each.booking_id] is None]
    left = [
        SessionLeft(each.booking_id, [rules.reason(code)]) for each in standing if (code := against[each.booking_id])
    ]
    if left and not meant and is_standing:
        return refused(store, asked, list(dict.fromkeys(each.reasons[0].code for each in left)), left)
    late = [each for each in meant if _is_late(requester, each, given.requested_at)]
    return _done(store, asked, meant, late, left)


def _against(requester: Requester, session: Standing, requested_at: datetime, now: datetime) -> ReasonCode | None:
    """Why this one session stays; what one may not do alone, one does not do through a series."""
    if not is_theirs(requester, session):
        return ReasonCode.NOT_YOURS
    if session.status in OVER:
        return ReasonCode.BOOKING_OVER
    if session.status == BookingStatus.HELD:
        return ReasonCode.BOOKING_HELD
    if session.status == BookingStatus.REJECTED:
        return ReasonCode.BOOKING_NOT_STANDING
    if session.status == BookingStatus.CANCELLED:
        return None  # it is already
    if session.starts_at <= now:
        return ReasonCode.BOOKING_OVER
    is_too_late = session.late_cancellation == LateCancellation.STAFF_ONLY
    return ReasonCode.TOO_LATE if is_too_late and _is_late(requester, session, requested_at) else None


def _is_late(requester: Requester, session: Standing, requested_at: datetime) -> bool:
    """Who keeps the calendar is never late."""
    return not is_keeper(requester, session) and rules.is_late(session.starts_at, session.free_until, requested_at)


def _done(
    store: Store,
    asked: AskedChange,
    sessions: Sequence[Standing],
    late: Sequence[Standing] = (),
    left: Sequence[SessionLeft] = (),
) -> Decision:
    """The change is late when one of its sessions is; each session's history says of itself."""
    outcome = Outcome.LATE_CANCELLED if late else Outcome.CANCELLED
    ids, late_ids = ([each.booking_id for each in some] for some in (sessions, late))
    store.changes.record(asked, outcome, booking_ids=ids, sessions_left=left)
    notifications = store.changes.cancel(asked, ids, late_ids) if ids else []
    return Decision(outcome=outcome, notifications=messages(notifications))


def _cancel_undecided(
    stores: Stores, workflows: Workflows, asked: AskedChange, given: CancelBookingInput, now: datetime
) -> Decision:
    pending = workflows.request_of(asked.booking_id)
    with stores.transaction() as store:
        change = store.changes.decided(asked)  # the other machine may have, under the same key, while we asked
        if change is not None:
            return as_decided(store, asked, change)
        if pending is None:
            return refused(store, asked, [ReasonCode.BOOKING_UNKNOWN])
        therapist_sub, client_sub = store.bookings.subs_of(pending.request.therapist_id, pending.request.client_id)
        requester, asked_by = given.requested_by.to_requester(), pending.requested_by.sub
        if pending.request.client_id is None:
            client_sub = asked_by  # for themselves
        if not access.may_act(requester, client_sub, therapist_sub):
            return refused(store, asked, [ReasonCode.BOOKING_UNKNOWN])
        if not access.may_keep(requester, therapist_sub) and store.limits.lock_and_count_changes(requester.sub):
            return refused(store, asked, [ReasonCode.TOO_MANY_CHANGES])
        store.reservations.lock_request(asked.booking_id)
        if store.changes.cancel_undecided(asked.booking_id, pending.request.as_text(), asked_by):
            return _done(store, asked, [])
        decision = _decide(store, asked, given, now)  # it was decided while we looked
        return decision or refused(store, asked, [ReasonCode.BOOKING_UNKNOWN])
