"""RecordAct: puts what an operator does into the history, in their words. Invoked by bookingctl."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.operators import RecordActInput
from booking.services.operations.recording import record_act
from handlers._outside import outside
from handlers._runtime import legal_name, logged, logger, parse


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    given = parse(RecordActInput, event)
    record_act(outside.stores, given)
    logger.info("act recorded", act=given.act, act_id=str(given.act_id), execution=legal_name(given.subject))
    return {"recorded": True}
