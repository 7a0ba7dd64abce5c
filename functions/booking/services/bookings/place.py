"""Where one booking is held, when that is not where its therapist holds such sessions."""

from booking.contracts.bookings import BookingAnswer
from booking.contracts.places import PlaceBody
from booking.errors import Refusal
from booking.model import Place, Requester
from booking.ports import Clock
from booking.problems import Problem
from booking.services.bookings.kept_by import booking_kept_by
from booking.services.bookings.reading import read_booking
from booking.store import Stores


def set_place(stores: Stores, requester: Requester, booking_id: str, body: PlaceBody, clock: Clock) -> BookingAnswer:
    """The booking with its place; messages that leave from now on name it. Raises ``Refusal``."""
    with stores.transaction() as store:
        booking_kept_by(store, requester, booking_id)
        place = Place(body.held, body.room, body.address, body.video_link)
        if not store.bookings.put_place(booking_id, place, requester.sub):
            raise Refusal(Problem.BOOKING_NOT_STANDING, "The booking was rejected or cancelled, or is over.")
        return read_booking(store, requester, booking_id, clock())
