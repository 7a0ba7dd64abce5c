"""PreTokenGeneration: Cognito asks before it makes a token what it may say, and waits five seconds."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.logins import TriggerEvent
from booking.services.logins.staff_groups import groups_for_the_token
from handlers._outside import outside
from handlers._runtime import counted, logged, logger, parse


@logged
def handler(event: Any, _context: LambdaContext) -> Any:
    asked = parse(TriggerEvent, event)
    groups = groups_for_the_token(outside.logins_of(asked.pool_id), asked)
    if groups is None:
        logger.info("a token as it is")
        return event
    logger.info("no second factor", **counted("StaffWithoutSecondFactor"))
    return {**event, "response": {"claimsOverrideDetails": {"groupOverrideDetails": {"groupsToOverride": groups}}}}
