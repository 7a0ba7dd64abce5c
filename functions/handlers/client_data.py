"""ClientData: exports or erases one client's data. Invoked by bookingctl; the answer is not logged."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.retention import ClientDataInput
from booking.services.people.client_data import client_data
from handlers._outside import outside
from handlers._runtime import logged, logger, parse


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    given = parse(ClientDataInput, event)
    answer = client_data(outside.stores, given, outside.clock)
    logger.info("client data", client_id=str(given.client_id), act=given.act, outcome=answer.outcome)
    return answer.model_dump(mode="json", exclude_none=True)
