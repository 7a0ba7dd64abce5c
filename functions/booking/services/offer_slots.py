"""Offers: a sweep finds who waits for what is free, holds it for them and starts a workflow that waits for the answer.

Time comes free in many ways (a cancellation, a move, an offer that was declined, new working hours), so nothing has to
remember to tell the wait list: the sweep asks what is free now.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from booking import rules
from booking.contracts.steps import NotificationContract
from booking.contracts.waitlist import OfferInput, OfferMade, OfferSettled, SettleOfferInput
from booking.model import Calendar, NotificationEvent, Outcome, Span
from booking.services.settle_offer import settle_offer
from booking.store import Store, Stores
from booking.store.waitlist import NewOffer, Waiting

PAGE = 200

OVERDUE = timedelta(minutes=15)
"""So long after its end an offer that its workflow has not settled is settled by the sweep."""

STALLED = timedelta(minutes=5)
"""And so long after its answer: the client was promised an appointment, or somebody else waits for the time."""

UNTOLD_FOR = timedelta(days=1)
"""So long the sweep sees to it that everybody is told of an offer that was accepted."""


class Executions(Protocol):
    """Starts executions of the offer machine. A name that was used before is not an error: it is started."""

    def start(self, name: str, given: str) -> None: ...

    def arn(self, name: str) -> str: ...


def offer_slots(stores: Stores, executions: Executions, now: datetime) -> tuple[int, int]:
    """Makes the offers that can be made, first come first; how many, and how many overdue ones it has settled.

    Safe to run twice, or twice at once: an entry has one open offer at most, and a time is held for one.
    """
    settled = _settle_overdue(stores, executions, now)
    made = 0
    for waiting in _who_waits(stores, now):
        with stores.transaction() as store:
            made += _offer(store, executions, waiting.entry_id, now)
    with stores.reading() as store:
        to_start = [_input(store, *each) for each in store.waitlist.not_waited_for(now)]
    for given in to_start:
        executions.start(given.booking_id, given.model_dump_json())
    return made, settled


def _settle_overdue(stores: Stores, executions: Executions, now: datetime) -> int:
    with stores.transaction() as store:
        store.waitlist.close_past_entries(now)
        overdue = store.waitlist.overdue(now - OVERDUE, now - STALLED)
    for booking_id in overdue:
        _settled(stores, executions, booking_id)
    with stores.reading() as store:
        untold = store.waitlist.untold(now - UNTOLD_FOR, now - STALLED)
    for booking_id in untold:  # settled before, so this says the same again
        decision = _settled(stores, executions, booking_id)
        given = OfferInput(booking_id=booking_id, answer_seconds=1, decision=decision)  # nothing is waited for
        executions.start(f"accepted-{booking_id}", given.model_dump_json())
    return len(overdue)


def _settled(stores: Stores, executions: Executions, booking_id: str) -> OfferSettled:
    return settle_offer(stores, SettleOfferInput(booking_id=booking_id, execution=executions.arn(booking_id)))


def _who_waits(stores: Stores, now: datetime) -> Iterator[Waiting]:
    after: tuple[datetime, str] | None = None
    while True:
        with stores.reading() as store:
            page = store.waitlist.who_waits(now, after, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].created_at, page[-1].entry_id


def _offer(store: Store, executions: Executions, entry_id: str, now: datetime) -> bool:
    """Whether an offer was made."""
    waiting = store.waitlist.still_waiting(entry_id, now)
    if waiting is None:
        return False
    first, last = waiting.windows[0][0], waiting.windows[-1][1]
    calendars = store.calendars.of(waiting.service_id, waiting.therapist_id, max(first, now), last)
    found = sorted(
        (start, str(calendar.therapist.id), calendar)
        for calendar in calendars
        if (start := rules.slot_to_offer(calendar, waiting.windows, _unwanted(waiting, calendar), now, waiting.limit))
    )
    if not found:
        return False
    start, _, calendar = found[0]
    booking_id = str(uuid4())
    session = rules.session_of(calendar.therapist, calendar.service, waiting.client_id, start)
    execution = executions.arn(booking_id)
    return store.waitlist.hold(NewOffer(booking_id, waiting, session, now + waiting.limit, execution))


def _unwanted(waiting: Waiting, calendar: Calendar) -> list[Span]:
    """When the client has other sessions, and what they were offered with this therapist before."""
    return [*waiting.busy, *waiting.refused.get(calendar.therapist.id, ())]


def _input(store: Store, booking_id: str, limit: timedelta) -> OfferInput:
    told = store.ledger.of(booking_id, NotificationEvent.SLOT_OFFERED)
    notifications = [NotificationContract(**each._asdict()) for each in told]
    return OfferInput(
        booking_id=booking_id,
        answer_seconds=int(limit.total_seconds()),
        decision=OfferMade(outcome=Outcome.OPEN, notifications=notifications),
    )
