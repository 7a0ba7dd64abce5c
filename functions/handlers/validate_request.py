"""ValidateRequest: may this be booked?"""

from booking.contracts import Decision, ValidateRequestInput
from booking.services.validate_request import validate_request
from handlers._runtime import step, stores, utc_now


@step(ValidateRequestInput)
def handler(given: ValidateRequestInput) -> Decision:
    return validate_request(stores(), given, utc_now)
