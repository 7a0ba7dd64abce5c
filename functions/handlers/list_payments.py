"""ListPayments: the ledger's sums by payment, to compare with the provider's. Invoked by bookingctl."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.payments import ListPaymentsInput
from booking.services.payments.list_payments import list_payments
from handlers._outside import outside
from handlers._runtime import logged, logger, parse


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    page = list_payments(outside.stores, parse(ListPaymentsInput, event))
    logger.info("payments", count=len(page.payments))
    return page.model_dump(mode="json")
