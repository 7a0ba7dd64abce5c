"""MarkAttention: a workflow that did not succeed makes its booking need a person; one that recovers clears it."""

from collections.abc import Callable

from booking.contracts.messages import ExecutionEnded, ExecutionStatusChange
from booking.store import Stores

Describe = Callable[[str], ExecutionEnded | None]
"""What an execution (its ARN) was given and how it ended, or None when there is no such execution any more."""


def mark_attention(stores: Stores, describe: Describe, change: ExecutionStatusChange) -> bool | None:
    """Returns whether the booking needs attention now, or None when the news was old.

    Events of machines that are encrypted with a key of ours name neither input nor error: Step Functions is asked.
    """
    ended = change.detail
    needed = ended.status != "SUCCEEDED"
    given, error = ended.input, ended.error
    if given is None:
        asked = describe(ended.execution_arn)
        if asked is None:
            return None
        given, error = asked.input, asked.error
    with stores.transaction() as store:
        is_news = store.history.mark_attention(
            given.booking_id, needed, ended.execution_arn, ended.status, error, ended.stop_date
        )
    return needed if is_news else None
