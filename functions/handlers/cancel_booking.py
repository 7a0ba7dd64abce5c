"""CancelBooking: frees the time of a booking, or of several of its series."""

from booking.contracts.changes import CancelBookingInput, Cancelled
from booking.services.cancel_booking import cancel_booking
from handlers._executions import request_of
from handlers._runtime import step, stores, utc_now


@step(CancelBookingInput)
def handler(given: CancelBookingInput) -> Cancelled:
    return cancel_booking(stores(), request_of, given, utc_now)
