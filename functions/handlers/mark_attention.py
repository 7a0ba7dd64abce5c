"""MarkAttention: the consumer of the queue of executions that have failed, or recovered."""

from booking.contracts.messages import ExecutionEnded, ExecutionStatusChange
from booking.services.mark_attention import mark_attention
from handlers._executions import execution_ended
from handlers._queue import consumer
from handlers._runtime import counted, legal_name, logger, stores


@consumer(ExecutionStatusChange)
def handler(change: ExecutionStatusChange) -> None:
    ended = change.detail
    logger.append_keys(booking_id=ended.input and ended.input.booking_id, execution=legal_name(ended.execution_arn))
    needed = mark_attention(stores(), _asked, change)
    metric = {} if needed is None else counted("AttentionNeeded" if needed else "AttentionCleared")
    logger.info(
        "execution ended", status=ended.status, failure=legal_name(ended.error), is_news=needed is not None, **metric
    )


def _asked(execution_arn: str) -> ExecutionEnded | None:
    """What Step Functions says of an execution whose event does not; the log's lines name its booking then."""
    ended = execution_ended(execution_arn)
    if ended is not None:
        logger.append_keys(booking_id=ended.input.booking_id)
    return ended
