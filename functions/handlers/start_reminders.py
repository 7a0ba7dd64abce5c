"""StartReminders: starts a workflow for each reminder that is due. On a schedule; safe to run twice, or late."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.services.remind import start_reminders
from handlers._executions import reminders
from handlers._runtime import logged, logger, stores, swept_at


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, int]:
    now = swept_at(event)
    started, skipped = start_reminders(stores(), reminders(), now)
    logger.info("reminders", started=started, skipped=skipped)
    return {"started": started, "skipped": skipped}
