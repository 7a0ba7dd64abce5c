"""OfferSlots: offers what is free to who waits for it. On a schedule, and when time may have come free."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.services.offer_slots import offer_slots
from handlers._executions import offers
from handlers._runtime import logged, logger, stores, swept_at


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, int]:
    now = swept_at(event)
    made, settled = offer_slots(stores(), offers(), now)
    logger.info("offers", made=made, settled=settled)
    return {"made": made, "settled": settled}
