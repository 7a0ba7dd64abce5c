"""OfferSlots: offers what is free to who waits for it. On a schedule, and when time may have come free."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.services.waitlist.offer_slots import offer_slots
from handlers._outside import outside
from handlers._runtime import logged, logger, sweep_clock


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, int]:
    clock = sweep_clock(event)

    def time_left() -> timedelta:
        return timedelta(milliseconds=context.get_remaining_time_in_millis())

    swept = offer_slots(outside.stores, outside.workflows, clock, time_left)
    logger.info("offers", **swept._asdict())
    return {"made": swept.made, "settled": swept.settled}
