"""MoveBooking: gives a booking another time, or says why not."""

from booking.contracts.changes import MoveBookingInput, Moved
from booking.services.move_booking import move_booking
from handlers._runtime import step, stores, utc_now


@step(MoveBookingInput)
def handler(given: MoveBookingInput) -> Moved:
    return move_booking(stores(), given, utc_now)
