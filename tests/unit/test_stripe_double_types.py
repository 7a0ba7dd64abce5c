"""Every object the double gives is one of Stripe's: the package's annotations say which fields it has, of what type."""

import types
from collections.abc import Iterator
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import pytest
import stripe
from stripe.params import CustomerCreateParams, PaymentIntentCreateParams, RefundCreateParams
from stripe.params.checkout import SessionCreateParams

from local.stripe import disputes, intents, payer, reading, refunds, sessions
from local.stripe.account import PREFIXES, Account
from local.stripe.objects import API_VERSION
from local.stripe.parameters import Table
from tests.stripe_double import Practice

CLASSES: dict[str, Any] = {
    "customer": stripe.Customer,
    "payment_method": stripe.PaymentMethod,
    "checkout.session": stripe.checkout.Session,
    "item": stripe.LineItem,
    "setup_intent": stripe.SetupIntent,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "balance_transaction": stripe.BalanceTransaction,
    "event": stripe.Event,
}


def problems(thing: dict[str, Any], kind: Any, path: str) -> Iterator[str]:
    """What is in an object that its class has not, or the other way round."""
    fields = {name: each for name, each in kind.__annotations__.items() if name != "OBJECT_NAME"}
    for name in thing:
        if name not in fields:
            yield f"{path}.{name} is invented"
    for name, annotation in fields.items():
        if name in thing:
            yield from _misfits(thing[name], annotation, f"{path}.{name}")
        elif type(None) not in get_args(annotation):
            yield f"{path}.{name} is missing"


def _misfits(value: Any, annotation: Any, path: str) -> Iterator[str]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is Any:
        return
    if origin in (Union, types.UnionType):
        if value is None and type(None) in arguments:
            return
        named = [each for each in arguments if get_origin(each) is Literal]
        options = named or [each for each in arguments if each is not type(None)]  # Literal[…] | str: as documented
        found = [list(_misfits(value, each, path)) for each in options]
        if all(found):
            yield from min(found, key=len)
    elif origin is Literal:
        if value not in arguments:
            yield f"{path} is {value!r}, none of {arguments}"
    elif origin is list:
        for index, each in enumerate(value if isinstance(value, list) else [{}]):
            yield from _misfits(each, arguments[0], f"{path}[{index}]")
    elif origin is stripe.ListObject:
        for index, each in enumerate(value["data"]):
            yield from _misfits(each, arguments[0], f"{path}.data[{index}]")
    elif isinstance(annotation, ForwardRef):
        name = annotation.__forward_arg__.removesuffix("Resource")  # as the package calls them where names would clash
        if (known := getattr(stripe, name, None)) is None:  # one that lies deeper: none of those used here
            yield f"{path} is of {name}"
        else:
            yield from _misfits(value, known, path)
    elif isinstance(annotation, type) and issubclass(annotation, stripe.StripeObject):
        if not isinstance(value, dict):
            yield f"{path} is {value!r}, not an object"
        elif annotation.__annotations__:
            yield from problems(value, annotation, path)
    elif origin is not None:  # UntypedStripeObject[str]: metadata
        if not isinstance(value, dict):
            yield f"{path} is {value!r}, not an object"
    elif type(value) is not annotation:
        yield f"{path} is {value!r}, not of {annotation}"


@pytest.fixture(scope="module")
def account() -> Account:
    """In which everything has happened."""
    practice = Practice()
    account, customer = practice.account, practice.customer()
    prepaid = practice.opened(payment_intent_data={"setup_future_usage": "off_session"}, customer=customer)
    for card in ("0002", "3155"):
        payer.pay(account, prepaid.id, card)
    payer.authenticate(account, prepaid.id, is_approved=False)
    payer.pay(account, prepaid.id, "3155")
    payer.authenticate(account, prepaid.id, is_approved=True)
    practice.wait(seconds=5)
    intent = str(practice.session(prepaid.id).payment_intent)
    refund = practice.refund(intent, amount=100, reason="requested_by_customer", metadata={"booking_id": "b-1"})
    refunds.fail(account, refund.id)
    disputes.close(account, disputes.open_one(account, intent)["id"], is_won=True)
    shown: Any = {"submit_type": "book", "locale": "de", "adaptive_pricing": {"enabled": False}}
    guest = practice.opened(customer_creation="always", **shown)
    payer.pay(account, guest.id, "3155")
    payer.authenticate(account, guest.id, is_approved=True)
    for card in ("3184", "0341"):
        with pytest.raises(stripe.CardError):
            practice.fee(customer, practice.kept_card(customer, card))
    practice.fee(customer, practice.kept_card(customer, "4242"))
    disputes.open_one(account, str(practice.session(guest.id).payment_intent), is_inquiry=True)
    practice.opened()
    left: Any = {"mode": "setup", "allowed_payment_method_types": ["card"], "success_url": "https://example.com"}
    for card in ("0002", "3155"):
        payer.pay(account, practice.stripe.checkout.sessions.create(left).id, card)
    practice.wait(days=2)
    account.catch_up()
    return account


@pytest.mark.parametrize("kind", [kind for kind in PREFIXES if kind != "item"])
def test_its_objects_are_stripes(account: Account, kind: str) -> None:
    made = account.all(kind)
    assert made
    expand = list(reading.EXPANDABLE.get(kind, {})) + (["line_items"] if kind == "checkout.session" else [])
    found = [
        problem
        for each in made
        for wanted in ([], expand)
        for problem in problems(reading.shown(account, each, wanted), CLASSES[kind], kind)
    ]
    assert found == []


def test_events_carry_objects_as_they_were(account: Account) -> None:
    for event in account.events:
        about = event["data"]["object"]
        assert list(problems(about, CLASSES[about["object"]], event["type"])) == []
        kind = about["object"].removeprefix("checkout.")
        assert kind in event["type"] or event["type"].startswith(f"{kind}."), "an event is about what it names"


@pytest.mark.parametrize(
    ("check", "parameters"),
    [
        (sessions.NEW, SessionCreateParams),
        (intents.NEW, PaymentIntentCreateParams),
        (intents.NEW_CUSTOMER, CustomerCreateParams),
        (refunds.NEW, RefundCreateParams),
    ],
)
def test_it_takes_no_parameter_that_stripe_does_not(check: Table, parameters: Any) -> None:
    assert set(check.known) <= set(parameters.__annotations__)


def test_it_speaks_the_version_of_the_pinned_package() -> None:
    assert stripe.api_version == API_VERSION


def test_the_walk_finds_what_is_wrong() -> None:
    practice = Practice()
    refund: Any = {"object": "refund", "id": 5, "amount": "8000", "colour": "red"}
    found = list(problems(refund, stripe.Refund, "refund"))
    assert "refund.colour is invented" in found
    assert any(each.startswith("refund.amount is '8000'") for each in found)
    assert "refund.created is missing" in found
    assert practice.told() == []
