"""Cards, and what becomes of a payment by one: Stripe's test cards by their last four digits.

https://docs.stripe.com/testing. What a failed payment leaves behind is in the intent: it waits for another card.
"""

from dataclasses import dataclass

from local.stripe import objects
from local.stripe.account import Account
from local.stripe.errors import Refused
from local.stripe.objects import Object


@dataclass(frozen=True)
class Card:
    """How a card behaves while its owner is there, and when they are not."""

    present: str = ""
    """Why it fails; ``authenticate`` asks for 3-D Secure first. Empty: it is good."""
    absent: str = ""


CARDS = {
    "4242": Card(),
    "0002": Card("generic_decline", "generic_decline"),
    "9995": Card("insufficient_funds", "insufficient_funds"),
    "0341": Card("", "generic_decline"),
    "3155": Card("authenticate", ""),
    "3184": Card("authenticate", "authentication_required"),
}
"""By their last four digits, as Stripe documents them."""

PERSON = {"email": "jenny.rosen@example.com", "name": "Jenny Rosen"}
"""Who presses "pay": what is typed at Stripe is in its objects and events, and shall be nowhere else."""

_MESSAGES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}


def new_method(account: Account, card: str) -> Object:
    """A card that somebody typed; nobody's yet."""
    return account.keep(objects.payment_method(account.made("payment_method"), card, PERSON))


def method_given(account: Account, given: str, customer: str) -> Object:
    """The customer's card. Raises ``Refused`` for another's, or one that was not kept."""
    method = account.get("payment_method", given, "payment_method")
    if method["customer"] is None:
        raise Refused(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared"
            " with a connected account without Customer attachment, or was detached from a Customer. It may not be"
            " used again. To use a PaymentMethod multiple times, you must attach it to a Customer first."
        )
    if method["customer"] != customer:
        raise Refused(
            f"The payment method {given} belongs to a different customer than {customer}, so it can't be used with it.",
            param="payment_method",
        )
    return method


def change(account: Account, method_id: str, card: str) -> None:
    """From now on a kept card behaves as this one of ``CARDS`` does. A control of the double's."""
    account.get("payment_method", method_id, "payment_method", status=404)
    if card not in CARDS:
        raise Refused(f"no card {card}: one of {', '.join(CARDS)}", param="card")
    account.aside(method_id)["card"] = card


def attach(account: Account, method: Object, customer: str | None) -> None:
    """Keeps a card for later, if there is somebody to keep it for."""
    if customer and method["customer"] is None:
        method["customer"] = customer
        account.tell("payment_method.attached", method)


def charge(account: Account, intent: Object, method: Object, decline: str) -> Object:
    """Charges an intent, or leaves why not in its ``last_payment_error``; returns the charge."""
    failure = None
    if decline:
        code = "authentication_required" if decline == "authentication_required" else "card_declined"
        failure = {"code": code, "decline_code": decline, "message": _MESSAGES[decline], "type": "card_error"}
    made = account.keep(objects.charge(account.made("charge"), intent, method, failure))
    intent["latest_charge"] = made["id"]
    if failure is not None:
        account.tell("charge.failed", made)
        fail(account, intent, {**failure, "charge": made["id"]}, method)
        return made
    intent.update(
        amount_received=intent["amount"],
        last_payment_error=None,
        next_action=None,
        payment_method=method["id"],
        status="succeeded",
    )
    account.tell("charge.succeeded", made)
    if intent["setup_future_usage"]:
        attach(account, method, intent["customer"])
    account.tell("payment_intent.succeeded", intent)
    return made


def fail(account: Account, intent: Object, failure: Object, method: Object) -> None:
    """The intent waits for another card."""
    is_payment = intent["object"] == "payment_intent"
    doc_url = f"https://stripe.com/docs/error-codes/{failure['code'].replace('_', '-')}"
    intent["last_payment_error" if is_payment else "last_setup_error"] = {
        **failure,
        "doc_url": doc_url,
        "payment_method": dict(method),
    }
    intent.update(status="requires_payment_method", payment_method=None, next_action=None)
    account.tell("payment_intent.payment_failed" if is_payment else "setup_intent.setup_failed", intent)
