"""ListCharges: what the payment provider has, to compare with the ledger. Invoked by bookingctl."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.payments import ListChargesInput
from booking.services.payments.list_charges import list_charges
from handlers._outside import outside
from handlers._runtime import logged, logger, parse


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    page = list_charges(outside.payments, parse(ListChargesInput, event))
    logger.info("charges", count=len(page.charges))
    return page.model_dump(mode="json")
