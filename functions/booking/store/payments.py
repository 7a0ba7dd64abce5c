"""The ledger of payments: what is intended, and what became of it. Amounts in the smallest unit of their currency."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg2.extensions import connection as Connection

from booking.codes import BookingStatus, FeeKind, NotificationEvent, PaymentEntry, PaymentPurpose, PaymentRule
from booking.dues import Account, Fee, Kept, Terms
from booking.model import Notification
from booking.store.queries import Queries
from booking.store.rows import notification_of, queued

queries = Queries(__name__)


class Entry(NamedTuple):
    """One entry of the ledger, about one session.

    ``key``: of the movement it is about; ``payment_id``: the provider's id of the payment that it is, or is of;
    ``provider_id``: of this very thing. The same thing is entered once.
    """

    booking_id: str
    key: str
    purpose: PaymentPurpose
    entry: PaymentEntry
    amount: int
    currency: str
    actor: str  # a sub, or the provider
    execution: str = ""
    payment_id: str | None = None
    provider_id: str = ""
    receipt_url: str | None = None
    code: str | None = None


class Intended(NamedTuple):
    """What is to be moved for one session."""

    booking_id: str
    purpose: PaymentPurpose
    amount: int
    currency: str
    payment_id: str | None  # of what is given back


class Share(NamedTuple):
    """What of a payment was for one session. ``rest``: what of that was not given back."""

    booking_id: str
    key: str
    purpose: PaymentPurpose
    amount: int
    currency: str
    rest: int


class Part(NamedTuple):
    """One session's part of a movement."""

    booking_id: str
    amount: int


class RefundLeft(NamedTuple):
    """A refund that was intended and has not been made."""

    booking_id: str
    key: str
    has_failed: bool


class Sums(NamedTuple):
    """A payment's sums in the ledger, of all the sessions that it was for. ``at``: of its first entry."""

    payment_id: str
    booking_id: str
    captured: int
    refunded: int
    currency: str
    at: datetime


class Numbered(NamedTuple):
    """A session's account, and how many refunds and fees of it were intended so far: the next one's number."""

    account: Account
    refunds: int
    fees: int


class Told(NamedTuple):
    """What a letter says: captured for its sessions, and the amount and receipt of the movement that it tells of."""

    captured: int
    amount: int
    receipt_url: str | None


class Card(NamedTuple):
    """A card that is kept, by the provider's ids."""

    customer_id: str
    payment_method_id: str


