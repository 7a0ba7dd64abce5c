"""PostConfirmation: Cognito says that somebody has proven the address they signed up with, and waits five seconds."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.logins import TriggerEvent
from booking.services.logins.forget_first_password import forget_first_password
from handlers._outside import outside
from handlers._runtime import logged, logger, parse


@logged
def handler(event: Any, _context: LambdaContext) -> Any:
    asked = parse(TriggerEvent, event)
    forget_first_password(outside.logins_of(asked.pool_id), asked)
    logger.info("address proven")
    return event
