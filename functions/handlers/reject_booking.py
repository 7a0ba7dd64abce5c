"""RejectBooking: records why a request was not booked."""

from booking.contracts.steps import RejectBookingInput, Rejected
from booking.services.bookings.reject_booking import reject_booking
from handlers._outside import outside
from handlers._runtime import counted, logger, step


@step(RejectBookingInput)
def handler(given: RejectBookingInput) -> Rejected:
    rejected = reject_booking(outside.stores, given)
    for reason in given.reasons:
        logger.info("rejected", **counted("Rejections", reason=reason.code))
    return rejected
