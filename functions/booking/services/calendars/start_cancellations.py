"""StartCancellations: a sweep starts a workflow for each booking of an absence that is not started yet."""

from collections.abc import Callable
from datetime import timedelta

from booking.ports import Clock, Workflows
from booking.services.calendars import absences
from booking.store import Stores

STOP_BEFORE = timedelta(seconds=15)
"""Nothing more is started when so little time is left."""


def start_cancellations(
    stores: Stores, workflows: Workflows, clock: Clock, time_left: Callable[[], timedelta] = lambda: timedelta.max
) -> int:
    """How many were started. Safe to run twice, or twice at once, or to be cut off anywhere."""
    return absences.start(stores, workflows, clock, lambda: time_left() < STOP_BEFORE)
