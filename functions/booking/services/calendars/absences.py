"""Absences: what lies in somebody's time off is cancelled, each booking by an execution of the cancellation machine.

Rows first: they are written with the time off, so nothing that lay in it is forgotten. Then executions, whose names
follow from the rows, so that starting one twice starts it once: the first by who asked, the rest by a sweep.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from booking.codes import BookingStatus, OfferAnswer, Outcome, ReasonCode
from booking.contracts.changes import CancellationBody, StartCancellation
from booking.contracts.steps import RequestedBy
from booking.errors import ProviderRefused, ProviderUnavailable
from booking.model import Requester
from booking.ports import Clock, Workflows
from booking.reasons import explained
from booking.store import Store, Stores
from booking.store.absences import Absence
from booking.store.words import Written

if TYPE_CHECKING:
    from booking.contracts.time_off import TimeOffBody

logger = logging.getLogger(__name__)

BATCH = 1000
"""So many executions are started at most by a sweep."""

AT_ONCE = timedelta(seconds=3)
"""So long who asks waits for executions to be started. A month of sessions is started in less."""


def is_same(absence: Absence, requester: Requester, therapist_id: UUID, body: "TimeOffBody") -> bool:
    """Whether the absence was asked for by the same person in the same words."""
    asked = (therapist_id, _digest(body), requester.sub)
    return (absence.therapist_id, absence.digest, absence.requested_by) == asked


def record(
    store: Store,
    requester: Requester,
    absence_id: str,
    therapist_id: UUID,
    time_off_id: UUID,
    body: "TimeOffBody",
    now: datetime,
) -> None:
    """Writes down what is to be cancelled: all that lies in it and has not begun. The calendar is locked.

    What is held for an offer is free again, the offer declined in the therapist's name; what was held and is promised
    (the offer was accepted) is a booking, and cancelled as one, and so is what waits for a yes or a payment.
    """
    for booking_id in store.absences.sessions_to_come(therapist_id, body.to_span(), BookingStatus.HELD, now):
        _settle_offer(store, booking_id, requester)
    starts = {
        booking_id: start
        for status in (BookingStatus.HELD, BookingStatus.CONFIRMED)
        for booking_id, start in store.absences.sessions_to_come(therapist_id, body.to_span(), status, now).items()
    }
    change_ids = [_change_id(absence_id, booking_id) for booking_id in starts]
    sub = requester.sub
    absence = Absence(absence_id, therapist_id, time_off_id, _digest(body), requested_by=sub, therapist_sub=None)
    store.absences.add(absence, sorted(requester.groups), starts, change_ids, now)
    if body.reason is not None:
        reason = Written(body.reason, body.reason_internal)
        store.absences.add_reasons(change_ids, reason, requester.sub, now)


def start_the_first(stores: Stores, workflows: Workflows, clock: Clock) -> None:
    """What can be started while who asked waits. What can't, the sweep will start."""
    until = clock() + AT_ONCE
    try:
        start(stores, workflows, clock, lambda: clock() > until)
    except (ProviderUnavailable, ProviderRefused) as error:
        logger.warning("left to the sweep: %s", error)


def start(stores: Stores, workflows: Workflows, clock: Clock, must_stop: Callable[[], bool]) -> int:
    """Starts the cancellations that are not started, of whatever absence; how many."""
    started = 0
    with stores.autocommit() as store:
        to_start = store.absences.to_start(BATCH)
    for each in to_start:
        if must_stop():
            break
        given = StartCancellation(
            change_id=each.change_id,
            booking_id=each.booking_id,
            requested_by=RequestedBy(sub=each.requester.sub, groups=sorted(each.requester.groups)),
            request=CancellationBody(if_starts_at=each.starts_at.isoformat()),
        )
        workflows.start_cancellation(each.change_id, given)
        with stores.autocommit() as store:
            store.absences.started(each.change_id, clock())
        started += 1
    return started


def _settle_offer(store: Store, booking_id: str, requester: Requester) -> None:
    offer = store.offers.lock_offer(booking_id)
    if offer is None or offer.outcome is not None:
        return
    if offer.answer == OfferAnswer.ACCEPT:
        store.offers.take(booking_id, offer.answered_by or offer.requested_by, "")
    else:
        reason = explained(ReasonCode.THERAPIST_AWAY)
        store.offers.release(booking_id, Outcome.DECLINED, reason, requester.sub, "")


def _change_id(absence_id: str, booking_id: str) -> str:
    """The same for the same booking of the same absence, so that Step Functions refuses to start it twice."""
    return f"absence-{uuid5(NAMESPACE_URL, f'urn:therapist-booking:absence:{absence_id}:{booking_id}')}"


def _digest(body: "TimeOffBody") -> str:
    return hashlib.sha256(body.model_dump_json().encode()).hexdigest()
