"""What the person does on Checkout's page: press "pay", be declined, prove themselves, or do nothing."""

from local.stripe import objects
from local.stripe.account import Account
from local.stripe.charging import CARDS, PERSON, attach, charge, fail, new_method
from local.stripe.objects import Object

COMPLETE, EXPIRED, DECLINED, AUTHENTICATE = "complete", "expired", "declined", "authenticate"
"""What a press came to: what the page shows next."""


def pay(account: Account, session_id: str, card: str = "4242") -> str:
    """With one of ``CARDS``. Nothing happens to a session that is not open: its status is what it comes to."""
    session = _session(account, session_id)
    if session["status"] != "open":
        return str(session["status"])
    intent, method = _intent(account, session), new_method(account, card)
    behaviour = CARDS[card].present
    if behaviour == "authenticate":
        account.aside(session_id)["method"] = method["id"]
        action = {"redirect_to_url": {"return_url": None, "url": session["url"]}, "type": "redirect_to_url"}
        intent.update(status="requires_action", payment_method=method["id"], next_action=action)
        account.tell(f"{intent['object']}.requires_action", intent)
        return AUTHENTICATE
    return _finish(account, session, intent, method, behaviour)


def authenticate(account: Account, session_id: str, *, is_approved: bool) -> str:
    """The second page: the bank has asked the person, who has proved who they are, or not."""
    session = _session(account, session_id)
    if session["status"] != "open":
        return str(session["status"])
    intent = _intent(account, session)
    if intent["status"] != "requires_action":  # in another window they have begun again
        return DECLINED
    method = account.get("payment_method", account.aside(session_id)["method"], "payment_method")
    if is_approved:
        return _finish(account, session, intent, method, "")
    failure = {
        "code": f"{intent['object']}_authentication_failure",
        "message": "We are unable to authenticate your payment method. Please choose a different payment method and"
        " try again.",
        "type": "invalid_request_error",
    }
    fail(account, intent, failure, method)
    return DECLINED


def awaits_authentication(account: Account, session_id: str) -> bool:
    session = _session(account, session_id)
    return bool(session["status"] == "open" and _intent(account, session)["status"] == "requires_action")


def _session(account: Account, session_id: str) -> Object:
    account.catch_up()
    account.request = {"id": None, "idempotency_key": None}
    return account.get("checkout.session", session_id, "session", status=404)


def _intent(account: Account, session: Object) -> Object:
    """The session's, made when somebody first presses "pay"."""
    kind = "payment_intent" if session["mode"] == "payment" else "setup_intent"
    if session[kind] is None:
        data = {
            **account.aside(session["id"])["payment_intent_data"],
            "amount": session["amount_total"],
            "currency": session["currency"],
            "customer": session["customer"],
        }
        intent = account.keep(objects.payment_intent(account.made(kind), data))
        account.aside(intent["id"])["session"] = session["id"]
        session[kind] = intent["id"]
        account.tell("payment_intent.created", intent)
    return account.get(kind, session[kind], kind)


def _finish(account: Account, session: Object, intent: Object, method: Object, decline: str) -> str:
    if decline and session["mode"] == "setup":
        failure = {"code": "card_declined", "decline_code": decline, "message": "Your card was declined."}
        fail(account, intent, {**failure, "type": "card_error"}, method)
        return DECLINED
    if not decline:
        _know(account, session, intent)
    if session["mode"] == "payment":
        charge(account, intent, method, decline)
        if decline:
            return DECLINED
    else:
        intent.update(status="succeeded", payment_method=method["id"], next_action=None, last_setup_error=None)
        attach(account, method, intent["customer"])
        account.tell("setup_intent.succeeded", intent)
    session.update(status="complete", url=None)
    session["payment_status"] = "paid" if session["mode"] == "payment" else "no_payment_required"
    account.tell("checkout.session.completed", session)
    return COMPLETE


def _know(account: Account, session: Object, intent: Object) -> None:
    """Checkout asks who pays: the session tells, and its customer, who is made where one is wanted."""
    session["customer_details"] = {
        "address": {**objects.NOBODY["address"], "country": "DE"},
        "business_name": None,
        **PERSON,
        "individual_name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    if session["customer_creation"] == "always":
        customer = account.keep(objects.customer(account.made("customer"), {}))
        customer.update(PERSON)
        account.tell("customer.created", customer)
        session["customer"] = intent["customer"] = customer["id"]
    elif session["customer"]:
        customer = account.get("customer", session["customer"], "customer")
        customer["email"] = customer["email"] or PERSON["email"]
