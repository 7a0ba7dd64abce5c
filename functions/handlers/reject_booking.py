"""RejectBooking: records why a request was not booked."""

from booking.contracts.steps import RejectBookingInput, Rejected
from booking.services.reject_booking import reject_booking
from handlers._runtime import counted, logger, step, stores


@step(RejectBookingInput)
def handler(given: RejectBookingInput) -> Rejected:
    rejected = reject_booking(stores(), given)
    for reason in given.reasons:
        logger.info("rejected", **counted("Rejections", reason=reason.code))
    return rejected
