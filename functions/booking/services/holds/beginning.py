"""A hold begins: what the workflow, and through it the client or the therapist, has to do next."""

from datetime import datetime

from booking.codes import Awaits, NotificationEvent, Outcome, PaymentPurpose, PaymentRule
from booking.contracts.steps import HoldContract, NotificationContract
from booking.store import Store
from booking.store.holds import HoldView

OUTCOMES = {Awaits.APPROVAL: Outcome.AWAITS_APPROVAL, Awaits.PAYMENT: Outcome.AWAITS_PAYMENT}

EVENTS = {
    Awaits.APPROVAL: NotificationEvent.APPROVAL_REQUESTED,
    Awaits.PAYMENT: NotificationEvent.PAYMENT_DUE,
}
"""Who has to do something is told so."""


def session_key(booking_id: str) -> str:
    """Of the one payment of a booking, or of a whole series."""
    return f"session-{booking_id}"


def begin(
    store: Store, booking_id: str, awaits: Awaits, actor: str, execution: str, now: datetime
) -> dict[str, object]:
    """The decision: held, with who is to be told. In the transaction in which the time was taken as held."""
    told = store.holds.begin(booking_id, awaits, actor, execution, now)
    hold = store.holds.get(booking_id, awaits)
    if hold is None:
        raise RuntimeError("a hold of nothing")
    return {
        "outcome": OUTCOMES[awaits],
        "notifications": NotificationContract.of(told),
        "hold": contract_of(hold, now),
    }


def contract_of(hold: HoldView, now: datetime) -> HoldContract:
    """The hold in transit; ``now``: from when on it is waited for."""
    return HoldContract(
        awaits=hold.awaits,
        until=hold.until,
        wait_seconds=max(1, int((hold.until - now).total_seconds())),
        key=session_key(hold.booking_id),
        purpose=PaymentPurpose.CARD if hold.payment == PaymentRule.CARD_ON_FILE else PaymentPurpose.SESSION,
        amount=hold.amount,
        currency=hold.currency,
        language=hold.language,
    )


def decided_before(store: Store, booking_id: str, now: datetime) -> dict[str, object] | None:
    """The decision of a hold that began before and is open, said again. None: there is none, or it is over."""
    hold = store.holds.get(booking_id)
    if hold is None or hold.outcome is not None:
        return None
    told = store.ledger.of(booking_id, EVENTS[hold.awaits])
    return {
        "outcome": OUTCOMES[hold.awaits],
        "notifications": NotificationContract.of(told),
        "hold": contract_of(hold, now),
    }
