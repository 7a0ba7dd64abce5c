"""ListPayments: the ledger's sums by payment, to compare with the provider's."""

from datetime import UTC

from booking.contracts.payments import LedgerPayment, ListPaymentsInput, PaymentsPage
from booking.store import Stores


def list_payments(stores: Stores, given: ListPaymentsInput) -> PaymentsPage:
    """One page of the payments of which something was entered in this time."""
    with stores.autocommit() as store:
        found = store.payments.sums(given.since, given.until, given.after, given.limit + 1)
    page = [
        LedgerPayment(
            payment_intent_id=each.payment_id,
            booking_id=each.booking_id,
            captured=each.captured,
            refunded=each.refunded,
            currency=each.currency,
            at=each.at.astimezone(UTC),
        )
        for each in found[: given.limit]
    ]
    return PaymentsPage(payments=page, next=page[-1].payment_intent_id if len(found) > given.limit else None)
