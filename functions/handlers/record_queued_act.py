"""RecordQueuedAct: the consumer of the queue of acts that were done while PostgreSQL was away."""

from booking.contracts.operators import OperatorAct
from booking.services.operations.recording import record_queued_act
from handlers._outside import outside
from handlers._queue import consumer
from handlers._runtime import legal_name, logger


@consumer(OperatorAct)
def handler(act: OperatorAct) -> None:
    logger.thread_safe_append_keys(booking_id=act.booking_id, execution=legal_name(act.subject))
    record_queued_act(outside.stores, act)
    logger.info("act recorded", act=act.act, act_id=str(act.act_id))
