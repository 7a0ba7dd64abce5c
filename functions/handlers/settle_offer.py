"""SettleOffer: what was held for an offer is booked, or free again."""

from booking.contracts.offers import OfferSettled, SettleOfferInput
from booking.services.waitlist.settle_offer import settle_offer
from handlers._outside import outside
from handlers._runtime import step


@step(SettleOfferInput)
def handler(given: SettleOfferInput) -> OfferSettled:
    return settle_offer(outside.stores, given, outside.clock)
