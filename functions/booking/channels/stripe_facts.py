"""What Stripe's objects say, as facts: https://docs.stripe.com/api. Names and addresses in them are left there.

The objects are dictionaries, with the objects inside them that ``EXPANDED`` names; what is ours in their metadata is
what we put there, and anything else is somebody else's.
"""

import re
from enum import StrEnum
from typing import Any, TypeVar

from booking.codes import FactsOf, PaymentPurpose, PaymentStatus
from booking.contracts.base import legal_id
from booking.contracts.payments import Charge, Checkout, PaymentFacts

Object = dict[str, Any]
Code = TypeVar("Code", bound=StrEnum)

EXPANDED_CHECKOUT = ("payment_intent.latest_charge", "setup_intent")
EXPANDED_PAYMENT = ("latest_charge",)
EXPANDED_WITH_PAYMENT = ("payment_intent",)
"""Of a refund or a dispute: by its payment it is a booking's, also when somebody has refunded by hand."""

NEEDS_PERSON = "authentication_required"

_REFUNDS = {
    "succeeded": PaymentStatus.REFUNDED,
    "pending": PaymentStatus.PENDING,
    "requires_action": PaymentStatus.PENDING,
}
_DISPUTES = {
    **dict.fromkeys(("won", "warning_closed", "prevented"), PaymentStatus.DISPUTE_WON),
    "lost": PaymentStatus.DISPUTE_LOST,
}


def of_checkout(session: Object) -> Checkout:
    """A session of Checkout. ``complete`` only when the money is there, or the card is kept."""
    status = PaymentStatus(session["status"])
    if status is PaymentStatus.COMPLETE and session["payment_status"] == "unpaid":
        status = PaymentStatus.PENDING
    payment, setup = _inside(session.get("payment_intent")), _inside(session.get("setup_intent"))
    return Checkout(
        object=FactsOf.CHECKOUT,
        status=status,
        url=session.get("url") if status is PaymentStatus.OPEN else None,
        amount=session.get("amount_total"),
        currency=_currency(session),
        checkout_id=session["id"],
        payment_intent_id=payment.get("id"),
        customer_id=_id(session.get("customer")),
        payment_method_id=_id(payment.get("payment_method") or setup.get("payment_method")),
        receipt_url=_inside(payment.get("latest_charge")).get("receipt_url"),
        **_ours(session),
    )


def of_payment(intent: Object) -> PaymentFacts:
    """A payment intent. One that was cancelled for the bank wanted the card's owner still ``needs_person``."""
    error = intent.get("last_payment_error") or {}
    failure = error.get("decline_code") or error.get("code")
    match intent["status"]:
        case "succeeded":
            status, failure = PaymentStatus.CAPTURED, None
        case "requires_action":
            status = PaymentStatus.NEEDS_PERSON
        case "canceled":
            status, failure = PaymentStatus.FAILED, failure or intent.get("cancellation_reason") or "canceled"
        case "requires_payment_method" if failure:
            status = PaymentStatus.FAILED
        case "requires_payment_method":
            status = PaymentStatus.OPEN
        case _:
            status = PaymentStatus.PENDING
    if status is PaymentStatus.FAILED and NEEDS_PERSON in (error.get("code"), error.get("decline_code")):
        status = PaymentStatus.NEEDS_PERSON
    return PaymentFacts(
        object=FactsOf.PAYMENT,
        status=status,
        amount=intent["amount_received"] if status is PaymentStatus.CAPTURED else intent["amount"],
        currency=_currency(intent),
        payment_intent_id=intent["id"],
        customer_id=_id(intent.get("customer")),
        payment_method_id=_id(intent.get("payment_method")),
        receipt_url=_inside(intent.get("latest_charge")).get("receipt_url"),
        failure_code=failure,
        **_ours(intent),
    )


def of_refund(refund: Object) -> PaymentFacts:
    """A refund; ours has a key, one that was made by hand has none."""
    return PaymentFacts(
        object=FactsOf.REFUND,
        status=_REFUNDS.get(refund["status"], PaymentStatus.FAILED),
        amount=refund["amount"],
        currency=_currency(refund),
        payment_intent_id=_id(refund.get("payment_intent")),
        refund_id=refund["id"],
        failure_code=refund.get("failure_reason"),
        **{**_ours(refund), "booking_id": _booking_id(refund) or _booking_id(_inside(refund.get("payment_intent")))},
    )


def of_dispute(dispute: Object) -> PaymentFacts:
    """A dispute, or a bank's question that may become one."""
    return PaymentFacts(
        object=FactsOf.DISPUTE,
        status=_DISPUTES.get(dispute["status"], PaymentStatus.DISPUTED),
        amount=dispute["amount"],
        currency=_currency(dispute),
        payment_intent_id=_id(dispute.get("payment_intent")),
        dispute_id=dispute["id"],
        **_ours(_inside(dispute.get("payment_intent"))),
    )


def of_nothing() -> PaymentFacts:
    """There is no such object."""
    return PaymentFacts(object=FactsOf.UNKNOWN, status=PaymentStatus.NONE)


def charge(intent: Object) -> Charge:
    """A payment with its sums."""
    made = _inside(intent.get("latest_charge"))
    return Charge(
        payment_intent_id=intent["id"],
        booking_id=_booking_id(intent),
        key=_ours(intent)["key"],
        captured=intent["amount_received"],
        refunded=made.get("amount_refunded", 0),
        currency=intent["currency"].upper(),
        disputed=made.get("disputed", False),
        created_at=intent["created"],
    )


def _inside(value: str | Object | None) -> Object:
    """An object inside another, if it is one and not only its id."""
    return value if isinstance(value, dict) else {}


def _id(value: str | Object | None) -> str | None:
    return value["id"] if isinstance(value, dict) else value


def _currency(given: Object) -> str | None:
    return given["currency"].upper() if given.get("currency") else None


def _booking_id(given: Object) -> str | None:
    return legal_id((given.get("metadata") or {}).get("booking_id"))


def _ours(given: Object) -> Object:
    metadata = given.get("metadata") or {}
    key = metadata.get("key", "")
    return {
        "booking_id": _booking_id(given),
        "key": key if re.fullmatch(r"[A-Za-z0-9_-]{1,120}", key) else None,
        "purpose": _code(PaymentPurpose, metadata.get("purpose")),
    }


def _code(kind: type[Code], value: str | None) -> Code | None:
    return kind(value) if value in set(kind) else None
