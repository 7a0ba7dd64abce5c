"""OfferSlots: offers what is free to who waits for it. On a schedule, and when time may have come free."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.services.offer_slots import offer_slots
from handlers._executions import offers
from handlers._runtime import logged, logger, stores, swept_at


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, int]:
    now = swept_at(event)

    def time_left() -> timedelta:
        return timedelta(milliseconds=context.get_remaining_time_in_millis())

    swept = offer_slots(stores(), offers(), now, time_left)
    logger.info("offers", **swept._asdict())
    return {"made": swept.made, "settled": swept.settled}
