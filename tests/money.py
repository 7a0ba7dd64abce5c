"""What must hold of money, whatever happened: said once, for the property test and the fault matrix."""

from collections import defaultdict
from datetime import UTC, datetime

from psycopg2.extensions import connection as Connection

from booking import dues
from booking.codes import BookingStatus
from booking.contracts.payments import ListPaymentsInput
from booking.services.payments.list_payments import list_payments
from booking.store import Stores
from local.stripe.account import Account
from tests.rows import rows


def check_money(stores: Stores, db: Connection, account: Account) -> None:
    """No hold is left, what is kept of a session is what is due for it, and both sides have the same sums."""
    found = rows(db, "SELECT id, status FROM bookings")
    assert not [each for each in found if each["status"] == "held"], "a hold ends by itself"
    with stores.transaction() as store:
        accounts = [each.account for each in store.payments.accounts([each["id"] for each in found])]
    for each in accounts:
        kept, due = sum(payment.amount for payment in each.kept), dues.due(each.status, each.terms)
        if each.is_disputed or each.has_failed:
            continue  # a person, or the bank, has to say something first
        assert kept == due, f"{each.booking_id} is {each.status}: {kept} is kept, and {due} due"
        if each.status == BookingStatus.CONFIRMED and each.terms.payment == "prepay" and not each.terms.waived:
            assert kept == each.terms.price
    assert ledger_sums(stores) == provider_sums(account)


def ledger_sums(stores: Stores) -> dict[str, tuple[int, int]]:
    """By payment: what was taken, and given back, as ``bookingctl payments reconcile`` has it of the ledger."""
    ever = ListPaymentsInput(since=datetime(2000, 1, 1, tzinfo=UTC), until=datetime(2100, 1, 1, tzinfo=UTC))
    return {each.payment_intent_id: (each.captured, each.refunded) for each in list_payments(stores, ever).payments}


def provider_sums(account: Account) -> dict[str, tuple[int, int]]:
    """The same, as the provider's account has it."""
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for charge in account.all("charge"):
        if charge["paid"]:
            taken, back = sums[charge["payment_intent"]]
            sums[charge["payment_intent"]] = taken + charge["amount_captured"], back + charge["amount_refunded"]
    return dict(sums)
