"""Where bookingctl records an act before it is done: in the history, or while PostgreSQL is away in a queue."""

import time
from collections.abc import Callable
from typing import Any, Protocol

from booking.channels.acts import SqsActs
from booking.codes import Recorded
from booking.contracts.operators import OperatorAct
from booking.errors import ProviderUnavailable
from ops.errors import OperatorError

QUEUE_FIRST_SECONDS = 30
"""After the history has not answered, acts go to the queue at once for so long: each try may last some seconds."""


class Invokes(Protocol):
    """As much of ``ops.aws.Aws`` as this needs."""

    def client(self, service: str) -> Any: ...

    def output(self, name: str) -> str: ...

    def invoke(self, function: str, event: dict[str, Any]) -> Any: ...


class ActsFromHere:
    """See ``ports.ActRecords``: RecordAct with the operator's words, and without them ActsQueue."""

    def __init__(self, aws: Invokes, clock: Callable[[], float] = time.monotonic) -> None:
        self._aws, self._clock = aws, clock
        self._queue_until = float("-inf")
        self.why: str | None = None
        """Why the history took the last act not, in a few words."""

    def record(self, act: OperatorAct, reason: str) -> Recorded:
        """Raises ``ProviderUnavailable`` or ``ProviderRefused`` when neither takes it: then nothing may be done."""
        if self._clock() >= self._queue_until:
            try:
                self._aws.invoke("RecordAct", {**act.model_dump(mode="json"), "reason": reason})
            except OperatorError as error:
                self.why = str(error)
                self._queue_until = self._clock() + QUEUE_FIRST_SECONDS
            else:
                return Recorded.IN_HISTORY
        try:
            SqsActs(self._aws.output("ActsQueueUrl"), self._aws.client("sqs")).put(act)
        except OperatorError as error:
            raise ProviderUnavailable(str(error)) from None
        return Recorded.IN_QUEUE
