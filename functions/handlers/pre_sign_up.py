"""PreSignUp: Cognito asks before it lets somebody sign up, and shows them the text of what is raised."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.logins import TriggerEvent
from booking.errors import SignUpRefused
from booking.services.logins.admit_sign_up import admit_sign_up
from handlers._outside import outside
from handlers._runtime import counted, logged, logger, parse


@logged
def handler(event: Any, _context: LambdaContext) -> Any:
    try:
        admit_sign_up(outside.stores, parse(TriggerEvent, event), outside.clock)
    except SignUpRefused:
        logger.info("sign-up refused", **counted("SignUpRefused"))
        raise
    except Exception:  # an alarm on this function's errors would ring whenever somebody is refused
        logger.info("sign-up failed", **counted("SignUpFailed"))
        raise
    logger.info("signed up", **counted("SignUp"))
    return event
