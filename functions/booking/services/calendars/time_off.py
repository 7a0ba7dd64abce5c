"""A therapist's time off: entered and taken back one by one, by the therapist and by operators."""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from booking import access
from booking.contracts.calendars import MAX_PERIODS
from booking.contracts.time_off import TimeOffAnswer, TimeOffBody, TimeOffList, TimeOffPeriod
from booking.errors import Refusal
from booking.model import Requester
from booking.ports import Clock, Workflows
from booking.problems import Problem
from booking.services.bookings.views import summary
from booking.services.calendars import absences
from booking.services.calendars.keeping import demand_keeper
from booking.store import Store, Stores
from booking.store.calendars import TimeOff
from booking.working_time import joined, without


def get_time_off(stores: Stores, requester: Requester, therapist_id: UUID) -> TimeOffList:
    """All time off, past and future. Raises ``Refusal``."""
    with stores.transaction() as store:
        demand_keeper(store, requester, therapist_id)
        return TimeOffList(time_off=[TimeOffPeriod(**_fields(off)) for off in store.calendars.time_off(therapist_id)])


def add_time_off(
    stores: Stores,
    workflows: Workflows,
    requester: Requester,
    therapist_id: UUID,
    key: str,
    body: TimeOffBody,
    clock: Clock,
) -> TimeOffAnswer:
    """One more period; the same again when it is sent again with its key. Nobody books into it any more.

    Raises ``Refusal``, with the bookings in time that was not off before. With ``proceed`` they stay, and the answer
    says which they are; with ``cancel_bookings`` an absence cancels all in it that have not begun.
    """
    now = clock()
    with stores.transaction() as store:
        change = store.changes.lock_change(key)
        demand_keeper(store, requester, therapist_id)
        store.calendars.lock_calendar(therapist_id)
        off = TimeOff(_id(therapist_id, key), body.to_span(), body.label)
        known = store.calendars.time_off(therapist_id)
        absence = store.absences.get(key)
        if absence is not None:
            if not absences.is_same(absence, requester, therapist_id, body):
                raise _key_used()
            return _answer(off, change_id=key)
        before = [each for each in known if each.time_off_id != off.time_off_id]
        is_new = len(before) == len(known)
        if (body.cancel_bookings and (change is not None or not is_new)) or (not is_new and off not in known):
            raise _key_used()
        if is_new:
            _demand_room(known, now)
        if not body.cancel_bookings:
            return _enter(store, requester, therapist_id, off, before, is_new=is_new, proceed=body.proceed)
        store.calendars.add_time_off(therapist_id, off)
        absences.record(store, requester, key, therapist_id, off.time_off_id, body, now)
    absences.start_the_first(stores, workflows, clock)
    return _answer(off, change_id=key)


def remove_time_off(stores: Stores, requester: Requester, therapist_id: UUID, time_off_id: UUID) -> TimeOffPeriod:
    """What was taken back. Bookings that were cancelled because of it stay cancelled. Raises ``Refusal``."""
    with stores.transaction() as store:
        demand_keeper(store, requester, therapist_id)
        store.calendars.lock_calendar(therapist_id)
        removed = store.calendars.remove_time_off(therapist_id, time_off_id)
        if removed is None:
            raise access.not_found("time_off")
        return TimeOffPeriod(**_fields(removed))


def _enter(
    store: Store,
    requester: Requester,
    therapist_id: UUID,
    off: TimeOff,
    before: list[TimeOff],
    *,
    is_new: bool,
    proceed: bool,
) -> TimeOffAnswer:
    spans = without([off.span], joined(each.span for each in before))
    left = [summary(each, requester) for each in store.bookings.within(therapist_id, spans)]
    if not is_new:
        return _answer(off, bookings_left=left)
    if left and not proceed:
        raise Refusal(
            Problem.BOOKINGS_IN_TIME_OFF,
            "Send proceed: true, which leaves them as they are, or cancel_bookings: true, which cancels them.",
            bookings=[each.model_dump(mode="json") for each in left],
        )
    store.calendars.add_time_off(therapist_id, off)
    return _answer(off, bookings_left=left)


def _id(therapist_id: UUID, key: str) -> UUID:
    """The same for the same key."""
    return uuid5(NAMESPACE_URL, f"urn:therapist-booking:time-off:{therapist_id}:{key}")


def _demand_room(known: list[TimeOff], now: datetime) -> None:
    if sum(off.span[1] > now for off in known) >= MAX_PERIODS:
        raise Refusal(Problem.RULE_BROKEN, f"starts_at: {MAX_PERIODS} periods of time off are to come already")


def _key_used() -> Refusal:
    return Refusal(Problem.IDEMPOTENCY_KEY_USED, "This Idempotency-Key was used before.")


def _answer(off: TimeOff, **more: object) -> TimeOffAnswer:
    return TimeOffAnswer.model_validate({**_fields(off), **more})


def _fields(off: TimeOff) -> dict[str, object]:
    return {"time_off_id": off.time_off_id, "starts_at": off.span[0], "ends_at": off.span[1], "label": off.label}
