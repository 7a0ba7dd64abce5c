"""The sweep of holds: settles what no workflow did, and starts money moving that nobody has started."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from booking.codes import Awaits
from booking.ports import Clock, WaitingTasks, Workflows
from booking.services.holds.settling import SWEEP, settle_approval, settle_payment
from booking.services.payments.reckoning import start
from booking.store import Stores

STOP_BEFORE = timedelta(seconds=15)
"""It begins nothing more when so little time is left: PostgreSQL's longest time-out, and more."""

OVERDUE = timedelta(minutes=15)
"""So long after its end a hold that its workflow has not settled is settled here: its time is free then.

Nobody can have closed its checkout: who pays on it afterwards is booked if the time is still free, or gets it back.
"""

STALLED = timedelta(minutes=5)
"""So long after its answer a hold is settled here too, and money that was intended is moved."""


class Swept(NamedTuple):
    """What a sweep has done."""

    settled: int
    started: int


def settle_holds(
    stores: Stores,
    workflows: Workflows,
    tasks: WaitingTasks,
    clock: Clock,
    time_left: Callable[[], timedelta] = lambda: timedelta.max,
) -> Swept:
    """Safe to run twice, or twice at once, and to be cut off anywhere."""
    now, settled = clock(), 0
    with stores.autocommit() as store:
        overdue = store.holds.overdue(now - OVERDUE, now - STALLED)
        keys = store.payments.left_to_make(now - STALLED)
    for booking_id, awaits in overdue:
        if time_left() < STOP_BEFORE:
            return Swept(settled, 0)
        with stores.transaction() as store:
            store.holds.lock(booking_id)
            if awaits == Awaits.APPROVAL:
                settle_approval(store, booking_id, SWEEP, now)
            else:
                settle_payment(store, booking_id, SWEEP, now, is_closed=True)
            hold = store.holds.get(booking_id, awaits)
        if hold is not None and hold.task_token is not None:
            tasks.succeed(hold.task_token, "{}")  # if it waits on: it goes on to tell everyone
        settled += 1
    for number, key in enumerate(keys):
        if time_left() < STOP_BEFORE:
            return Swept(settled, number)
        start(workflows, [key])
    return Swept(settled, len(keys))
