"""DescribeBooking: what an operator may know about a booking. Invoked by bookingctl."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.operators import DescribeBookingInput
from booking.services.operations.describe_booking import describe_booking
from handlers._outside import outside
from handlers._runtime import logged, parse


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    return describe_booking(outside.stores, parse(DescribeBookingInput, event)).model_dump(mode="json")
