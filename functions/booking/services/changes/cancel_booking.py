"""CancelBooking: frees the time of a booking, or of several of its series, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from booking.codes import Awaits, BookingStatus, HoldAnswer, Outcome, PaymentRule, ReasonCode, Scope
from booking.contracts.changes import CancelBookingInput, Cancelled
from booking.contracts.steps import Decision, NotificationContract, instant_of
from booking.model import Parties, Requester, Session, SubmittedChange
from booking.ports import Clock, WaitingTasks, Workflows
from booking.reasons import explained
from booking.services.changes.deciding import (
    against_asking,
    as_decided,
    may_change,
    refuse,
    standing_of,
    submitted_change,
)
from booking.services.payments.reckoning import reckon, start
from booking.store import Store, Stores
from booking.store.changes import BookingToChange, SessionLeft, SessionToChange

NOT_STANDING = (BookingStatus.CANCELLED, BookingStatus.REJECTED)


@dataclass
class Following:
    """What follows from a cancellation once it is kept: money to move, and a workflow that waited."""

    keys: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


def cancel_booking(
    stores: Stores, workflows: Workflows, tasks: WaitingTasks, given: CancelBookingInput, clock: Clock
) -> Cancelled:
    """Answers ``cancelled``, ``late_cancelled`` or ``refused`` with the reason; the same again when run again.

    What is cancelled already is cancelled: twice is success once. A request that is not decided yet is cancelled by
    taking its id. Each session of a series is judged by itself: the change says which it left, and why.
    """
    submitted, following = submitted_change(given, "cancellation"), Following()
    with stores.transaction() as store:
        change = store.changes.lock_change(submitted.change_id)
        booking = store.changes.booking(submitted.booking_id) if change is None else None
        if change is not None:
            decision = as_decided(store, submitted, change)
            following.keys = store.payments.to_make(change.booking_ids)
        elif booking is not None:
            decision = _cancel(store, submitted, given, booking, clock(), following)
    if change is None and booking is None:
        decision = _cancel_undecided(stores, workflows, submitted, given, clock(), following)
    for token in following.tokens:
        tasks.succeed(token, "{}")
    start(workflows, following.keys)
    return Cancelled.model_validate(decision.model_dump())


def _cancel(
    store: Store,
    submitted: SubmittedChange,
    given: CancelBookingInput,
    booking: BookingToChange,
    now: datetime,
    following: Following,
) -> Decision:
    requester = given.requested_by.to_requester()
    reason = against_asking(store, requester, booking.parties)
    if reason is not None:
        return refuse(store, submitted, [reason])
    if booking.session is None:
        if booking.status == BookingStatus.REJECTED:
            return refuse(store, submitted, [ReasonCode.BOOKING_NOT_STANDING])
        return _cancelled(store, submitted, [], now, following)  # before it was decided
    return _cancel_sessions(store, submitted, given, booking, booking.session.session, now, following)


def _cancel_sessions(
    store: Store,
    submitted: SubmittedChange,
    given: CancelBookingInput,
    booking: BookingToChange,
    session: Session,
    now: datetime,
    following: Following,
) -> Decision:
    requester, scope = given.requested_by.to_requester(), given.request.scope or Scope.ONE
    found = store.changes.lock_sessions_to_cancel(booking, session, scope)
    against = {each.session.booking_id: _against(requester, each, given.requested_at, now) for each in found}
    named = against.get(booking.booking_id)
    if named == ReasonCode.NOT_YOURS:  # it was given to somebody else before it was locked
        return refuse(store, submitted, [ReasonCode.BOOKING_UNKNOWN])
    if _was_moved(store, given, booking.booking_id, found):
        return refuse(store, submitted, [ReasonCode.MOVED_MEANWHILE])
    if scope == Scope.ONE and named is not None:
        return refuse(store, submitted, [named])
    standing = [each for each in found if each.status not in NOT_STANDING]
    # Not standing: it was cancelled before, and to ask for it again is a success.
    is_standing = any(each.session.booking_id == booking.booking_id for each in standing)
    meant = [each for each in standing if against[each.session.booking_id] is None]
    left = [
        SessionLeft(each.session.booking_id, [explained(code)])
        for each in standing
        if (code := against[each.session.booking_id]) is not None
    ]
    if left and not meant and is_standing:
        return refuse(store, submitted, list(dict.fromkeys(each.reasons[0].code for each in left)), left)
    late = [each for each in meant if standing_of(requester, each).is_late(given.requested_at)]
    return _cancelled(store, submitted, meant, now, following, late, left)


def _was_moved(store: Store, given: CancelBookingInput, booking_id: str, found: Sequence[SessionToChange]) -> bool:
    """Whether it was to be cancelled as long as it is then, for its therapist is away; and it is at another time, or
    with somebody else."""
    asked = given.request.if_starts_at
    if asked is None:
        return False
    away = store.absences.therapist_away(given.change_id)
    sessions = [each.session for each in found if each.session.booking_id == booking_id]
    return any(each.starts_at != instant_of(asked) or away not in (None, each.therapist_id) for each in sessions)


def _against(requester: Requester, booked: SessionToChange, requested_at: datetime, now: datetime) -> ReasonCode | None:
    """Why this one session stays; what one may not do alone, one does not do through a series."""
    if not may_change(requester, booked):
        return ReasonCode.NOT_YOURS
    return standing_of(requester, booked).against_cancelling(requested_at, now)


def _cancelled(
    store: Store,
    submitted: SubmittedChange,
    sessions: Sequence[SessionToChange],
    now: datetime,
    following: Following,
    late: Sequence[SessionToChange] = (),
    left: Sequence[SessionLeft] = (),
) -> Decision:
    """The change is late when one of its sessions is; each session's history says of itself."""
    outcome = Outcome.LATE_CANCELLED if late else Outcome.CANCELLED
    ids, late_ids = ([each.session.booking_id for each in some] for some in (sessions, late))
    store.changes.record(submitted, outcome, booking_ids=ids, sessions_left=left)
    waiting = {each.hold_id: each for each in sessions if each.awaits is not None}
    if any(_left_to_the_hold(store, submitted, each, ids, now, following) for each in waiting.values()):
        return Decision(outcome=outcome)
    notifications = store.changes.cancel(submitted, ids, late_ids) if ids else []
    if any(each.payment != PaymentRule.NONE for each in sessions):
        following.keys += reckon(store, ids, submitted.requested_by, submitted.execution)
    return Decision(outcome=outcome, notifications=NotificationContract.of(notifications))


