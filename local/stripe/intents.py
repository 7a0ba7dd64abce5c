"""Payments without Checkout, off-session with a card that was kept: https://docs.stripe.com/api/payment_intents."""

from local.stripe import charging, money, objects
from local.stripe.account import Account
from local.stripe.errors import Refused
from local.stripe.objects import Object
from local.stripe.parameters import Table, choice, currency, each, flag, metadata, text, whole

NEW = Table(
    {"amount": whole(1), "currency": currency},
    allowed_payment_method_types=each(choice("card"), 1),
    confirm=flag,
    customer=text(),
    description=text(1000),
    metadata=metadata,
    off_session=flag,
    payment_method=text(),
    statement_descriptor_suffix=text(22),
)
CANCEL = Table(cancellation_reason=choice("duplicate", "fraudulent", "requested_by_customer", "abandoned"))
NEW_CUSTOMER = Table(metadata=metadata, description=text(), preferred_locales=each(text(10), 10))

_CAN_BE_CANCELED = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")


def create_customer(account: Account, given: Object) -> Object:
    customer = account.keep(objects.customer(account.made("customer"), given))
    account.tell("customer.created", customer)
    return customer


def create(account: Account, given: Object) -> Object:
    """Raises ``Refused`` with 402 and the intent in it, when the bank says no or wants the person."""
    money.check_charge(given["amount"], given["currency"], "amount")
    if given.get("off_session") and not given.get("confirm"):
        raise Refused("You can only set `off_session` when `confirm` is `true`.", param="off_session")
    if "allowed_payment_method_types" not in given and given.get("confirm"):
        raise Refused(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of"
            " these payment methods might redirect your customer off of your page, you must provide a `return_url`."
        )
    customer = account.get("customer", given["customer"], "customer")["id"] if "customer" in given else ""
    method = charging.method_given(account, given["payment_method"], customer) if "payment_method" in given else None
    if given.get("confirm") and method is None:
        words = "You cannot confirm this PaymentIntent because it's missing a payment method."
        raise Refused(words, "payment_intent_unexpected_state")
    intent = account.keep(objects.payment_intent(account.made("payment_intent"), given))
    account.tell("payment_intent.created", intent)
    if method is None:
        return intent
    if not given.get("confirm"):
        intent.update(status="requires_confirmation", payment_method=method["id"])
        return intent
    card = charging.CARDS[account.aside(method["id"]).get("card", method["card"]["last4"])]
    charge = charging.charge(account, intent, method, card.absent)
    if failure := intent["last_payment_error"]:
        more = {
            "charge": charge["id"],
            "decline_code": failure["decline_code"],
            "payment_intent": dict(intent),
            "payment_method": dict(method),
        }
        raise Refused(failure["message"], failure["code"], None, 402, "card_error", more=more)
    return intent


def cancel(account: Account, intent: Object, given: Object) -> Object:
    """Raises ``Refused`` for one that is over, and for Checkout's own."""
    if intent["status"] not in _CAN_BE_CANCELED:
        raise Refused(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a PaymentIntent"
            f" with one of the following statuses may be canceled: {', '.join(_CAN_BE_CANCELED)}, processing.",
            "payment_intent_unexpected_state",
            more={"payment_intent": dict(intent)},
        )
    if "session" in account.aside(intent["id"]):
        raise Refused(
            "You cannot cancel PaymentIntents created by Checkout, please expire the Checkout Session instead.",
            "payment_intent_unexpected_state",
            more={"payment_intent": dict(intent)},
        )
    intent.update(status="canceled", canceled_at=account.seconds, cancellation_reason=given.get("cancellation_reason"))
    account.tell("payment_intent.canceled", intent)
    return intent
