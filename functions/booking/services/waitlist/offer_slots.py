"""Offers: a sweep finds who waits for what is free, holds it for them and starts a workflow that waits for the answer.

Time comes free in many ways (a cancellation, a move, an offer that was declined, new working hours), so nothing has to
remember to tell the wait list: the sweep asks what is free now.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple, TypeVar
from uuid import UUID, uuid4

from booking import rules
from booking.codes import NotificationEvent, Outcome
from booking.contracts.offers import OfferInput, OfferMade, OfferSettled
from booking.contracts.steps import NotificationContract
from booking.model import Calendar, Span
from booking.ports import Clock, Workflows
from booking.services.waitlist.settling import settle
from booking.store import Store, Stores
from booking.store.offers import NewOffer, Waiting

PAGE = 200

TRIES = 3
"""How often another free time is looked for when somebody else was faster."""

STOP_BEFORE = timedelta(seconds=15)
"""A sweep begins nothing more when so little time is left: PostgreSQL's longest time-out, and more."""

OVERDUE = timedelta(minutes=15)
"""So long after its end an offer that its workflow has not settled is settled by the sweep."""

STALLED = timedelta(minutes=5)
"""So long after its answer too: the client was promised a session, or somebody else waits for the time."""

UNTOLD_FOR = timedelta(days=1)
"""So long the sweep sees to it that everybody is told of an offer that was accepted."""


Place = tuple[datetime, str]
"""Of an entry among those that wait: when it was made, and its id."""

Wish = tuple[UUID, UUID | None]
"""A service, and the therapist if it must be one."""

Anything = TypeVar("Anything")


class Swept(NamedTuple):
    """What a sweep has done."""

    made: int
    settled: int
    is_complete: bool  # or it had to stop, and the next one goes on


def offer_slots(
    stores: Stores, workflows: Workflows, clock: Clock, time_left: Callable[[], timedelta] = lambda: timedelta.max
) -> Swept:
    """Makes the offers that can be made, first come first, and settles overdue ones.

    Safe to run twice, or twice at once: an entry has one open offer at most, and a time is held for one. Safe to be cut
    off anywhere: each offer's workflow is started as soon as it is held, before all else a sweep starts those that one
    before it could not, and it goes on where the one before had to stop.
    """

    now = clock()

    def must_stop() -> bool:
        return time_left() < STOP_BEFORE

    with stores.autocommit() as store:
        to_start = [_input(store, *each) for each in store.offers.without_token(now)]
    for given in _while_there_is_time(to_start, must_stop):
        workflows.start_offer(given.booking_id, given)
    settled = made = 0
    for booking_id in _while_there_is_time(_overdue(stores, now), must_stop):
        _settled(stores, workflows, booking_id, now)
        settled += 1
    for booking_id in _while_there_is_time(_untold(stores, now), must_stop):
        _tell(stores, workflows, booking_id, now)
    calendars = _Calendars()
    with stores.autocommit() as store:
        begun_at = store.offers.stopped_at()
    for place, page in _who_waits(stores, now, begun_at):
        calendars.widen(page, now)
        for waiting in page:
            if must_stop():
                _stop_at(stores, place)
                return Swept(made, settled, is_complete=False)
            made += _offer(stores, workflows, waiting, calendars, now)
            place = (waiting.created_at, waiting.entry_id)
    if begun_at is not None:
        _stop_at(stores, None)
    return Swept(made, settled, is_complete=True)


def _while_there_is_time(what: Iterable[Anything], must_stop: Callable[[], bool]) -> Iterator[Anything]:
    return takewhile(lambda _: not must_stop(), what)


def _stop_at(stores: Stores, place: Place | None) -> None:
    with stores.autocommit() as store:
        store.offers.stop_at(place)


def _overdue(stores: Stores, now: datetime) -> list[str]:
    with stores.autocommit() as store:
        store.waitlist.close_past_entries(now)
        return store.offers.overdue(now - OVERDUE, now - STALLED)


def _untold(stores: Stores, now: datetime) -> list[str]:
    with stores.autocommit() as store:
        return store.offers.accepted_with_queued_notifications(now - UNTOLD_FOR, now - STALLED)


def _tell(stores: Stores, workflows: Workflows, booking_id: str, now: datetime) -> None:
    settled = _settled(stores, workflows, booking_id, now)  # it was before: the same decision again
    # What has to be paid for begins with the answer, which is there, and goes on to the page to pay on.
    is_unpaid = settled.outcome == Outcome.AWAITS_PAYMENT
    decision = OfferMade(outcome=Outcome.OPEN, notifications=[]) if is_unpaid else settled
    given = OfferInput(booking_id=booking_id, answer_seconds=60, decision=decision)
    workflows.start_offer(f"accepted-{booking_id}", given)


def _settled(stores: Stores, workflows: Workflows, booking_id: str, now: datetime) -> OfferSettled:
    return settle(stores, booking_id, workflows.offer_arn(booking_id), now)


