"""SettleOffer: what was held for an offer is booked, or free again."""

from booking.contracts.waitlist import OfferSettled, SettleOfferInput
from booking.services.settle_offer import settle_offer
from handlers._runtime import step, stores, utc_now


@step(SettleOfferInput)
def handler(given: SettleOfferInput) -> OfferSettled:
    return settle_offer(stores(), given, utc_now())
