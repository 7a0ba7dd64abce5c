"""StartCancellations: starts a workflow for each booking of an absence that is to be cancelled. On a schedule."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.services.calendars.start_cancellations import start_cancellations
from handlers._outside import outside
from handlers._runtime import logged, logger, sweep_clock


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, int]:
    def time_left() -> timedelta:
        return timedelta(milliseconds=context.get_remaining_time_in_millis())

    started = start_cancellations(outside.stores, outside.workflows, sweep_clock(event), time_left)
    if started:
        logger.info("cancellations", started=started)
    return {"started": started}
