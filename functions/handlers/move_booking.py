"""MoveBooking: gives a booking another time, or says why not."""

from booking.contracts.changes import MoveBookingInput, Moved
from booking.services.changes.move_booking import move_booking
from handlers._outside import outside
from handlers._runtime import step


@step(MoveBookingInput)
def handler(given: MoveBookingInput) -> Moved:
    return move_booking(outside.stores, given, outside.clock)
