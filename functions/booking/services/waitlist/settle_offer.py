"""SettleOffer: what was held for an offer is booked, or free again, as the answer says."""

from booking.contracts.waitlist import OfferSettled, SettleOfferInput
from booking.ports import Clock
from booking.services.waitlist.settling import settle
from booking.store import Stores


def settle_offer(stores: Stores, given: SettleOfferInput, clock: Clock) -> OfferSettled:
    """Answers ``accepted`` with the notifications to deliver, ``declined`` or ``expired``; run again, the same again.

    An offer without an answer is over: who runs this has waited for one. So is one that there is none of, and
    one that was accepted when its session had begun before anybody settled it: nobody books the past.
    """
    return settle(stores, given.booking_id, given.execution, clock())
