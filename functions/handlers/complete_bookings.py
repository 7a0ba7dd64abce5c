"""CompleteBookings: past sessions that nobody has marked are completed. On a schedule; safe to run twice, or late."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.services.keep_attendance import complete_past_bookings
from handlers._runtime import logged, logger, stores, swept_at


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, int]:
    now = swept_at(event)
    completed = complete_past_bookings(stores(), now)
    logger.info("completed", bookings=completed)
    return {"completed": completed}
