"""ExportBookings: a page of bookings for the books. Invoked by bookingctl; the answer is not logged."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.books import ExportBookingsInput
from booking.services.operations.export_bookings import export_bookings
from handlers._outside import outside
from handlers._runtime import logged, logger, parse


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    page = export_bookings(outside.stores, parse(ExportBookingsInput, event))
    logger.info("exported", bookings=len(page.bookings))
    return page.model_dump(mode="json")
