"""Operators' acts in the history, each once: in words while PostgreSQL is there, else through a queue."""

from booking.codes import Recorded
from booking.contracts.operators import OperatorAct, RecordActInput
from booking.errors import DatabaseUnavailable
from booking.ports import ActsQueue
from booking.store import Stores


def record_act(stores: Stores, given: RecordActInput) -> None:
    """RecordAct: adds the act to the history, with its words, unless it is there."""
    with stores.transaction() as store:
        store.history.record_act(given.to_act().model_dump(), given.reason)


def record_queued_act(stores: Stores, act: OperatorAct) -> None:
    """RecordQueuedAct: adds the act to the history, unless it is there."""
    with stores.transaction() as store:
        store.history.record_act(act.model_dump(), None)


class ActsOfFunctions:
    """``ports.ActRecords`` of a function that reaches PostgreSQL itself."""

    def __init__(self, stores: Stores, queue: ActsQueue) -> None:
        self._stores, self._queue = stores, queue

    def record(self, act: OperatorAct, reason: str) -> Recorded:
        """Raises ``ProviderUnavailable`` or ``ProviderRefused`` when PostgreSQL is away and the queue takes nothing."""
        try:
            with self._stores.transaction() as store:
                store.history.record_act(act.model_dump(), reason)
        except DatabaseUnavailable:
            self._queue.put(act)
            return Recorded.IN_QUEUE
        return Recorded.IN_HISTORY
