"""ForgetClients: erases clients who were inactive for years, and deletes the logins of all who were erased.

On a schedule; safe to run twice, or late.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.config import required
from booking.services.people.client_data import delete_logins, forget_clients
from handlers._outside import outside
from handlers._runtime import logged, logger, sweep_clock

ENDING_MS = 20_000
"""No call of Cognito's is begun any more: one may take half of this."""


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, int]:
    clock = sweep_clock(event)
    forgotten = forget_clients(outside.stores, int(required("CLIENT_RETENTION_YEARS")), clock)
    logger.info("forgotten", clients=forgotten)
    deleted = delete_logins(outside.stores, outside.logins, lambda: context.get_remaining_time_in_millis() < ENDING_MS)
    logger.info("deleted", logins=deleted)
    return {"forgotten": forgotten, "logins_deleted": deleted}
