"""SettleOffer: what was held for an offer is booked, or free again, as the answer says."""

from booking.contracts.offers import OfferSettled, SettleOfferInput
from booking.ports import Clock
from booking.services.waitlist.settling import settle
from booking.store import Stores


def settle_offer(stores: Stores, given: SettleOfferInput, clock: Clock) -> OfferSettled:
    """Answers ``accepted`` with the notifications to deliver, ``declined`` or ``expired``; run again, the same again.

    An offer without an answer has expired: the workflow has waited for one. An unknown offer has expired too, and so
    has one that was accepted but whose session had begun before it was settled: nobody books the past.
    """
    return settle(stores, given.booking_id, given.execution, clock())
