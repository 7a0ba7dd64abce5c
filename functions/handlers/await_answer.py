"""AwaitAnswer: keeps the token of the task that waits for the answer to an offer."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.offers import AwaitAnswerInput
from booking.services.waitlist.await_answer import await_answer
from handlers._outside import outside
from handlers._runtime import logged, logger, parse


@logged
def handler(event: Any, context: LambdaContext) -> None:
    given = parse(AwaitAnswerInput, event)
    await_answer(outside.stores, outside.tasks, given)
    logger.info("waiting for the answer")
