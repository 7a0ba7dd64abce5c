"""Whoever changes how a session stands reckons its money in the same transaction: what is to be moved is intended."""

from collections.abc import Iterable, Sequence

from booking import dues
from booking.codes import PaymentEntry, PaymentPurpose
from booking.ports import Workflows
from booking.services.payments.naming import booking_of, movement_name
from booking.store import Store
from booking.store.payments import Entry


def reckon(store: Store, booking_ids: Sequence[str], actor: str, execution: str) -> list[str]:
    """Enters what is to be moved for these sessions; the keys of all that nobody knows to be done, for ``start``.

    Sessions without payment have no account: of them there is nothing. Run again, it finds what it has intended.
    """
    store.payments.lock_sessions(booking_ids)
    for account, refunds, fees in store.payments.accounts(booking_ids):
        for number, move in enumerate(dues.moves(account), 1):
            is_refund = move.payment_id is not None
            of_its_kind = f"{account.booking_id}-{(refunds if is_refund else fees) + number}"
            store.payments.enter(
                Entry(
                    booking_id=account.booking_id,
                    key=f"refund-{of_its_kind}" if is_refund else f"fee-{of_its_kind}",
                    purpose=PaymentPurpose.REFUND if is_refund else PaymentPurpose.FEE,
                    entry=PaymentEntry.INTENDED,
                    amount=move.amount,
                    currency=account.terms.currency,
                    actor=actor,
                    execution=execution,
                    payment_id=move.payment_id,
                )
            )
    return store.payments.to_make(booking_ids)


def start(workflows: Workflows, keys: Iterable[str]) -> None:
    """Starts the workflow that moves the money, once for each key; after the transaction, and again by a sweep."""
    from booking.contracts.payments import PaymentInput  # most changes move no money

    for key in keys:
        given = PaymentInput(about="movement", key=key, booking_id=booking_of(key))
        workflows.start_payment(movement_name(key), given)
