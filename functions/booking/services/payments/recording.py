"""What the provider says happened, entered in the ledger once, however often and in whatever order it is told."""

from datetime import datetime
from typing import Any, NamedTuple

from booking.codes import (
    Awaits,
    FactsOf,
    HoldAnswer,
    MovementCode,
    NotificationEvent,
    Outcome,
    PaymentEntry,
    PaymentPurpose,
    PaymentStatus,
)
from booking.contracts.payments import PaymentFacts
from booking.errors import PaymentMismatch
from booking.model import Notification
from booking.services.holds.settling import settle_late_payment, settle_payment
from booking.services.payments.reckoning import reckon
from booking.store import Store
from booking.store.holds import HoldView
from booking.store.payments import Entry, Intended, Part, Share

PROVIDER = "provider"


class Recorded(NamedTuple):
    """What was entered: of which booking (None: of none of ours), who is told, what is to be done next."""

    booking_id: str | None
    notifications: list[Notification]
    keys: list[str]  # of money that is to be moved
    tokens: list[str]  # of tasks that have waited for this


NOTHING = Recorded(None, [], [], [])


def is_paid(facts: PaymentFacts) -> bool:
    """Whether somebody has paid, or left a card, at a checkout."""
    return facts.object == FactsOf.CHECKOUT and facts.status == PaymentStatus.COMPLETE


def record(store: Store, facts: PaymentFacts, execution: str, now: datetime) -> Recorded:
    """Enters the facts. Raises ``PaymentMismatch`` for money that is not what was intended: an operator decides."""
    if is_paid(facts):
        return _checkout(store, facts, execution, now)
    if facts.object == FactsOf.PAYMENT and facts.purpose == PaymentPurpose.FEE:
        return _fee(store, facts, execution)
    if facts.object == FactsOf.REFUND:
        return _refund(store, facts, execution)
    if facts.object == FactsOf.DISPUTE:
        return _dispute(store, facts, execution)
    return NOTHING


def _checkout(store: Store, facts: PaymentFacts, execution: str, now: datetime) -> Recorded:
    if facts.booking_id is None or facts.key is None:
        return NOTHING  # the practice has other uses of its account
    if facts.purpose == PaymentPurpose.FEE:
        return _fee(store, facts, execution)
    store.holds.lock(facts.booking_id)
    hold = store.holds.get(facts.booking_id, Awaits.PAYMENT)
    shares = _as_intended(store, facts)
    if hold is None:
        raise PaymentMismatch("a payment for a booking that awaits none")
    for share in shares:
        _capture(store, facts, share, execution)
    if facts.customer_id and facts.payment_method_id:
        store.holds.keep_card(hold.booking_id, facts.customer_id, facts.payment_method_id)
    told = _answered(store, hold, execution, now)
    keys = reckon(store, [each.booking_id for each in shares], PROVIDER, execution)
    tokens = (
        [hold.task_token] if hold.task_token else []
    )  # told again, it is woken again: the first time may have failed
    return Recorded(hold.booking_id, told, keys, tokens)


def _answered(store: Store, hold: HoldView, execution: str, now: datetime) -> list[Notification]:
    """The payment is the answer, unless there was one before; the hold's workflow tells of it, unless it is over."""
    if hold.outcome is None:
        store.holds.answer(hold.booking_id, Awaits.PAYMENT, HoldAnswer.PAY, PROVIDER, now)
        settle_payment(store, hold.booking_id, execution, now, is_closed=True)
        return []
    return settle_late_payment(store, hold.booking_id, execution, now) if hold.outcome == Outcome.EXPIRED else []


def _capture(store: Store, facts: PaymentFacts, share: Intended, execution: str) -> bool:
    entry = PaymentEntry.AUTHORISED if share.purpose == PaymentPurpose.CARD else PaymentEntry.CAPTURED
    this = facts.payment_intent_id or facts.checkout_id or ""
    return _enter(store, facts, share, entry, execution, provider_id=this, receipt_url=facts.receipt_url)


def _enter(
    store: Store, facts: PaymentFacts, share: Intended | Share, entry: PaymentEntry, execution: str, **more: str | None
) -> bool:
    """One session's part of what the provider says, under the key that the provider has; whether it is new."""
    about: dict[str, Any] = {
        "booking_id": share.booking_id,
        "key": facts.key or "",
        "purpose": share.purpose,
        "amount": share.amount,
        "currency": share.currency,
        "payment_id": facts.payment_intent_id,
        **more,
    }
    return store.payments.enter(Entry(entry=entry, actor=PROVIDER, execution=execution, **about))


