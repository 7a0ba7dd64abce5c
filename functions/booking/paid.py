"""How a session's payment stands, as its readers are told: of the ledger's sums, by the rules of ``booking.dues``.

Standard library only. Amounts are in the smallest unit of their currency.
"""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from booking import dues
from booking.codes import BookingStatus, PaymentRule, PaymentStanding

PAGE_IS_OPEN = timedelta(hours=22)
"""So long a fee can be paid on its page, which the provider keeps open for a day at most."""


class Page(NamedTuple):
    """Where a fee can be paid, until then."""

    url: str
    until: datetime


class Money(NamedTuple):
    """What the ledger has of a session. ``refunding``: what is to go back, and nobody knows yet that it has.

    ``by_hand``: what of ``refunded`` somebody gave back of their own accord. ``lost``: what the bank took for good.
    ``refund_failed``: and as much has not gone back since. ``fee_failed``: and nobody has paid it since.
    ``has_failed``: one of the two.
    """

    terms: dues.Terms
    captured: int
    refunded: int
    refunding: int
    by_hand: int
    lost: int
    has_card: bool
    is_disputed: bool
    refund_failed: bool
    has_failed: bool
    fee_failed: bool
    fee_under_way: bool
    receipt_url: str | None
    tax_percent: float
    page: Page | None

    @property
    def kept(self) -> int:
        """What is left of it for the practice."""
        return self.captured - self.refunded - self.refunding - self.lost

    def account(self, status: BookingStatus) -> dues.Account:
        """As the rules know it. All that was paid is taken for one payment: its sum is what counts here."""
        return dues.Account(
            booking_id="",
            status=status,
            terms=self.terms,
            kept=(dues.Kept("", self.kept),),
            has_card=self.has_card,
            is_disputed=self.is_disputed,
            has_failed=self.has_failed,
            fee_under_way=self.fee_under_way,
            by_hand=self.by_hand,
        )


class Cost(NamedTuple):
    """What cancelling costs: what is kept or taken, and what goes back."""

    fee: int
    refund: int


class Fees(NamedTuple):
    """What may be asked, as it was agreed."""

    late_cancellation_fee: int
    no_show_fee: int


def agreed_fees(terms: dues.Terms) -> Fees:
    """What a late cancellation and a missed session cost."""
    return Fees(dues.due(BookingStatus.LATE_CANCELLED, terms), dues.due(BookingStatus.NO_SHOW, terms))


def fee(status: BookingStatus, terms: dues.Terms) -> int:
    """What is asked for a late cancellation, or a missed session."""
    is_asked = status in (BookingStatus.LATE_CANCELLED, BookingStatus.NO_SHOW)
    return dues.due(status, terms) if is_asked else 0


def is_fee_due(status: BookingStatus, money: Money) -> bool:
    """Whether the card did not take a fee: the client may pay it by themselves."""
    is_taken = money.fee_under_way or money.is_disputed or money.refund_failed
    return money.fee_failed and not is_taken and money.kept < fee(status, money.terms)


def standing(status: BookingStatus, money: Money, *, is_awaited: bool) -> PaymentStanding:
    """How the payment of a session stands. ``is_awaited``: the session is held until it is paid for."""
    if money.is_disputed:
        return PaymentStanding.DISPUTED
    if money.refund_failed:
        return PaymentStanding.FAILED
    if is_fee_due(status, money):
        return PaymentStanding.FEE_DUE
    if money.captured and money.refunded >= money.captured:
        return PaymentStanding.REFUNDED
    if money.captured and money.refunded:
        return PaymentStanding.PARTLY_REFUNDED
    if money.captured:
        is_price = money.terms.payment == PaymentRule.PREPAY
        return PaymentStanding.PAID if is_price else PaymentStanding.FEE_CHARGED
    if money.terms.waived:
        return PaymentStanding.WAIVED
    if is_awaited:
        return PaymentStanding.DUE
    return PaymentStanding.CARD_KEPT if money.has_card else PaymentStanding.NONE


def cost_of_cancelling(money: Money, *, is_late: bool) -> Cost:
    """What a cancellation would move, by the same rule that moves it."""
    status = BookingStatus.LATE_CANCELLED if is_late else BookingStatus.CANCELLED
    moved = dues.moves(money.account(status))
    refund = sum(each.amount for each in moved if each.payment_id is not None)
    taken = sum(each.amount for each in moved if each.payment_id is None)
    return Cost(fee=money.kept - refund + taken, refund=refund)


def tax_in(amount: int, percent: float) -> int:
    """The tax that is included in an amount; half of the smallest unit is rounded up."""
    rate = Fraction(str(percent))
    return int(amount * rate / (100 + rate) + Fraction(1, 2))
