"""FindBookings: bookings and clients by a name and a day, or by what needs a person. Invoked by bookingctl."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.finding import FindBookingsInput
from booking.services.operations.finding import find_bookings
from handlers._outside import outside
from handlers._runtime import logged, logger, parse


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    found = find_bookings(outside.stores, parse(FindBookingsInput, event), outside.clock)
    logger.info("found", bookings=len(found.bookings), clients=len(found.clients))
    return found.model_dump(mode="json")