def _left_to_the_hold(
    store: Store,
    submitted: SubmittedChange,
    session: SessionToChange,
    booking_ids: Sequence[str],
    now: datetime,
    following: Following,
) -> bool:
    """All that is held goes: the hold is answered so. Whether its own workflow frees the time.

    It does when it waits for a payment: at the provider nobody may pay any more before the time is free.
    """
    held = [each.booking_id for each in store.holds.sessions(session.hold_id) if each.status == BookingStatus.HELD]
    if session.awaits is None or not set(held) <= set(booking_ids):
        return False
    by = submitted.requested_by
    store.holds.answer(session.hold_id, session.awaits, HoldAnswer.CANCEL, by, now, submitted.change_id)
    hold = store.holds.get(session.hold_id, session.awaits)
    if hold is not None and hold.task_token is not None:
        following.tokens.append(hold.task_token)
    return session.awaits == Awaits.PAYMENT and hold is not None and hold.answer == HoldAnswer.CANCEL


def _cancel_undecided(
    stores: Stores,
    workflows: Workflows,
    submitted: SubmittedChange,
    given: CancelBookingInput,
    now: datetime,
    following: Following,
) -> Decision:
    """There is no row yet: what Step Functions was asked for says whose the request is."""
    pending = workflows.request_of(submitted.booking_id)
    with stores.transaction() as store:
        change = store.changes.lock_change(submitted.change_id)
        if change is not None:  # the other machine decided one under the same key while we asked
            return as_decided(store, submitted, change)
        if pending is None:
            return refuse(store, submitted, [ReasonCode.BOOKING_UNKNOWN])
        request, asked_by = pending.request, pending.requested_by.sub
        parties = store.bookings.parties_of_request(request.therapist_id, request.client_id)
        if request.client_id is None:
            parties = Parties(asked_by, parties.therapist_sub)  # for themselves
        reason = against_asking(store, given.requested_by.to_requester(), parties)
        if reason is not None:
            return refuse(store, submitted, [reason])
        store.reservations.lock_request(submitted.booking_id)
        if store.changes.cancel_undecided(submitted.booking_id, request.as_text(), asked_by):
            return _cancelled(store, submitted, [], now, following)
        booking = store.changes.booking(submitted.booking_id)  # it was decided while we looked
        if booking is None:
            return refuse(store, submitted, [ReasonCode.BOOKING_UNKNOWN])
        return _cancel(store, submitted, given, booking, now, following)
