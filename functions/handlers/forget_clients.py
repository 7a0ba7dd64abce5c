"""ForgetClients: erases clients who were inactive for years. On a schedule; safe to run twice, or late."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.config import required
from booking.services.retention import forget_clients
from handlers._runtime import logged, logger, stores, swept_at


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, int]:
    now = swept_at(event)
    forgotten = forget_clients(stores(), int(required("CLIENT_RETENTION_YEARS")), now)
    logger.info("forgotten", clients=forgotten)
    return {"forgotten": forgotten}
