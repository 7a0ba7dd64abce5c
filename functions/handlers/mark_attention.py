"""MarkAttention: the consumer of the queue of executions that have failed, or recovered."""

from booking.contracts.messages import ExecutionStatusChange
from booking.services.mark_attention import mark_attention
from handlers._queue import consumer
from handlers._runtime import count, logger, stores


@consumer(ExecutionStatusChange)
def handler(change: ExecutionStatusChange) -> None:
    logger.append_keys(booking_id=change.detail.input.booking_id)
    needed = mark_attention(stores(), change)
    logger.info("execution ended", status=change.detail.status, error=change.detail.error, is_news=needed is not None)
    if needed is not None:
        count("AttentionNeeded" if needed else "AttentionCleared")
