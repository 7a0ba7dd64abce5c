"""StartReminders: starts a workflow for each reminder that is due. On a schedule; safe to run twice, or late."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.services.notifications.reminders import start_reminders
from handlers._outside import outside
from handlers._runtime import logged, logger, sweep_clock


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, int]:
    clock = sweep_clock(event)
    started, skipped = start_reminders(outside.stores, outside.workflows, clock)
    logger.info("reminders", started=started, skipped=skipped)
    return {"started": started, "skipped": skipped}
