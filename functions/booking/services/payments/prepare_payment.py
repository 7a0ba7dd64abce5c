"""PreparePayment: what is to be done with money that was intended, read where it is kept."""

from booking import paid
from booking.codes import Language, Outcome, PaymentEntry, PaymentPurpose
from booking.contracts.holds import PaymentPrepared, PreparePaymentInput
from booking.ports import Clock
from booking.store import Stores

DONE = {PaymentEntry.CAPTURED, PaymentEntry.REFUNDED}


def prepare_payment(stores: Stores, given: PreparePaymentInput, clock: Clock) -> PaymentPrepared:
    """Answers ``refund``, ``charge`` or ``checkout``.

    Or ``nothing``, for what is done, what nobody intended, and what a person has to look at.
    """
    with stores.autocommit() as store:
        intended = store.payments.intended(given.key)
        became = store.payments.became(given.key)
        if not intended:
            return PaymentPrepared(outcome=Outcome.NOTHING)
        [share] = intended
        card = store.payments.card_of(share.booking_id) if share.purpose == PaymentPurpose.FEE else None
    nothing = PaymentPrepared(outcome=Outcome.NOTHING, booking_id=share.booking_id)
    if became & DONE:
        return nothing
    fields = {"booking_id": share.booking_id, "amount": share.amount, "currency": share.currency}
    if share.purpose == PaymentPurpose.REFUND:
        if PaymentEntry.FAILED in became:
            return nothing
        return PaymentPrepared.model_validate(
            {**fields, "outcome": Outcome.REFUND, "payment_intent_id": share.payment_id}
        )
    if given.about == "page":
        until = clock() + paid.PAGE_IS_OPEN
        return PaymentPrepared.model_validate(
            {**fields, "outcome": Outcome.CHECKOUT, "until": until, "language": Language.EN}
        )
    if PaymentEntry.FAILED in became or card is None:
        return nothing
    return PaymentPrepared.model_validate({**fields, "outcome": Outcome.CHARGE, **card._asdict()})
