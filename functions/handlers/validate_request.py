"""ValidateRequest: may this be booked?"""

from booking.contracts.steps import Validated, ValidateRequestInput
from booking.services.bookings.validate_request import validate_request
from handlers._outside import outside
from handlers._runtime import step


@step(ValidateRequestInput)
def handler(given: ValidateRequestInput) -> Validated:
    return validate_request(outside.stores, given, outside.clock)
