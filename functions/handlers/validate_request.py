"""ValidateRequest: may this be booked?"""

from booking.contracts.steps import Validated, ValidateRequestInput
from booking.services.validate_request import validate_request
from handlers._runtime import step, stores, utc_now


@step(ValidateRequestInput)
def handler(given: ValidateRequestInput) -> Validated:
    return validate_request(stores(), given, utc_now)
