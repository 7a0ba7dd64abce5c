"""PreparePayment: what is to be done with money that was intended, read where it is kept."""

from booking import dues, paid
from booking.codes import Language, MovementCode, Outcome, PaymentEntry, PaymentPurpose
from booking.contracts.holds import PaymentPrepared, PreparePaymentInput
from booking.ports import Clock
from booking.store import Store, Stores
from booking.store.payments import Entry, Intended

DONE = {PaymentEntry.CAPTURED, PaymentEntry.REFUNDED}


def prepare_payment(stores: Stores, given: PreparePaymentInput, clock: Clock) -> PaymentPrepared:
    """Answers ``refund``, ``charge`` or ``checkout``.

    Or ``nothing``, for what is done, what nobody intended, what a person has to look at, and a fee that is due no more,
    or whose card is gone: that is closed.
    """
    with stores.transaction() as store:
        intended = store.payments.intended(given.key)
        if not intended:
            return PaymentPrepared(outcome=Outcome.NOTHING)
        [share] = intended
        store.payments.lock_sessions([share.booking_id])
        became = store.payments.became(given.key)
        nothing = PaymentPrepared(outcome=Outcome.NOTHING, booking_id=share.booking_id)
        if became & DONE:
            return nothing
        fields = {"booking_id": share.booking_id, "amount": share.amount, "currency": share.currency}
        if given.about == "page":
            page = {"until": clock() + paid.PAGE_IS_OPEN, "language": Language.EN}
            return PaymentPrepared.model_validate({**fields, **page, "outcome": Outcome.CHECKOUT})
        if PaymentEntry.FAILED in became:
            return nothing
        if share.purpose == PaymentPurpose.REFUND:
            back = {"payment_intent_id": share.payment_id, "amount": _left_of(store, share)}
            return PaymentPrepared.model_validate({**fields, **back, "outcome": Outcome.REFUND})
        card = store.payments.card_of(share.booking_id)
        if card is None or not _is_due(store, share):  # none: the client was erased
            _close(store, share, given.key)
            return nothing
        return PaymentPrepared.model_validate({**fields, **card._asdict(), "outcome": Outcome.CHARGE})


def _left_of(store: Store, share: Intended) -> int:
    """No more than is left of the payment, where somebody gave a part of it back by hand. Of nothing the provider says
    so."""
    left = store.payments.rest_of(share.payment_id or "")
    return min(share.amount, left) if left > 0 else share.amount


def _is_due(store: Store, share: Intended) -> bool:
    """Whether this fee would be asked for now: staff may have asked for none since it was intended."""
    [numbered] = store.payments.accounts([share.booking_id])
    moves = dues.moves(numbered.account._replace(fee_under_way=False))
    return any(each.payment_id is None for each in moves)


def _close(store: Store, share: Intended, key: str) -> None:
    """Nobody waits for this fee any more: if it is due again, it is intended again."""
    store.payments.enter(
        Entry(
            booking_id=share.booking_id,
            key=key,
            purpose=share.purpose,
            entry=PaymentEntry.FAILED,
            amount=share.amount,
            currency=share.currency,
            actor="workflow",
            code=MovementCode.NOT_DUE,
        )
    )