class Payments:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def enter(self, entry: Entry) -> bool:
        """Whether it is new: events come twice."""
        return bool(queries.enter(self._connection, **entry._asdict()))

    def intended(self, key: str) -> list[Intended]:
        """What is intended under a key: of a series, each session's share."""
        return [
            Intended(
                row["booking_id"], PaymentPurpose(row["purpose"]), row["amount"], row["currency"], row["payment_id"]
            )
            for row in queries.intended(self._connection, key=key)
        ]

    def became(self, key: str) -> set[PaymentEntry]:
        """What became of a movement so far; nothing: nobody knows yet."""
        return {PaymentEntry(row["entry"]) for row in queries.entries_of_key(self._connection, key=key)}

    def captured(self, payment_id: str) -> list[Share]:
        """The sessions that a payment of the provider's was for."""
        return [
            Share(**{**row, "purpose": PaymentPurpose(row["purpose"])})
            for row in queries.captured(self._connection, payment_id=payment_id)
        ]

    def parts_of(self, key: str) -> list[Part]:
        """The sessions of a movement of which something was entered, each with its part; none: it is a new one."""
        return [Part(**row) for row in queries.parts_of(self._connection, key=key)]

    def rest_of(self, payment_id: str) -> int:
        """What can be given back of a payment of the provider's still."""
        rest: int = queries.rest_of(self._connection, payment_id=payment_id)
        return rest

    def refund_left(self, payment_id: str, amount: int) -> RefundLeft | None:
        """The refund of this payment, of this amount, that has not been made: one that has failed before others."""
        row = queries.refund_left(self._connection, payment_id=payment_id, amount=amount)
        return None if row is None else RefundLeft(**row)

    def told(self, booking_ids: Sequence[str], key: str) -> Told:
        """What a letter about these sessions, and the movement of this key, says of money."""
        row = queries.money_told(self._connection, booking_ids=list(booking_ids), key=key)
        return Told(row["captured"], row["amount"], row["receipt_url"])

    def lock_sessions(self, booking_ids: Sequence[str]) -> None:
        """Nobody else changes these sessions, or reckons their money, until the end of the transaction."""
        queries.lock_sessions(self._connection, booking_ids=list(booking_ids))

    def sums(self, since: datetime, until: datetime, after: str | None, most: int) -> list[Sums]:
        """Payments of which something was entered in this time, by their ids, so many at most."""
        found = queries.sums(self._connection, since=since, until=until, after=after, most=most)
        return [Sums(**row) for row in found]

    def accounts(self, booking_ids: Sequence[str]) -> list[Numbered]:
        """The money of these sessions; those that have nothing to do with money are left out."""
        return [
            Numbered(
                Account(
                    booking_id=row["booking_id"],
                    status=BookingStatus(row["status"]),
                    terms=Terms(
                        PaymentRule(row["payment"]),
                        row["price"],
                        row["currency"],
                        Fee(FeeKind(row["late_fee_kind"]), row["late_fee_value"]),
                        Fee(FeeKind(row["no_show_fee_kind"]), row["no_show_fee_value"]),
                        row["waived"],
                    ),
                    kept=tuple(Kept(payment_id, int(kept)) for payment_id, kept in row["kept"]),
                    has_card=row["has_card"],
                    is_disputed=row["is_disputed"],
                    has_failed=row["has_failed"],
                    fee_under_way=row["fee_under_way"],
                    by_hand=row["by_hand"],
                ),
                row["refunds"],
                row["fees"],
            )
            for row in queries.accounts(self._connection, booking_ids=list(booking_ids))
        ]

    def to_make(self, booking_ids: Sequence[str]) -> list[str]:
        """Keys of what is intended for these sessions, and not known to be done."""
        return [row["key"] for row in queries.to_make(self._connection, booking_ids=list(booking_ids))]

    def left_to_make(self, intended_before: datetime) -> list[str]:
        """Keys of what was intended before then, and is not known to be done."""
        return [row["key"] for row in queries.left_to_make(self._connection, intended_before=intended_before)]

    def card_of(self, booking_id: str) -> Card | None:
        """The card that a fee of this session can be taken from."""
        row = queries.card_of(self._connection, booking_id=booking_id)
        return None if row is None else Card(row["customer_id"], row["payment_method_id"])

    def tell(self, booking_id: str, event: NotificationEvent, key: str) -> list[Notification]:
        """The client is told what became of money: the notifications, which were entered now or before."""
        found = queries.tell_of_payment(self._connection, booking_id=booking_id, event=event, key=key)
        entered = [queued(NotificationEvent(row["event"]), row) for row in found]
        if entered:
            return entered
        return [
            notification_of(row)
            for row in queries.told_of_payment(self._connection, booking_id=booking_id, event=event, key=key)
        ]

    def waive(self, booking_ids: Sequence[str], waived_by: str) -> None:
        """Staff ask for no payment and no fee of these sessions."""
        queries.waive(self._connection, booking_ids=list(booking_ids), waived_by=waived_by)

    def unpaid_fee(self, booking_id: str) -> str | None:
        """The key of a fee that the card did not take; None: there is none."""
        key: str | None = queries.unpaid_fee(self._connection, booking_id=booking_id)
        return key

    def put_page(self, booking_id: str, url: str, until: datetime) -> None:
        """Where a fee of this session can be paid, until then."""
        queries.put_fee_page(self._connection, booking_id=booking_id, url=url, until=until)
