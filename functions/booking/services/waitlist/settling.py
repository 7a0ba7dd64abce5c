"""What becomes of a held time: one way, for the workflow that has waited and for the sweep that finds it overdue."""

from datetime import datetime

from booking.codes import NotificationEvent, OfferAnswer, Outcome, ReasonCode
from booking.contracts.steps import NotificationContract
from booking.contracts.waitlist import OfferSettled
from booking.reasons import explained
from booking.store import Store, Stores
from booking.store.offers import OfferView

REASONS = {Outcome.DECLINED: ReasonCode.OFFER_DECLINED, Outcome.EXPIRED: ReasonCode.OFFER_EXPIRED}


def settle(stores: Stores, booking_id: str, execution: str, now: datetime) -> OfferSettled:
    """Settles the offer, once; says the same again when it was settled before. See ``settle_offer``."""
    with stores.transaction() as store:
        offer = store.offers.lock_offer(booking_id)
        outcome = _settle(store, offer, execution, now) if offer is not None else Outcome.EXPIRED
        told = store.ledger.of(booking_id, NotificationEvent.BOOKING_CONFIRMED)
    return OfferSettled.model_validate({"outcome": outcome, "notifications": NotificationContract.of(told)})


def _settle(store: Store, offer: OfferView, execution: str, now: datetime) -> Outcome:
    if offer.outcome is not None:
        return offer.outcome
    has_begun = offer.starts_at <= now
    if offer.answer == OfferAnswer.ACCEPT and not has_begun:
        store.offers.take(offer.booking_id, offer.answered_by or offer.requested_by, execution)
        return Outcome.ACCEPTED
    outcome = Outcome.DECLINED if offer.answer == OfferAnswer.DECLINE else Outcome.EXPIRED
    accepted_in_vain = offer.answer == OfferAnswer.ACCEPT
    reason = explained(ReasonCode.BOOKING_OVER if accepted_in_vain else REASONS[outcome])
    store.offers.release(offer.booking_id, outcome, reason, offer.answered_by or "sweep", execution)
    return outcome
