"""What a session costs as it stands, and what is to be moved so that no more and no less of it is kept.

Standard library only. Amounts are in the smallest unit of their currency: cents, yen, fils.
"""

from collections.abc import Sequence
from typing import NamedTuple

from booking import money
from booking.codes import BookingStatus, FeeKind, PaymentRule


class Fee(NamedTuple):
    """How a fee is reckoned, as it was agreed: per cent of the price, or an amount."""

    kind: FeeKind
    value: int

    def of(self, price: int, currency: str) -> int:
        """The fee, never more than the price. Half of what can be charged (a cent, ten fils) is rounded up."""
        if self.kind == FeeKind.PERCENT:
            step = money.step(currency)
            return min(price, (price * self.value + 50 * step) // (100 * step) * step)
        return min(price, self.value) if self.kind == FeeKind.AMOUNT else 0


class Terms(NamedTuple):
    """What was agreed about a session's money. ``waived``: staff ask for none of it."""

    payment: PaymentRule
    price: int
    currency: str
    late_fee: Fee
    no_show_fee: Fee
    waived: bool = False


class Kept(NamedTuple):
    """What is left of one payment of a session: captured, less what was given back or is about to be."""

    payment_id: str
    amount: int


class Account(NamedTuple):
    """A session's money: how the session stands, what was agreed, and what the ledger has."""

    booking_id: str
    status: BookingStatus  # as it is reported: late_cancelled too
    terms: Terms
    kept: tuple[Kept, ...]
    has_card: bool  # one that a fee can be taken from
    is_disputed: bool  # the bank decides, and nobody else
    has_failed: bool  # a movement that a person must look at, or the client must pay by themselves
    fee_under_way: bool
    by_hand: int  # what somebody gave back of their own accord, and did not mean to be taken again


class Move(NamedTuple):
    """Money that is to be moved: given back from a payment, or, with no payment, taken from the card."""

    payment_id: str | None
    amount: int


def due(status: BookingStatus, terms: Terms) -> int:
    """What the practice may keep of a session that stands so."""
    if terms.waived or terms.payment == PaymentRule.NONE:
        return 0
    if status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED):
        return terms.price if terms.payment == PaymentRule.PREPAY else 0
    if status == BookingStatus.LATE_CANCELLED:
        return terms.late_fee.of(terms.price, terms.currency)
    if status == BookingStatus.NO_SHOW:
        return terms.no_show_fee.of(terms.price, terms.currency)
    return 0


def moves(account: Account) -> Sequence[Move]:
    """What is to be moved now: nothing while the bank, a person or the provider has to say something first.

    A card is never asked for more than is due, nor again for what was given back by hand.
    """
    if account.is_disputed or account.has_failed:
        return ()
    owed = due(account.status, account.terms)
    too_much = sum(each.amount for each in account.kept) - owed
    if too_much > 0:
        return tuple(_given_back(account.kept, too_much))
    takes_fees = account.terms.payment == PaymentRule.CARD_ON_FILE and account.has_card and not account.fee_under_way
    missing = min(-too_much, owed) - account.by_hand
    return (Move(None, missing),) if missing > 0 and takes_fees else ()


def _given_back(kept: Sequence[Kept], amount: int) -> Sequence[Move]:
    """From the newest payment first: what came last is what came too much."""
    found = []
    for each in reversed(kept):
        part = min(each.amount, amount)
        if part > 0:
            found.append(Move(each.payment_id, part))
            amount -= part
    return found
