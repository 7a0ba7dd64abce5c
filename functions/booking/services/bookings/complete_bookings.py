"""CompleteBookings: sessions that nobody has marked are taken for held after a while."""

from datetime import timedelta

from booking.ports import Clock
from booking.store import Stores

GRACE = timedelta(hours=24)
"""So long after its end a session that nobody has marked counts as held."""

BATCH = 500
MAX_BATCHES = 20


def complete_past_bookings(stores: Stores, clock: Clock) -> int:
    """Completes what is over for longer than the grace period, in bounded batches; returns how many."""
    ended_before, total = clock() - GRACE, 0
    for _ in range(MAX_BATCHES):
        with stores.transaction() as store:
            done = store.attendance.complete_past(ended_before, BATCH)
        total += done
        if done < BATCH:
            break
    return total
