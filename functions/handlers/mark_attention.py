"""MarkAttention: the consumer of the queue of executions that have failed, or recovered."""

from booking.contracts.messages import ExecutionStatusChange
from booking.services.mark_attention import mark_attention
from handlers._executions import execution_ended
from handlers._queue import consumer
from handlers._runtime import counted, logger, stores


@consumer(ExecutionStatusChange)
def handler(change: ExecutionStatusChange) -> None:
    ended = change.detail
    logger.append_keys(booking_id=ended.input and ended.input.booking_id, execution=ended.execution_arn)
    needed = mark_attention(stores(), execution_ended, change)
    metric = {} if needed is None else counted("AttentionNeeded" if needed else "AttentionCleared")
    logger.info("execution ended", status=ended.status, failure=ended.error, is_news=needed is not None, **metric)
