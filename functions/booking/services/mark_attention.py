"""MarkAttention: a workflow that did not succeed makes its booking need a person; one that recovers clears it."""

from booking.contracts.messages import ExecutionStatusChange
from booking.store import Stores


def mark_attention(stores: Stores, change: ExecutionStatusChange) -> bool | None:
    """Returns whether the booking needs attention now, or None when the news was old."""
    ended = change.detail
    needed = ended.status != "SUCCEEDED"
    with stores.transaction() as store:
        is_news = store.history.mark_attention(
            ended.input.booking_id, needed, ended.execution_arn, ended.status, ended.error, ended.stop_date
        )
    return needed if is_news else None
