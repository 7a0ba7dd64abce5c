"""AwaitApproval: keeps the token of the task that waits for the therapist's yes."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.codes import Awaits
from booking.contracts.holds import AwaitHoldInput
from booking.services.holds.await_hold import await_hold
from handlers._outside import outside
from handlers._runtime import logged, logger, parse


@logged
def handler(event: Any, context: LambdaContext) -> None:
    given = parse(AwaitHoldInput, event)
    await_hold(outside.stores, outside.tasks, given, Awaits.APPROVAL)
    logger.info("waiting for the approval")
