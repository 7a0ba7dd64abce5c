"""DescribeBooking: all that an operator may know of a booking, on a machine that has no database password."""

from booking.contracts.operators import BookingFile, DescribeBookingInput
from booking.services.operations.booking_file import booking_file
from booking.store import Stores


def describe_booking(stores: Stores, given: DescribeBookingInput) -> BookingFile:
    """What PostgreSQL has of it; for an unknown id all of it is empty."""
    return booking_file(stores, given.booking_id)
