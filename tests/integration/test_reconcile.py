"""What the ledger says to bookingctl payments reconcile: what the provider says, payment by payment."""

from datetime import timedelta

from psycopg2.extensions import connection as Connection

from booking.contracts.payments import ListChargesInput, ListPaymentsInput
from booking.services.payments.list_payments import list_payments
from booking.store import Stores
from tests.integration.test_money import settle_everything
from tests.integration.till import Till
from tests.rows import rows

DAY = timedelta(days=1)


def paid(till: Till, hour: int) -> str:
    """A session that is paid for; its id."""
    assert till.ask(hour, 0) == "awaits_payment"
    booking_id = till.bookings[-1]
    till.go_on(booking_id, "PaymentIsAwaited")
    till.press(till.sessions[-1], "4242")
    settle_everything(till)
    return booking_id


def test_the_ledger_has_what_the_provider_has_and_page_by_page(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE services SET payment = 'prepay', price_cents = 9000, late_fee_kind = 'none' RETURNING 1")
    till = Till(stores, db)
    began = till.now - DAY
    kept, cancelled = paid(till, 0), paid(till, 1)
    till.cancel(cancelled, by_client=False)
    settle_everything(till)

    entered = rows(db, "SELECT min(at) AS first, max(at) AS last FROM payments")[0]
    since, until = entered["first"], entered["last"] + timedelta(seconds=1)
    whole = list_payments(stores, ListPaymentsInput(since=since, until=until))
    theirs = till.provider.charges(ListChargesInput(since=began, until=till.now + DAY)).charges
    sums = {each.payment_intent_id: (each.booking_id, each.captured, each.refunded) for each in whole.payments}
    assert sums == {each.payment_intent_id: (each.booking_id, each.captured, each.refunded) for each in theirs}
    assert sorted(sums.values()) == [(kept, 9000, 0), (cancelled, 9000, 9000)]

    first = list_payments(stores, ListPaymentsInput(since=since, until=until, limit=1))
    second = list_payments(stores, ListPaymentsInput(since=since, until=until, limit=1, after=first.next))
    assert [*first.payments, *second.payments] == whole.payments
    assert second.next is None
    assert list_payments(stores, ListPaymentsInput(since=until, until=until + DAY)).payments == []
