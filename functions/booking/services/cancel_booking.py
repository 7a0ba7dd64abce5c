"""CancelBooking: frees the time of a booking, or of several of its series, in one transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime

from booking import access, rules
from booking.contracts.changes import CancelBookingInput, Cancelled
from booking.contracts.steps import Decision
from booking.model import BookingStatus, LateCancellation, Outcome, ReasonCode, Scope
from booking.services.change import as_decided, asked_for, is_keeper, is_theirs, messages, refused
from booking.services.get_booking import RequestOf
from booking.store import Store, Stores
from booking.store.changes import AskedChange, Standing

OVER = (BookingStatus.COMPLETED, BookingStatus.NO_SHOW)


def cancel_booking(
    stores: Stores, request_of: RequestOf, given: CancelBookingInput, clock: Callable[[], datetime]
) -> Cancelled:
    """Answers ``cancelled``, ``late_cancelled`` or ``refused`` with the reason; the same again when run again.

    What is cancelled already is cancelled: twice is success once. A request that is not decided yet is cancelled by
    taking its id.
    """
    asked = asked_for(given, "cancellation")
    with stores.transaction() as store:
        decision = _decide(store, asked, given, clock())
    if decision is None:
        decision = _cancel_undecided(stores, request_of, asked, given, clock())
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
    scope = given.request.scope or Scope.ONE
    if booking.status in OVER and scope == Scope.ONE:
        return refused(store, asked, [ReasonCode.BOOKING_OVER])
    if booking.status == BookingStatus.HELD:
        return refused(store, asked, [ReasonCode.BOOKING_HELD])
    if booking.status == BookingStatus.REJECTED and scope == Scope.ONE:
        return refused(store, asked, [ReasonCode.BOOKING_NOT_STANDING])
    if booking.therapist_id is None or booking.client_id is None:  # cancelled before it was decided
        return _done(store, asked, [])
    found = store.changes.sessions_to_cancel(booking, booking.therapist_id, booking.client_id, scope)
    meant = [each for each in found if each.status.takes_time]
    open_ones = [each for each in meant if each.starts_at > now]
    if meant and not open_ones:
        return refused(store, asked, [ReasonCode.BOOKING_OVER])
    if is_keeper(requester, booking):
        return _done(store, asked, open_ones)
    late = [each for each in open_ones if rules.is_late(each.starts_at, booking.free_until, given.requested_at)]
    if late and booking.late_cancellation == LateCancellation.STAFF_ONLY:
        return refused(store, asked, [ReasonCode.TOO_LATE])
    return _done(store, asked, open_ones, late)


def _done(store: Store, asked: AskedChange, sessions: Sequence[Standing], late: Sequence[Standing] = ()) -> Decision:
    """The change is late when one of its sessions is; each session's history says of itself."""
    outcome = Outcome.LATE_CANCELLED if late else Outcome.CANCELLED
    ids, late_ids = ([each.booking_id for each in some] for some in (sessions, late))
    store.changes.record(asked, outcome, booking_ids=ids)
    notifications = store.changes.cancel(asked, ids, late_ids) if ids else []
    return Decision(outcome=outcome, notifications=messages(notifications))


def _cancel_undecided(
    stores: Stores, request_of: RequestOf, asked: AskedChange, given: CancelBookingInput, now: datetime
) -> Decision:
    pending = request_of(asked.booking_id)
    with stores.transaction() as store:
        if pending is None:
            return refused(store, asked, [ReasonCode.BOOKING_UNKNOWN])
        therapist_sub, client_sub = store.bookings.subs_of(pending.request.therapist_id, pending.request.client_id)
        requester, asked_by = given.requested_by.to_requester(), pending.requested_by.sub
        if not access.may_see(requester, asked_by, client_sub, therapist_sub):
            return refused(store, asked, [ReasonCode.BOOKING_UNKNOWN])
        if store.changes.cancel_undecided(asked.booking_id, pending.request.as_text(), asked_by):
            return _done(store, asked, [])
        decision = _decide(store, asked, given, now)  # it was decided while we looked
        return decision or refused(store, asked, [ReasonCode.BOOKING_UNKNOWN])
