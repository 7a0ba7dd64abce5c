"""CancelBooking: frees the time of a booking, or of several of its series."""

from booking.contracts.changes import CancelBookingInput, Cancelled
from booking.services.changes.cancel_booking import cancel_booking
from handlers._outside import outside
from handlers._runtime import step


@step(CancelBookingInput)
def handler(given: CancelBookingInput) -> Cancelled:
    return cancel_booking(outside.stores, outside.workflows, outside.tasks, given, outside.clock)
