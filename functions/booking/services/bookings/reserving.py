"""The time of one therapist is taken, or it is said what stood in the way: one statement for who gets it at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from booking import rules
from booking.codes import BookingStatus, NotificationEvent, OnConflict, Outcome, ReasonCode
from booking.contracts.steps import (
    NotificationContract,
    ReasonContract,
    Reserved,
    ReserveSlotInput,
    SessionContract,
    Validated,
)
from booking.errors import ReservationContended
from booking.model import BookingRequest, Obstacles, Session
from booking.ports import Clock
from booking.reasons import explained
from booking.services.bookings.judging import judge
from booking.services.holds.beginning import begin, decided_before
from booking.store import Store, Stores
from booking.store.reservations import Reservation
from booking.store.rows import Decided

LONG = timedelta(days=36_500)
"""A booking window so long that it is against no request."""

ATTEMPTS = 5
"""How often a conflict may have vanished by the time we look for its cause before we leave it to the workflow."""


def reserve_with(stores: Stores, given: ReserveSlotInput, request: BookingRequest, clock: Clock) -> Reserved:
    """Takes the time, all of it with one therapist, or says what stood in the way.

    The request was judged a moment ago, or two weeks: where the time is taken, what it was judged by is compared under
    the locks, in the same statement. When it is no longer so, it is judged anew by the rules, and refused as
    ``invalid`` with its reasons, or reserved as it is now.

    A single session is tried in a statement of its own first, which is all that most bookings take. A series, what is
    held, and what has to be judged anew need several, and so a transaction around them. Of a series that may be booked
    in part what can be reserved is, and what can't is recorded as rejected, in the same transaction. Raises
    ``ReservationContended`` when a slot keeps changing hands, and what ``Database.transaction`` raises.
    """
    if request.recurrence is None and all(not each.reasons for each in given.sessions):
        answer = _in_one_statement(stores, given, request, clock)
        if answer is not None:
            return answer
    for _ in range(ATTEMPTS):
        with stores.transaction() as store:
            answer = _in_a_transaction(store, given, request, clock)
            if answer is not None:
                return answer
    raise ReservationContended(f"no reservation and no obstacle in {ATTEMPTS} attempts")


def _in_one_statement(
    stores: Stores, given: ReserveSlotInput, request: BookingRequest, clock: Clock
) -> Reserved | None:
    """Who loses asks what stood in the way. None: this one needs a transaction, and nothing was written."""
    sessions, now = given.to_sessions(), clock()
    with stores.autocommit() as store:
        reservation = store.reservations.reserve(
            given.to_submitted(),
            sessions,
            given.versions,
            now,
            given.requested_by.to_requester(),
            request.overrides,
            unless_held=True,
        )
        if reservation.booking_ids:  # as they came: nothing was set against them
            told = NotificationContract.of(reservation.notifications)
            return Reserved(outcome=Outcome.RESERVED, sessions=given.sessions, notifications=told)
        if not reservation.as_judged or reservation.awaits is not None:
            return None
        return _lost(store, given, request, sessions, reservation, now)


def _in_a_transaction(store: Store, given: ReserveSlotInput, request: BookingRequest, clock: Clock) -> Reserved | None:
    """None: what stood in the way is gone, and nothing was written."""
    submitted = given.to_submitted()
    if submitted.series_id:
        store.reservations.lock_request(submitted.booking_id)
        if (before := _before(store, given, clock())) is not None:
            return before
    now, asker = clock(), given.requested_by.to_requester()
    sessions, possible = _to_reserve(given)
    reservation = store.reservations.reserve(submitted, possible, given.versions, now, asker, request.overrides)
    if not reservation.as_judged:
        if (before := _before(store, given, now)) is not None:
            return before
        anew = _judge_anew(store, given, request, now)
        if anew.outcome == Outcome.INVALID:
            return invalid(given, anew)
        given = given.model_copy(update={"sessions": anew.sessions, "versions": anew.versions})
        sessions, possible = _to_reserve(given)
        # The rows are locked since the first look, so this one takes what can be taken.
        reservation = store.reservations.reserve(submitted, possible, given.versions, now, asker, request.overrides)
    if len(reservation.booking_ids) == len(sessions):
        return _reserved(store, given, sessions, reservation, now)
    return _lost(store, given, request, sessions, reservation, now)


def _to_reserve(given: ReserveSlotInput) -> tuple[list[Session], list[Session]]:
    """All sessions, and those against which nothing was said."""
    sessions = given.to_sessions()
    return sessions, [each for each in sessions if not each.reasons]


def _lost(
    store: Store,
    given: ReserveSlotInput,
    request: BookingRequest,
    sessions: Sequence[Session],
    reservation: Reservation,
    now: datetime,
) -> Reserved | None:
    """What stood in the way of what was not reserved; with a series in part, what was stays so. None: it is gone."""
    submitted = given.to_submitted()
    missing = [each for each in sessions if not each.reasons and each.booking_id not in reservation.booking_ids]
    # Asked before the rollback: two sessions of one series may overlap each other.
    obstacles = store.reservations.obstacles(submitted, missing) if missing else {}
    if submitted.series_id is None and obstacles[submitted.booking_id].id_taken:
        before = _before(store, given, now)
        if before is not None:
            return before
    found = _against(obstacles, missing, request.overrides)
    if found is None:
        store.undo()
        return None
    judged = [found.get(each.booking_id, each) for each in sessions]
    if request.on_conflict != OnConflict.SKIP or not (submitted.series_id and reservation.booking_ids):
        store.undo()
        return _refused(judged)
    rejected = [each for each in judged if each.reasons]
    store.reservations.reject(submitted, request, Outcome.RESERVED, rejected)
    return _reserved(store, given, judged, reservation, now)


def _before(store: Store, given: ReserveSlotInput, now: datetime) -> Reserved | None:
    """What was decided for this id before, or None."""
    decided = store.reservations.decided(given.booking_id)
    return None if decided is None else as_decided(store, given, decided, now)


def _judge_anew(store: Store, given: ReserveSlotInput, request: BookingRequest, now: datetime) -> Validated:
    """By the rules, as it is now. Notice and booking window are measured from when it was submitted, as ever."""
    requester = given.requested_by.to_requester()
    facts = store.calendars.facts(request, requester.sub, now)
    if given.requested_at is not None:
        return judge(given.booking_id, requester, request, facts, given.requested_at, now)
    # It began with the release before, which did not say when it was asked: that it was in time has been judged.
    if facts.therapist is not None:
        facts = facts._replace(therapist=facts.therapist._replace(minimum_notice=timedelta(), booking_window=LONG))
    return judge(given.booking_id, requester, request, facts, now, now)


def invalid(given: ReserveSlotInput, anew: Validated) -> Reserved:
    """Refused by the rules, as it is now."""
    # The definition of the release before has no way for "invalid", and goes on with the same to RejectBooking.
    outcome = Outcome.INVALID if given.requested_at is not None else Outcome.THERAPIST_AWAY
    return Reserved.model_validate(
        {"outcome": outcome, "reasons": anew.reasons, "sessions": anew.sessions or given.sessions}
    )


def _against(
    obstacles: Mapping[str, Obstacles], missing: Sequence[Session], overrides: frozenset[ReasonCode]
) -> dict[str, Session] | None:
    """The sessions with the reasons against them, by their ids. None: for one of them there is none any more."""
    codes = {each.booking_id: rules.obstacle_met(obstacles[each.booking_id], overrides) for each in missing}
    judged = {
        each.booking_id: each._replace(reasons=(explained(code),))
        for each in missing
        if (code := codes[each.booking_id]) is not None
    }
    return judged if len(judged) == len(missing) else None


def as_decided(store: Store, given: ReserveSlotInput, decided: Decided, now: datetime) -> Reserved:
    """The decision of before, said again; or that the id is another request's."""
    submitted = given.to_submitted()
    if decided.status == BookingStatus.CANCELLED and decided.answers(submitted):
        return Reserved(outcome=Outcome.CANCELLED)
    if decided.status == BookingStatus.REJECTED or not decided.answers(submitted):
        reason = explained(ReasonCode.KEY_CONFLICT)
        return Reserved(outcome=Outcome.KEY_CONFLICT, reasons=ReasonContract.of([reason]))
    known = {each.session.booking_id: each.session for each in store.bookings.sessions_of(submitted.booking_id)}
    sessions = [
        each._replace(reasons=known[each.booking_id].reasons) if each.booking_id in known else each
        for each in given.to_sessions()
    ]
    if given.request.therapist_id is None:  # it was decided with whom
        booked = store.changes.booking(submitted.booking_id)
        sessions = [booked.session.session] if booked is not None and booked.session is not None else []
    held = decided_before(store, submitted.booking_id, now)
    if held is not None:
        return Reserved.model_validate({**held, "sessions": SessionContract.of(sessions)})
    notifications = store.ledger.of(submitted.booking_id, NotificationEvent.BOOKING_CONFIRMED)
    return Reserved(
        outcome=Outcome.RESERVED,
        sessions=SessionContract.of(sessions),
        notifications=NotificationContract.of(notifications),
    )


def _reserved(
    store: Store, given: ReserveSlotInput, judged: Sequence[Session], reservation: Reservation, now: datetime
) -> Reserved:
    if reservation.awaits is not None:
        held = begin(store, given.booking_id, reservation.awaits, given.requested_by.sub, given.execution, now)
        return Reserved.model_validate({**held, "sessions": SessionContract.of(judged)})
    return Reserved(
        outcome=Outcome.RESERVED,
        sessions=SessionContract.of(judged),
        notifications=NotificationContract.of(reservation.notifications),
    )


def _refused(judged: Sequence[Session]) -> Reserved:
    """Of several outcomes the client is told that the slot was taken: a message goes with that one."""
    codes = [reason.code for each in judged for reason in each.reasons]
    outcomes = [Outcome(code) for code in map(str, codes) if code in {str(each) for each in Outcome}]
    outcome = Outcome.SLOT_TAKEN if Outcome.SLOT_TAKEN in outcomes else outcomes[0]
    reasons = [explained(code) for code in dict.fromkeys(codes)]
    return Reserved.model_validate(
        {"outcome": outcome, "reasons": ReasonContract.of(reasons), "sessions": SessionContract.of(judged)}
    )
