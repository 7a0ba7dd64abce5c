"""RejectBooking: records why a request was not booked."""

from booking.contracts.steps import RejectBookingInput, Rejected
from booking.services.reject_booking import reject_booking
from handlers._runtime import step, stores


@step(RejectBookingInput)
def handler(given: RejectBookingInput) -> Rejected:
    return reject_booking(stores(), given)
