"""ReserveSlot: takes the time in PostgreSQL, in one transaction, or says who has it."""

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
from booking.model import BookingRequest, Obstacles, Session, SubmittedRequest
from booking.ports import Clock
from booking.reasons import explained
from booking.services.bookings.any_therapist import (
    candidates,
    judged_together,
    least_booked_first,
    means_anyone,
)
from booking.services.bookings.judging import judge
from booking.services.holds.beginning import begin, decided_before
from booking.store import Store, Stores
from booking.store.reservations import Decided, Reservation

LONG = timedelta(days=36_500)
"""A booking window so long that it is against no request."""

ATTEMPTS = 5
"""How often a conflict may have vanished by the time we look for its cause before we leave it to the workflow."""


THE_NEXT_MAY = (Outcome.SLOT_TAKEN, Outcome.DAY_FULL, Outcome.THERAPIST_AWAY, Outcome.INVALID)
"""What one therapist may be refused for and another not; what is said of all of them is the first of these."""


def reserve_slot(stores: Stores, given: ReserveSlotInput, clock: Clock) -> Reserved:
    """Answers ``reserved``, what it is held for, or what stood in the way; the same again when run again.

    A request for whoever is free tries one therapist after the other, who has the fewest sessions that day first, each
    in a transaction of its own: nobody holds one calendar while they wait for another.
    """
    request = given.request.to_request()
    if not means_anyone(request):
        return _reserve(stores, given, request, clock)
    requester, now = given.requested_by.to_requester(), clock()
    with stores.transaction() as store:
        decided = store.reservations.decided(given.booking_id)
        if decided is not None:
            return _as_decided(store, given.to_submitted(), decided, given, now)
        known = store.calendars.facts_of_each(request, requester.sub, now)
        found = candidates(known, given.booking_id, requester, request, given.requested_at or now, now)
        able = least_booked_first(store, [each for each in found if each.is_able])
    if not able:
        return _invalid(given, judged_together(request, found))
    refused = []
    for each in able:
        with_them = {"sessions": each.judged.sessions, "versions": each.judged.versions}
        answer = _reserve(stores, given.model_copy(update=with_them), each.request, clock)
        if answer.outcome not in THE_NEXT_MAY:
            return answer
        refused.append(answer)
    return min(refused, key=lambda answer: THE_NEXT_MAY.index(answer.outcome))


def _reserve(stores: Stores, given: ReserveSlotInput, request: BookingRequest, clock: Clock) -> Reserved:
    """Takes the time, all of it with one therapist, or says what stood in the way.

    The request was judged a moment ago, or two weeks: where the time is taken, what it was judged by is compared under
    the locks, in the same statement. When it is no longer so, it is judged anew by the rules, and refused as
    ``invalid`` with its reasons, or reserved as it is now.

    Of a series that may be booked in part what can be reserved is, and what can't is recorded as rejected, in the
    same transaction. Raises ``ReservationContended`` when a slot keeps changing hands, and what
    ``Database.transaction`` raises.
    """
    submitted = given.to_submitted()
    in_part = request.on_conflict == OnConflict.SKIP and submitted.series_id is not None
    for _ in range(ATTEMPTS):
        sessions = given.to_sessions()
        possible = [each for each in sessions if not each.reasons]
        with stores.transaction() as store:
            if submitted.series_id:
                store.reservations.lock_request(submitted.booking_id)
            if submitted.series_id or not possible:
                decided = store.reservations.decided(submitted.booking_id)
                if decided is not None:
                    return _as_decided(store, submitted, decided, given, clock())
            now = clock()
            asker, versions = given.requested_by.to_requester(), given.versions
            reservation = store.reservations.reserve(submitted, possible, versions, now, asker, request.overrides)
            if not reservation.as_judged:
                decided = store.reservations.decided(submitted.booking_id)
                if decided is not None:
                    return _as_decided(store, submitted, decided, given, clock())
                anew = _judge_anew(store, given, request, now)
                if anew.outcome == Outcome.INVALID:
                    return _invalid(given, anew)
                given = given.model_copy(update={"sessions": anew.sessions, "versions": anew.versions})
                sessions = given.to_sessions()
                possible = [each for each in sessions if not each.reasons]
                # The rows are locked since the first look, so this one takes what can be taken.
                versions = given.versions
                reservation = store.reservations.reserve(submitted, possible, versions, now, asker, request.overrides)
            missing = [each for each in possible if each.booking_id not in reservation.booking_ids]
            if not missing and len(possible) == len(sessions):
                return _reserved(store, submitted, sessions, reservation, now)
            # Asked before the rollback: two sessions of one series may overlap each other.
            obstacles = store.reservations.obstacles(submitted, missing) if missing else {}
            if submitted.series_id is None and obstacles[submitted.booking_id].id_taken:
                decided = store.reservations.decided(submitted.booking_id)
                if decided is not None:
                    return _as_decided(store, submitted, decided, given, clock())
            found = _against(obstacles, missing, request.overrides)
            if found is None:
                store.undo()  # what stood in the way is gone: try again
                continue
            judged = [found.get(each.booking_id, each) for each in sessions]
            if not (in_part and reservation.booking_ids):
                store.undo()
                return _refused(judged)
            rejected = [each for each in judged if each.reasons]
            store.reservations.reject(submitted, request, Outcome.RESERVED, rejected)
            return _reserved(store, submitted, judged, reservation, now)
    raise ReservationContended(f"no reservation and no obstacle in {ATTEMPTS} attempts")


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


def _invalid(given: ReserveSlotInput, anew: Validated) -> Reserved:
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


def _as_decided(
    store: Store, submitted: SubmittedRequest, decided: Decided, given: ReserveSlotInput, now: datetime
) -> Reserved:
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
    store: Store, submitted: SubmittedRequest, judged: Sequence[Session], reservation: Reservation, now: datetime
) -> Reserved:
    if reservation.awaits is not None:
        held = begin(store, submitted.booking_id, reservation.awaits, submitted.requested_by, submitted.execution, now)
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
