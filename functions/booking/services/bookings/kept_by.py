"""A booking for who keeps the calendar it is in."""

from booking import access
from booking.model import Requester
from booking.store import Store
from booking.store.changes import BookingToChange


def booking_kept_by(store: Store, requester: Requester, booking_id: str) -> BookingToChange:
    """The booking. Raises ``Refusal``: as not found for whose it is not, as forbidden for its client."""
    booking = store.changes.booking(booking_id)
    if booking is None or not access.may_act(requester, *booking.parties):
        raise access.not_found("booking")
    if not access.may_keep(requester, booking.parties.therapist_sub):
        raise access.forbidden("Only the therapist and operators may do this.")
    return booking