def _fee(store: Store, facts: PaymentFacts, execution: str) -> Recorded:
    if facts.key is None:
        return NOTHING
    [share] = _as_intended(store, facts)
    store.payments.lock_sessions([share.booking_id])
    event = None
    if facts.status in (PaymentStatus.CAPTURED, PaymentStatus.COMPLETE):
        _capture(store, facts, share, execution)
        event = NotificationEvent.FEE_CHARGED
    elif facts.status in (PaymentStatus.FAILED, PaymentStatus.NEEDS_PERSON):
        this = facts.payment_intent_id or ""
        why = facts.failure_code or facts.status
        _enter(store, facts, share, PaymentEntry.FAILED, execution, payment_id=None, provider_id=this, code=why)
        event = NotificationEvent.FEE_DUE
    told = store.payments.tell(share.booking_id, event, facts.key) if event else []
    return Recorded(share.booking_id, told, reckon(store, [share.booking_id], PROVIDER, execution), [])


def _refund(store: Store, facts: PaymentFacts, execution: str) -> Recorded:
    """Money that went back, or could not. What was given back by hand, at the provider's, has no key of ours."""
    key = facts.key or facts.refund_id
    if facts.payment_intent_id is None or facts.amount is None or facts.currency is None or key is None:
        return NOTHING
    shares = store.payments.captured(facts.payment_intent_id)
    if not shares:
        return NOTHING
    store.payments.lock_sessions([share.booking_id for share in shares])
    is_done, is_disputed = facts.status == PaymentStatus.REFUNDED, facts.status == PaymentStatus.DISPUTED
    parts = store.payments.parts_of(key)
    if len(parts) == 1:
        parts = [parts[0]._replace(amount=facts.amount)]  # less than was intended, where no more was left
    instead = None if parts or not is_done else store.payments.refund_left(facts.payment_intent_id, facts.amount)
    if instead:
        parts = [Part(instead.booking_id, facts.amount)]
    parts = parts or _by_hand(shares, facts.amount)
    booking_id = parts[0].booking_id
    if not (is_done or is_disputed or facts.status == PaymentStatus.FAILED):
        return Recorded(booking_id, [], [], [])
    if instead and not instead.has_failed:  # or it would be given back twice
        _give_back(store, facts, parts, PaymentEntry.FAILED, execution, key=instead.key, code=MovementCode.MADE_BY_HAND)
    entry = PaymentEntry.REFUNDED if is_done else PaymentEntry.FAILED
    why = None if is_done else MovementCode.DISPUTED if is_disputed else facts.failure_code or facts.status
    _give_back(store, facts, parts, entry, execution, key=key, provider_id=facts.refund_id or "", code=why)
    counts = is_done and PaymentEntry.FAILED not in store.payments.became(key)
    told = store.payments.tell(booking_id, NotificationEvent.PAYMENT_REFUNDED, key) if counts else []
    return Recorded(booking_id, told, [], [])


def _by_hand(shares: list[Share], amount: int) -> list[Part]:
    """Nobody has said of which session it is: of the first one, and what it has no more left of the next ones.

    More than there is left is the first one's: of what we gave back, something came back that we have not heard of.
    """
    parts = []
    for share in shares:
        part = min(amount, max(share.rest, 0))
        if part > 0:
            parts.append(Part(share.booking_id, part))
            amount -= part
    first, *others = parts or [Part(shares[0].booking_id, 0)]
    return [first._replace(amount=first.amount + amount), *others]


def _give_back(
    store: Store, facts: PaymentFacts, parts: list[Part], entry: PaymentEntry, execution: str, **more: str | None
) -> None:
    for part in parts:
        back = Intended(part.booking_id, PaymentPurpose.REFUND, part.amount, facts.currency or "", None)
        _enter(store, facts, back, entry, execution, **more)


DISPUTES = {
    PaymentStatus.DISPUTED: PaymentEntry.DISPUTED,
    PaymentStatus.DISPUTE_WON: PaymentEntry.DISPUTE_WON,
    PaymentStatus.DISPUTE_LOST: PaymentEntry.DISPUTE_LOST,
}


def _dispute(store: Store, facts: PaymentFacts, execution: str) -> Recorded:
    """The bank decides, and the session stands. Each session that the payment was for is marked."""
    entry = DISPUTES.get(facts.status)
    if facts.payment_intent_id is None or facts.dispute_id is None or entry is None:
        return NOTHING
    shares = store.payments.captured(facts.payment_intent_id)
    for share in shares:
        this, why = facts.dispute_id, facts.failure_code
        _enter(store, facts, share, entry, execution, key=share.key, provider_id=this, code=why)
    if not shares:
        return NOTHING
    # Won: what had to wait for it may move now.
    keys = reckon(store, [share.booking_id for share in shares], PROVIDER, execution)
    return Recorded(shares[0].booking_id, [], keys, [])


def _as_intended(store: Store, facts: PaymentFacts) -> list[Intended]:
    """What was intended under the key, which is what the provider has, to the cent."""
    shares = store.payments.intended(facts.key or "")
    if not shares:
        raise PaymentMismatch("a payment that nobody intended")
    if facts.amount is None and facts.purpose != PaymentPurpose.CARD:
        raise PaymentMismatch("a payment without an amount")
    if facts.amount is not None and facts.amount != sum(share.amount for share in shares):
        raise PaymentMismatch("another amount than was intended")
    if facts.currency is not None and facts.currency != shares[0].currency:
        raise PaymentMismatch("another currency than was intended")
    return shares
