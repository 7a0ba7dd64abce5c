"""Bookings that are held: what the steps of a hold are given and decide, and what the API is told and answers."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from booking.codes import Awaits, HoldAnswer, Language, Outcome, PaymentRule, PaymentStanding
from booking.contracts.base import Answer, BookingId, Contract
from booking.contracts.payments import Amount, Checkout, Currency, PaymentFacts, PaymentKey, ProviderId
from booking.contracts.steps import Decision, HoldDecision
from booking.contracts.written import Lines

TaskToken = Annotated[str, Field(min_length=1, max_length=2048)]


class AwaitHoldInput(Contract):
    """What AwaitApproval and AwaitPayment are given."""

    booking_id: BookingId
    task_token: TaskToken


class SettleApprovalInput(Contract):
    booking_id: BookingId
    execution: str


class ApprovalSettled(HoldDecision):
    """What SettleApproval decides."""

    outcome: Literal[Outcome.AWAITS_PAYMENT, Outcome.CONFIRMED, Outcome.DECLINED, Outcome.EXPIRED, Outcome.CANCELLED]


class KeepCheckoutInput(Contract):
    booking_id: BookingId
    checkout_id: ProviderId | None
    url: str | None


class CheckoutKept(Decision):
    """What KeepCheckout decides."""

    outcome: Literal[Outcome.KEPT]


class SettlePaymentInput(Contract):
    """``checkout``: as the provider had it when it was opened, or closed."""

    booking_id: BookingId
    checkout: Checkout
    execution: str


class PaymentSettled(Decision):
    """What SettlePayment decides. ``unpaid``: nobody has paid, and the checkout is still open."""

    outcome: Literal[Outcome.CONFIRMED, Outcome.UNPAID, Outcome.EXPIRED, Outcome.CANCELLED]


class ApprovalBody(Contract):
    """What who keeps the calendar says to a request."""

    answer: Annotated[
        Literal[HoldAnswer.APPROVE, HoldAnswer.DECLINE],
        Field(description="The first one holds; it is for a whole series"),
    ]
    reason: Annotated[Lines | None, Field(description="With decline: why, for the client to read")] = None

    @model_validator(mode="after")
    def _says_why_not(self) -> Self:
        if self.reason is not None and self.answer != HoldAnswer.DECLINE:
            raise ValueError("reason: is for an answer of decline")
        return self


class PaymentWaiverBody(Contract):
    """Why staff ask for no payment."""

    reason: Annotated[Lines, Field(description="For staff; kept with the booking")]


class HoldState(Answer):
    """What a held booking waits for, as its readers see it; a series waits as one."""

    awaits: Awaits
    until: Annotated[datetime, Field(description="UTC; then its time is free again, without an answer")]
    answer: Annotated[HoldAnswer | None, Field(description="What was said; what follows from it takes seconds")]
    has_checkout: Annotated[bool, Field(description="There is a page to pay, or to leave a card, on")]
    checkout_url: Annotated[
        str | None, Field(description="That page, at the payment provider; for the client themselves only")
    ]


MinorUnits = Annotated[int, Field(description="In the currency's smallest unit")]


class PaymentState(Answer):
    """How a session is paid for, and how that stands."""

    rule: Annotated[PaymentRule, Field(description="As it was agreed when it was booked")]
    status: Annotated[
        PaymentStanding,
        Field(
            description="due: it is held for it; fee_due: the card did not take a fee, and the client may pay it; "
            "failed: money that should have gone back has not, and the practice sees to it; waived: staff ask for none"
        ),
    ]
    paid: MinorUnits
    refunded: MinorUnits
    fee: Annotated[
        int,
        Field(
            description="What is asked for its late cancellation, or because nobody came; "
            "of what was prepaid it is kept, from a card it is taken"
        ),
    ]
    late_cancellation_fee: MinorUnits
    no_show_fee: Annotated[int, Field(description="This one and the one before: as they were agreed; 0: none")]
    currency: Annotated[str | None, Field(description="ISO 4217")]
    receipt_url: Annotated[str | None, Field(description="The provider's; for the client and operators")]
    checkout_url: Annotated[
        str | None,
        Field(
            description="Where a fee is paid that is due, once POST …/fee-payment has opened it; for the client only"
        ),
    ]


class PreparePaymentInput(Contract):
    """``key``: of what is intended. ``page``: the client asks for a page to pay a fee on."""

    key: PaymentKey
    about: Literal["movement", "page"]


class PaymentPrepared(Decision):
    """What PreparePayment decides, with what the next step needs.

    ``refund``: give ``amount`` back from a payment; ``charge``: take it from a card; ``checkout``: open a page for it;
    ``nothing``: it is done.
    """

    outcome: Literal[Outcome.REFUND, Outcome.CHARGE, Outcome.CHECKOUT, Outcome.NOTHING]
    booking_id: BookingId | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    payment_intent_id: ProviderId | None = None
    customer_id: ProviderId | None = None
    payment_method_id: ProviderId | None = None
    until: AwareDatetime | None = None
    language: Language | None = None


class RecordPaymentInput(Contract):
    """``facts``: what the provider says."""

    facts: PaymentFacts
    execution: str


class PaymentRecorded(Decision):
    """What RecordPayment decides, and of which booking: None, when what happened is of none of ours.

    ``next_key``: of money that is to be moved next.
    """

    outcome: Literal[Outcome.RECORDED, Outcome.NOTHING]
    booking_id: BookingId | None = None
    next_key: PaymentKey | None = None
