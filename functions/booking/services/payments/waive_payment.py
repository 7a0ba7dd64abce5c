"""Staff ask for no payment: what was held for it is booked, no fee is taken, and what was paid goes back."""

from datetime import datetime

from booking.codes import Awaits, BookingStatus, HoldAnswer
from booking.contracts.bookings import BookingAnswer
from booking.contracts.holds import PaymentWaiverBody
from booking.errors import Refusal
from booking.model import Requester
from booking.ports import Clock, WaitingTasks, Workflows
from booking.problems import Problem
from booking.services.bookings.kept_by import booking_kept_by
from booking.services.bookings.reading import read_booking
from booking.services.holds.said import keep_reason, say
from booking.services.payments.reckoning import reckon, start
from booking.store import Store, Stores
from booking.store.words import Written

COSTS = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW, BookingStatus.LATE_CANCELLED)
"""What is paid for, or may come to cost a fee."""


def waive_payment(
    stores: Stores,
    workflows: Workflows,
    tasks: WaitingTasks,
    requester: Requester,
    booking_id: str,
    body: PaymentWaiverBody,
    clock: Clock,
) -> BookingAnswer:
    """The booking. What waits for its payment is waived as a whole, a series too; else this session alone.

    The same again is success again. Raises ``Refusal`` for what costs nothing, and what is not theirs to waive.
    """
    now, reason = clock(), Written(body.reason, is_internal=True)
    token, keys = None, list[str]()
    with stores.transaction() as store:
        booking_kept_by(store, requester, booking_id)
        head = store.holds.head_of(booking_id) or booking_id
        store.holds.lock(head)
        hold = store.holds.get(head, Awaits.PAYMENT)
        if hold is not None and hold.outcome is None:
            token = say(store, requester, head, Awaits.PAYMENT, HoldAnswer.WAIVE, reason, now)
        else:
            keys = _waive(store, requester, booking_id, reason, now)
        answer = read_booking(store, requester, booking_id, now)
    if token is not None:
        tasks.succeed(token, "{}")
    start(workflows, keys)
    return answer


def _waive(store: Store, requester: Requester, booking_id: str, reason: Written, now: datetime) -> list[str]:
    """Of a session that waits for nothing: the keys of what goes back."""
    view = store.bookings.view(booking_id, requester.sub)
    if view is None or view.money is None or view.status not in COSTS:
        raise Refusal(Problem.NOTHING_DUE, "Nothing is to be paid for it.")
    if not view.money.terms.waived:
        store.payments.waive([booking_id], requester.sub)
        keep_reason(store, booking_id, reason, requester, now)
    return reckon(store, [booking_id], requester.sub, "")
