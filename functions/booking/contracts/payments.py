"""Payments as the provider has them: what its steps are given, and the facts they answer. Ids, numbers, codes.

Amounts are in the currency's smallest unit as the provider counts it (``booking.money``); currencies are ISO 4217.
"""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from booking.codes import FactsOf, Language, PaymentPurpose, PaymentStatus, ProviderObject
from booking.contracts.base import Answer, BookingId, Contract, Part

PaymentKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,120}$")]
"""Names one movement of money: the provider does it once for each key."""
ProviderId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,255}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[int, Field(ge=0)]
Charged = Annotated[int, Field(ge=1)]


class OpenCheckoutInput(Contract):
    """``until``: the end of the hold. ``amount`` is what is to be paid; 0 for a card that is only kept."""

    booking_id: BookingId
    key: PaymentKey
    purpose: PaymentPurpose
    amount: Amount
    currency: Currency
    until: AwareDatetime
    language: Language

    @model_validator(mode="after")
    def _costs_what_it_is_for(self) -> Self:
        if (self.amount == 0) != (self.purpose is PaymentPurpose.CARD):
            raise ValueError("a card is kept for nothing, and everything else costs something")
        return self


class CloseCheckoutInput(Contract):
    """``checkout_id`` is None when no checkout is known to have been opened."""

    booking_id: BookingId
    checkout_id: ProviderId | None


class ProviderReference(Contract):
    """One object of the provider's."""

    type: ProviderObject
    id: ProviderId


class ReadPaymentInput(Contract):
    object: ProviderReference


class RefundPaymentInput(Contract):
    booking_id: BookingId
    key: PaymentKey
    payment_intent_id: ProviderId
    amount: Charged
    currency: Currency


class ChargeFeeInput(Contract):
    booking_id: BookingId
    key: PaymentKey
    customer_id: ProviderId
    payment_method_id: ProviderId
    amount: Charged
    currency: Currency


class PaymentFacts(Contract):
    """What the provider says of one of its objects. What it does not say, or what is not ours, is None.

    ``amount``: of a checkout or a payment what it is about (when captured: what was), of a refund what goes back, of a
    dispute what is disputed. ``key`` and ``booking_id`` are those that we gave; a dispute has its payment's.
    """

    object: FactsOf
    status: PaymentStatus
    booking_id: BookingId | None = None
    key: PaymentKey | None = None
    purpose: PaymentPurpose | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    checkout_id: ProviderId | None = None
    payment_intent_id: ProviderId | None = None
    refund_id: ProviderId | None = None
    dispute_id: ProviderId | None = None
    customer_id: ProviderId | None = None
    payment_method_id: ProviderId | None = None
    receipt_url: str | None = None
    failure_code: str | None = None


class Checkout(PaymentFacts):
    """A page of the provider's on which somebody pays. ``url`` while it is open."""

    url: str | None = None


class PaymentEvent(Contract):
    """What is on the queue of payment events, of all that the provider told."""

    event_id: ProviderId
    type: Annotated[str, Field(pattern=r"^[a-z_.]{1,100}$")]
    object: ProviderReference


class ToldObject(Part):
    id: Annotated[str, Field(max_length=255)]
    object: Annotated[str, Field(max_length=100)]


class ToldData(Part):
    object: ToldObject


class ToldEvent(Part):
    """What the provider posts: https://docs.stripe.com/api/events/object. Names and addresses in it are left there."""

    id: ProviderId
    type: Annotated[str, Field(max_length=100)]
    data: ToldData


class EventReceived(Answer):
    """The body of ``POST /v1/stripe/events``. ``queued``: whether it is of use."""

    queued: bool


class ListChargesInput(Contract):
    """What was made at or after ``since`` and before ``until``; ``after`` is the page before's ``next``."""

    since: AwareDatetime
    until: AwareDatetime
    after: ProviderId | None = None


class Charge(Answer):
    """A payment as the provider has it, with what has gone back so far."""

    payment_intent_id: str
    booking_id: str | None
    key: str | None
    captured: int
    refunded: int
    currency: str
    disputed: bool
    created_at: AwareDatetime


class ChargesPage(Answer):
    """``next`` is None on the last page."""

    charges: list[Charge]
    next: str | None


class ListPaymentsInput(Contract):
    """What the ledger has had at or after ``since`` and before ``until``; ``after`` is the page before's ``next``."""

    since: AwareDatetime
    until: AwareDatetime
    after: ProviderId | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 1000


class LedgerPayment(Answer):
    """A payment as the ledger has it: all of its sums, whenever they were entered. ``at``: of its first entry."""

    payment_intent_id: str
    booking_id: str
    captured: int
    refunded: int
    currency: str
    at: AwareDatetime


class PaymentsPage(Answer):
    """``next`` is None on the last page."""

    payments: list[LedgerPayment]
    next: str | None


class PaymentInput(Contract):
    """What the machine ``payment`` starts with: an object of the provider's of which an event told, or a key.

    ``movement``: money that is intended under the key is to be moved; ``page``: the client will pay it by themselves.
    ``booking_id``: of whose booking, for who looks for its executions; what an event is about is known once it is read.
    """

    about: Literal["event", "movement", "page"]
    object: ProviderReference | None = None
    key: PaymentKey | None = None
    booking_id: BookingId | None = None
