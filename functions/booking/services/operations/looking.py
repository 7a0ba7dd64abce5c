"""How many dead letters a call looks at: all, where there are few."""

from collections import Counter
from collections.abc import Sequence

from booking.contracts.operations import Letter

MOST = 200
"""So many of a queue: SQS answers ten at a time, and API Gateway waits 29 s."""


def are_enough(letters: Sequence[Letter]) -> bool:
    """Whether no more of a queue is looked at."""
    return len(letters) >= MOST


def are_of_full_queues(letters: Sequence[Letter]) -> bool:
    """Whether there may be more in one of these queues."""
    return any(count >= MOST for count in Counter(each.state.queue for each in letters).values())
