"""SettleHolds: settles holds that no workflow did, and starts money moving that nobody has started. On a schedule."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.services.holds.settle_holds import settle_holds
from handlers._outside import outside
from handlers._runtime import logged, logger, sweep_clock


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, int]:
    clock = sweep_clock(event)

    def time_left() -> timedelta:
        return timedelta(milliseconds=context.get_remaining_time_in_millis())

    swept = settle_holds(outside.stores, outside.workflows, outside.tasks, clock, time_left)
    logger.info("holds", **swept._asdict())
    return {"settled": swept.settled, "started": swept.started}
