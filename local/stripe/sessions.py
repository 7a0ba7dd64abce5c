"""Checkout's sessions: https://docs.stripe.com/api/checkout/sessions."""

from local.stripe import money, objects
from local.stripe.account import Account
from local.stripe.errors import Refused, bad_parameter
from local.stripe.objects import Object
from local.stripe.parameters import Table, choice, currency, each, flag, metadata, text, url, whole

LEAST_SECONDS, MOST_SECONDS = 30 * 60, 24 * 3600

_LANGUAGES = """
auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv
th tr vi zh zh-HK zh-TW
"""
_LOCALES = _LANGUAGES.split()

_PRODUCT = Table({"name": text(250)}, description=text())
_PRICE = Table({"currency": currency, "unit_amount": whole(0), "product_data": _PRODUCT})
_ITEM = Table({"price_data": _PRICE, "quantity": whole(1, 999_999)})

NEW = Table(
    {"mode": choice("payment", "setup"), "allowed_payment_method_types": each(choice("card"), 1), "success_url": url},
    adaptive_pricing=Table(enabled=flag),
    cancel_url=url,
    client_reference_id=text(200),
    currency=currency,
    customer=text(),
    customer_creation=choice("always", "if_required"),
    expires_at=whole(0),
    line_items=each(_ITEM, 100),
    locale=choice(*_LOCALES),
    metadata=metadata,
    payment_intent_data=Table(
        description=text(1000),
        metadata=metadata,
        setup_future_usage=choice("off_session", "on_session"),
        statement_descriptor_suffix=text(22),
    ),
    setup_intent_data=Table(description=text(1000), metadata=metadata),
    submit_type=choice("auto", "book", "donate", "pay"),
)

_OF_PAYMENTS = ("line_items", "payment_intent_data", "submit_type", "adaptive_pricing")
_OF_SETUPS = ("setup_intent_data", "currency")


def create(account: Account, given: Object) -> Object:
    _check(account, given)
    made = account.made("checkout.session")
    session = account.keep(objects.session(made, given, f"{account.page_url}/c/pay/{made['id']}"))
    aside = account.aside(session["id"])
    aside["payment_intent_data"] = given.get("payment_intent_data", {})
    aside["line_items"] = [objects.line_item(account.made("item"), each) for each in given.get("line_items", [])]
    if session["mode"] == "setup":
        data = {**given.get("setup_intent_data", {}), "customer": session["customer"]}
        intent = account.keep(objects.setup_intent(account.made("setup_intent"), data))
        account.aside(intent["id"])["session"] = session["id"]
        session["setup_intent"] = intent["id"]
        account.tell("setup_intent.created", intent)
    return session


def _check(account: Account, given: Object) -> None:
    mode = given["mode"]
    for name in _OF_SETUPS if mode == "payment" else _OF_PAYMENTS:
        if name in given:
            raise bad_parameter(f"You can not pass `{name}` in `{mode}` mode.", name)
    if "customer" in given and "customer_creation" in given:
        names = "customer, customer_creation"
        raise bad_parameter(f"You may only specify one of these parameters: {names}.", "customer_creation")
    if "customer" in given:
        account.get("customer", given["customer"], "customer")
    if "expires_at" in given:
        _check_end(given["expires_at"] - account.seconds)
    if mode == "payment":
        _check_items(given)


def _check_end(ahead: int) -> None:
    rule = "The `expires_at` timestamp must be {} from Checkout Session creation."
    if ahead <= LEAST_SECONDS:  # Stripe takes thirty minutes to the second, but no call arrives in the same one
        raise Refused(rule.format("at least 30 minutes"), param="expires_at")
    if ahead >= MOST_SECONDS:
        raise Refused(rule.format("less than 24 hours"), param="expires_at")


def _check_items(given: Object) -> None:
    if "line_items" not in given:
        raise bad_parameter("Missing required param: line_items.", "line_items", "parameter_missing")
    prices = [each["price_data"] for each in given["line_items"]]
    if len({price["currency"] for price in prices}) > 1:
        raise Refused("All prices on a Checkout Session must have the same currency.", param="line_items")
    for index, price in enumerate(prices):
        money.check_step(price["unit_amount"], price["currency"], f"line_items[{index}][price_data][unit_amount]")
    total = sum(each["price_data"]["unit_amount"] * each["quantity"] for each in given["line_items"])
    subject = "The Checkout Session's total amount due must add up to"
    money.check_charge(total, prices[0]["currency"], "line_items", subject)


def expire(account: Account, session: Object) -> Object:
    """Raises ``Refused`` for a session that is not open: one that is complete was paid."""
    if session["status"] != "open":
        raise Refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of'
            f" `{session['status']}`."
        )
    account.expire(session)
    return session
