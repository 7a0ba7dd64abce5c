"""What becomes of a held time: one way, for the workflow that has waited and for the sweep that finds it overdue."""

from datetime import datetime

from booking.codes import Awaits, NotificationEvent, OfferAnswer, Outcome, PaymentRule, ReasonCode
from booking.contracts.offers import OfferSettled
from booking.contracts.steps import NotificationContract
from booking.reasons import explained
from booking.services.holds.beginning import begin, decided_before
from booking.store import Store, Stores
from booking.store.offers import OfferView

REASONS = {Outcome.DECLINED: ReasonCode.OFFER_DECLINED, Outcome.EXPIRED: ReasonCode.OFFER_EXPIRED}


def settle(stores: Stores, booking_id: str, execution: str, now: datetime) -> OfferSettled:
    """Settles the offer, once; says the same again when it was settled before. See ``settle_offer``."""
    with stores.transaction() as store:
        offer = store.offers.lock_offer(booking_id)
        held = _held_on(store, offer, execution, now)
        if held is not None:
            return OfferSettled.model_validate(held)
        outcome = _settle(store, offer, execution, now) if offer is not None else Outcome.EXPIRED
        told = store.ledger.of(booking_id, NotificationEvent.BOOKING_CONFIRMED)
    return OfferSettled.model_validate({"outcome": outcome, "notifications": NotificationContract.of(told)})


def _held_on(store: Store, offer: OfferView | None, execution: str, now: datetime) -> dict[str, object] | None:
    """An accepted offer of what has to be paid for becomes a hold for its payment. None: it is none, or settled."""
    if offer is None or offer.answer != OfferAnswer.ACCEPT or offer.payment == PaymentRule.NONE:
        return None
    if offer.outcome is not None:
        return decided_before(store, offer.booking_id, now)
    if offer.starts_at <= now:
        return None
    store.offers.accept(offer.booking_id)
    return begin(store, offer.booking_id, Awaits.PAYMENT, offer.answered_by or offer.requested_by, execution, now)


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
