"""A booking as its reader sees it after what they have done to it."""

from datetime import datetime

from booking import access
from booking.contracts.bookings import BookingAnswer
from booking.model import Requester
from booking.services.bookings.views import answer_of
from booking.store import Store


def read_booking(store: Store, requester: Requester, booking_id: str, now: datetime) -> BookingAnswer:
    """In the transaction that did it. Raises ``Refusal`` when there is none."""
    view = store.bookings.view(booking_id, requester.sub)
    if view is None:
        raise access.not_found("booking")
    return answer_of(view, None, requester, now)
