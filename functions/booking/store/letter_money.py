"""What a letter says of money, read when it is sent: the ledger's sums, and what is due as its sessions stand."""

from collections.abc import Sequence

from psycopg2.extensions import connection as Connection

from booking.codes import NotificationEvent, PaymentRule
from booking.dues import due
from booking.letters import LetterMoney
from booking.store.payments import Payments
from booking.store.rows import Row


def money_of(connection: Connection, letter: Row, booking_ids: Sequence[str]) -> LetterMoney:
    """``letter``: the parts of the letter of a booking with money in it; of which sessions it tells."""
    payments = Payments(connection)
    accounts = [each.account for each in payments.accounts(booking_ids)]
    is_asked = letter["event"] == NotificationEvent.PAYMENT_DUE
    told = payments.told(booking_ids, f"session-{letter['booking_id']}" if is_asked else letter["occasion"])
    terms = accounts[0].terms  # a series is booked on one day, for one price
    return LetterMoney(
        currency=terms.currency,
        keeps_card=terms.payment == PaymentRule.CARD_ON_FILE,
        amount=told.amount,
        paid=told.captured,
        back=told.captured - sum(each.by_hand + sum(kept.amount for kept in each.kept) for each in accounts),
        costs=sum(due(each.status, each.terms) for each in accounts),
        late_fee=0 if terms.waived else terms.late_fee.of(terms.price, terms.currency),
        no_show_fee=0 if terms.waived else terms.no_show_fee.of(terms.price, terms.currency),
        receipt=told.receipt_url or "",
    )
