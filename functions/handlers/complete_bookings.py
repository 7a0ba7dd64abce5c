"""CompleteBookings: past sessions that nobody has marked are completed. On a schedule; safe to run twice, or late."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.services.bookings.complete_bookings import complete_past_bookings
from handlers._outside import outside
from handlers._runtime import logged, logger, sweep_clock


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, int]:
    clock = sweep_clock(event)
    completed = complete_past_bookings(outside.stores, clock)
    logger.info("completed", bookings=completed)
    return {"completed": completed}