def _who_waits(stores: Stores, now: datetime, begun_at: Place | None) -> Iterator[tuple[Place | None, list[Waiting]]]:
    """Everyone who waits, page by page, first come first, each page with the place before it.

    ``begun_at``: those after that place first, then those up to it, so that everybody's turn comes.
    """
    for start, end in ((begun_at, None), (None, begun_at)) if begun_at else ((None, None),):
        after = start
        while True:
            with stores.autocommit() as store:
                page = store.offers.entries_to_offer(now, after, PAGE, end)
            yield after, page
            if len(page) < PAGE:
                break
            after = page[-1].created_at, page[-1].entry_id


class _Calendars:
    """The calendars of a sweep: each is read once, and again after an offer was made from it.

    They only say where it is worth looking; what is offered is found anew under the locks.
    """

    def __init__(self) -> None:
        self._spans: dict[Wish, Span] = {}
        self._found: dict[Wish, list[Calendar]] = {}

    def widen(self, page: Sequence[Waiting], now: datetime) -> None:
        """Sees to it that the calendars reach over all that these entries wait for."""
        for waiting in page:
            wish = (waiting.service_id, waiting.therapist_id)
            first, last = _span(waiting, now)
            known = self._spans.get(wish, (first, last))
            wide = min(first, known[0]), max(last, known[1])
            if self._spans.get(wish) != wide:
                self._spans[wish] = wide
                self._found.pop(wish, None)

    def of(self, store: Store, waiting: Waiting) -> list[Calendar]:
        wish = (waiting.service_id, waiting.therapist_id)
        if wish not in self._found:
            self._found[wish] = store.calendars.of(*wish, *self._spans[wish])
        return self._found[wish]

    def forget(self) -> None:
        """Somebody's time was taken, in calendars of several services perhaps."""
        self._found.clear()


def _span(waiting: Waiting, now: datetime) -> Span:
    return max(waiting.windows[0][0], now), waiting.windows[-1][1]


def _offer(stores: Stores, workflows: Workflows, waiting: Waiting, calendars: _Calendars, now: datetime) -> bool:
    """Whether an offer was made. In the client's night none is: it is for who is awake, or waits for the morning."""
    if rules.is_night(now, waiting.zone):
        return False
    for _ in range(TRIES):
        with stores.autocommit() as store:
            therapist_id = _first_free(waiting, calendars.of(store, waiting), now)
        if therapist_id is None:
            return False
        with stores.transaction() as store:
            given = _hold(store, workflows, waiting.entry_id, therapist_id, now)
        calendars.forget()
        if given is not None:
            workflows.start_offer(given.booking_id, given)
            return True
    return False


def _first_free(waiting: Waiting, calendars: Sequence[Calendar], now: datetime) -> UUID | None:
    """The therapist with the earliest free session that the entry waits for."""
    limit = _limit(waiting, now)
    found = [
        (start, calendar.therapist.id)
        for calendar in calendars
        if (start := rules.slot_to_offer(calendar, waiting.windows, _unwanted(waiting, calendar), now, limit))
    ]
    return min(found)[1] if found else None


def _hold(store: Store, workflows: Workflows, entry_id: str, therapist_id: UUID, now: datetime) -> OfferInput | None:
    """Holds the first session that is free with this therapist, looked for under the locks; None: there is none."""
    store.waitlist.lock_entry(entry_id, therapist_id)
    waiting = store.offers.entry_to_offer(entry_id, now)
    if waiting is None:
        return None
    limit = _limit(waiting, now)
    for calendar in store.calendars.of(waiting.service_id, therapist_id, *_span(waiting, now)):
        start = rules.slot_to_offer(calendar, waiting.windows, _unwanted(waiting, calendar), now, limit)
        if start is None:
            continue
        booking_id = str(uuid4())
        session = rules.session_of(calendar.therapist, calendar.service, waiting.client_id, start, booking_id)
        offer = NewOffer(waiting, session, now + limit, workflows.offer_arn(booking_id))
        if store.offers.hold(offer):
            return _input(store, booking_id, limit)
    return None


def _limit(waiting: Waiting, now: datetime) -> timedelta:
    """How long an offer that is made now may be thought about, the night of the client included."""
    return rules.offer_ends(now, waiting.limit, waiting.zone) - now


def _unwanted(waiting: Waiting, calendar: Calendar) -> list[Span]:
    """When the client has other sessions, and what they were offered with this therapist before."""
    return [*waiting.busy, *waiting.offered_before.get(calendar.therapist.id, ())]


def _input(store: Store, booking_id: str, limit: timedelta) -> OfferInput:
    told = store.ledger.of(booking_id, NotificationEvent.SLOT_OFFERED)
    notifications = NotificationContract.of(told)
    return OfferInput(
        booking_id=booking_id,
        answer_seconds=max(1, int(limit.total_seconds())),
        decision=OfferMade(outcome=Outcome.OPEN, notifications=notifications),
    )
