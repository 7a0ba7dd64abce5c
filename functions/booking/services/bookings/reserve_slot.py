"""ReserveSlot: takes the time in PostgreSQL, in one transaction, or says who has it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from booking import rules
from booking.contracts.steps import (
    NotificationContract,
    ReasonContract,
    Reserved,
    ReserveSlotInput,
    SessionContract,
    Validated,
)
from booking.errors import ReservationContended
from booking.model import BookingStatus, NotificationEvent, Obstacles, OnConflict, Outcome, ReasonCode
from booking.ports import Clock
from booking.services.bookings.judging import judge
from booking.services.bookings.wanted import asked_for, wanted
from booking.store import Store, Stores
from booking.store.reservations import Asked, Decided, Reservation, Wanted

LONG = timedelta(days=36_500)
"""A booking window that is in nobody's way."""

ATTEMPTS = 5
"""How often a conflict may have vanished by the time we look for its cause before we leave it to the workflow."""


def reserve_slot(stores: Stores, given: ReserveSlotInput, clock: Clock) -> Reserved:
    """Answers ``reserved``, or what stood in the way; the same again when run again.

    The request was judged a moment ago, or two weeks: where the time is taken, what it was judged by is compared under
    the locks, in the same statement. When it is no longer so, it is judged anew by the rules, and refused as
    ``invalid`` with its reasons, or reserved as it is now.

    Of a series that may be booked in part what can be reserved is, and what can't is recorded as rejected, in the
    same transaction. Raises ``ReservationContended`` when a slot keeps changing hands, and what
    ``Database.transaction`` raises.
    """
    asked = asked_for(given)
    in_part = given.request.to_request().on_conflict == OnConflict.SKIP and asked.series_id is not None
    for _ in range(ATTEMPTS):
        sessions = wanted(given)
        possible = [each for each in sessions if not each.reasons]
        with stores.transaction() as store:
            if asked.series_id:
                store.reservations.lock_request(asked.booking_id)
            if asked.series_id or not possible:
                decided = store.reservations.decided(asked.booking_id)
                if decided is not None:
                    return _as_decided(store, asked, decided, given)
            now = clock()
            reservation = store.reservations.reserve(asked, possible, given.versions, now)
            if not reservation.as_judged:
                decided = store.reservations.decided(asked.booking_id)
                if decided is not None:
                    return _as_decided(store, asked, decided, given)
                anew = _judge_anew(store, given, now)
                if anew.outcome == Outcome.INVALID:
                    return _invalid(given, anew)
                given = given.model_copy(update={"sessions": anew.sessions, "versions": anew.versions})
                sessions = wanted(given)
                possible = [each for each in sessions if not each.reasons]
                # The rows are locked since the first look, so this one takes what can be taken.
                reservation = store.reservations.reserve(asked, possible, given.versions, now)
            missing = [each for each in possible if each.booking_id not in reservation.booking_ids]
            if not missing and len(possible) == len(sessions):
                return _reserved(given, sessions, reservation)
            # Before anything is undone: a series may stand in its own way.
            obstacles = store.reservations.obstacles(asked, missing) if missing else {}
            if asked.series_id is None and obstacles[asked.booking_id].id_taken:
                decided = store.reservations.decided(asked.booking_id)
                if decided is not None:
                    return _as_decided(store, asked, decided, given)
            found = _against(obstacles, missing)
            if found is None:
                store.undo()  # what stood in the way is gone: try again
                continue
            judged = [found.get(each.booking_id, each) for each in sessions]
            if not (in_part and reservation.booking_ids):
                store.undo()
                return _refused(given, judged)
            refused = [each for each in judged if each.reasons]
            store.reservations.reject(asked, given.request.to_request(), Outcome.RESERVED, refused)
            return _reserved(given, judged, reservation)
    raise ReservationContended(f"no reservation and no obstacle in {ATTEMPTS} attempts")


def _judge_anew(store: Store, given: ReserveSlotInput, now: datetime) -> Validated:
    """By the rules, as it is now. Notice and booking window are measured from when it was asked, as ever."""
    requester, request = given.requested_by.to_requester(), given.request.to_request()
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


def _against(obstacles: Mapping[str, Obstacles], missing: Sequence[Wanted]) -> dict[str, Wanted] | None:
    """The sessions with the reasons against them, by their ids. None: for one of them there is none any more."""
    codes = {each.booking_id: rules.obstacle_met(obstacles[each.booking_id]) for each in missing}
    judged = {
        each.booking_id: Wanted(each.booking_id, each.occurrence, each.session, (rules.reason(code),))
        for each in missing
        if (code := codes[each.booking_id]) is not None
    }
    return judged if len(judged) == len(missing) else None


def _as_decided(store: Store, asked: Asked, decided: Decided, given: ReserveSlotInput) -> Reserved:
    if decided.status == BookingStatus.CANCELLED and decided.answers(asked.text, asked.requested_by):
        return Reserved(outcome=Outcome.CANCELLED)
    if decided.status == BookingStatus.REJECTED or not decided.answers(asked.text, asked.requested_by):
        reason = rules.reason(ReasonCode.KEY_CONFLICT)
        return Reserved(outcome=Outcome.KEY_CONFLICT, reasons=ReasonContract.of([reason]))
    known = {each.booking_id: each for each in store.bookings.sessions_of(asked.booking_id)}
    sessions = [
        each.model_copy(update={"reasons": ReasonContract.of(known[each.booking_id].reasons)})
        if each.booking_id in known
        else each
        for each in given.sessions
    ]
    notifications = store.ledger.of(asked.booking_id, NotificationEvent.BOOKING_CONFIRMED)
    return Reserved(
        outcome=Outcome.RESERVED,
        sessions=sessions,
        notifications=[NotificationContract(**each._asdict()) for each in notifications],
    )


def _reserved(given: ReserveSlotInput, judged: Sequence[Wanted], reservation: Reservation) -> Reserved:
    return Reserved(
        outcome=Outcome.RESERVED,
        sessions=_with_reasons(given, judged),
        notifications=[NotificationContract(**each._asdict()) for each in reservation.notifications],
    )


def _refused(given: ReserveSlotInput, judged: Sequence[Wanted]) -> Reserved:
    codes = [reason.code for each in judged for reason in each.reasons]
    outcomes = [Outcome(code) for code in map(str, codes) if code in {str(each) for each in Outcome}]
    outcome = Outcome.SLOT_TAKEN if Outcome.SLOT_TAKEN in outcomes else outcomes[0]  # of that one is told
    reasons = [rules.reason(code) for code in dict.fromkeys(codes)]
    return Reserved.model_validate(
        {"outcome": outcome, "reasons": ReasonContract.of(reasons), "sessions": _with_reasons(given, judged)}
    )


def _with_reasons(given: ReserveSlotInput, judged: Sequence[Wanted]) -> list[SessionContract]:
    return [
        session.model_copy(update={"reasons": ReasonContract.of(each.reasons)}) if each.reasons else session
        for session, each in zip(given.sessions, judged, strict=True)
    ]
