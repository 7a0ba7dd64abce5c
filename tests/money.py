"""What must hold of money, whatever happened: said once, for the property test and the fault matrix."""

from collections import defaultdict

from psycopg2.extensions import connection as Connection

from booking import dues
from booking.codes import BookingStatus
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
    assert ledger_sums(db) == provider_sums(account)


def ledger_sums(db: Connection) -> dict[str, tuple[int, int]]:
    """By payment: what was taken, and what was given back, as our ledger has it."""
    query = """SELECT payment_id, sum(amount) FILTER (WHERE entry = 'captured') AS taken,
        coalesce(sum(amount) FILTER (WHERE entry = 'refunded'), 0) AS back
        FROM payments WHERE payment_id IS NOT NULL GROUP BY payment_id"""
    return {each["payment_id"]: (int(each["taken"]), int(each["back"])) for each in rows(db, query)}


def provider_sums(account: Account) -> dict[str, tuple[int, int]]:
    """The same, as the provider's account has it."""
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for charge in account.all("charge"):
        if charge["paid"]:
            taken, back = sums[charge["payment_intent"]]
            sums[charge["payment_intent"]] = taken + charge["amount_captured"], back + charge["amount_refunded"]
    return dict(sums)
