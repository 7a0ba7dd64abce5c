"""CustomMessage: Cognito asks what a mail of the user pool says, and waits five seconds."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.config import optional
from booking.contracts.logins import TriggerEvent
from booking.services.logins.login_mail import login_mail
from handlers._outside import outside
from handlers._runtime import logged, logger, parse


@logged
def handler(event: Any, _context: LambdaContext) -> Any:
    asked = parse(TriggerEvent, event)
    mail = login_mail(asked, outside.naming, optional("BOOKING_SITE_URL"))
    if outside.naming.trouble:
        logger.error("without the practice's name", error=outside.naming.trouble)
    if mail is None:
        logger.info("a mail we know nothing of")
        return event
    logger.info("login mail", source=asked.source)
    return {**event, "response": {**event["response"], "emailSubject": mail.subject, "emailMessage": mail.html}}
