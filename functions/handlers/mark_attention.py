"""MarkAttention: the consumer of the queue of executions that have failed, or recovered."""

from booking.contracts.queues import ExecutionStatusChange
from booking.services.operations.mark_attention import mark_attention
from handlers._outside import outside
from handlers._queue import consumer
from handlers._runtime import counted, legal_name, logger


@consumer(ExecutionStatusChange)
def handler(change: ExecutionStatusChange) -> None:
    ended = change.detail
    logger.thread_safe_append_keys(
        booking_id=ended.input and ended.input.booking_id, execution=legal_name(ended.execution_arn)
    )
    marked = mark_attention(outside.stores, outside.workflows, change)
    logger.thread_safe_append_keys(booking_id=marked.booking_id)
    metric = counted("AttentionNeeded" if marked.is_needed else "AttentionCleared") if marked.is_news else {}
    logger.info(
        "execution ended", status=ended.status, failure=legal_name(ended.error), is_news=marked.is_news, **metric
    )
