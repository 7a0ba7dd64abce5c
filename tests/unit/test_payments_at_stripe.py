"""The steps that ask Stripe, and what Stripe tells: as Lambda runs them, with the laptop's double behind."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from booking.channels.stripe_events import StripeSignatures
from booking.contracts.payments import PaymentEvent
from booking.errors import ContractViolated, ProviderUnavailable
from handlers import close_checkout, open_checkout, receive_stripe_event, refund_payment, start_payment
from handlers._outside import outside
from local import documents
from local.stripe import API_KEY, faults, payer, webhooks
from tests.fakes import FakeWorkflows, context
from tests.stripe_double import GivenKeys, Practice, channel_to


class Queue:
    """The queue of payment events. ``broken`` is raised instead."""

    def __init__(self) -> None:
        self.events: list[PaymentEvent] = []
        self.broken: Exception | None = None

    def put(self, event: PaymentEvent) -> None:
        if self.broken:
            raise self.broken
        self.events.append(event)


class House:
    def __init__(self) -> None:
        self.stripe = Practice()
        self.queue = Queue()

    def run(self, handler: Any, name: str, **other: Any) -> Any:
        """What a step answers to its sample event, whose hold ends half an hour from now."""
        given = documents.event(name)
        if "until" in given:
            given["until"] = f"{self.stripe.time + timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}"
        return handler.handler({**given, **other}, context(name))

    def told(self, event: dict[str, Any] | str, signature: str | None = None, name: str = "Stripe-Signature") -> Any:
        """The answer to an event that is posted now, signed as Stripe does if nothing else is said."""
        body = event if isinstance(event, str) else json.dumps(event, indent=2)
        if signature is None:
            signature = webhooks.signature(body, ("whsec_1",), int(self.stripe.time.timestamp()))
        sample = documents.event("receive_stripe_event")
        headers = {"Content-Type": "application/json; charset=utf-8", name: signature}
        many = {key: [value] for key, value in headers.items()}
        answer = receive_stripe_event.handler(
            {**sample, "body": body, "headers": headers, "multiValueHeaders": many}, context("ReceiveStripeEvent")
        )
        return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    signatures = StripeSignatures(GivenKeys(API_KEY, webhook_secrets=("whsec_1",)))
    fakes = {"payments": channel_to(made.stripe.api), "payment_events": made.queue, "event_signatures": signatures}
    with (
        patch.dict(vars(outside), {**fakes, "clock": lambda: made.stripe.time}),
        patch("time.time", lambda: made.stripe.time.timestamp()),
    ):
        yield made


def test_a_page_is_opened_paid_on_and_closed_and_the_money_goes_back(house: House) -> None:
    opened = house.run(open_checkout, "open_checkout")
    assert opened["status"] == "open"
    payer.pay(house.stripe.account, opened["checkout_id"])
    closed = house.run(close_checkout, "close_checkout", checkout_id=opened["checkout_id"])
    assert (closed["status"], closed["amount"], closed["url"]) == ("complete", 8000, None)
    intent = closed["payment_intent_id"]
    assert house.run(refund_payment, "refund_payment", payment_intent_id=intent)["status"] == "refunded"


def test_nothing_is_opened_for_a_hold_that_is_over(house: House) -> None:
    over = house.run(open_checkout, "open_checkout", until=f"{house.stripe.time:%Y-%m-%dT%H:%M:%SZ}")
    assert (over["status"], over["url"]) == ("none", None)
    assert house.stripe.account.all("checkout.session") == []


def test_a_page_that_nobody_knows_of_is_none(house: House) -> None:
    assert house.run(close_checkout, "close_checkout")["status"] == "none"


def test_an_answer_that_is_lost_fails_the_step_and_the_next_attempt_finds_the_page(house: House) -> None:
    house.stripe.faults.next = [faults.LOST]
    with pytest.raises(ProviderUnavailable):
        house.run(open_checkout, "open_checkout")
    assert house.run(open_checkout, "open_checkout")["status"] == "open"
    assert len(house.stripe.account.all("checkout.session")) == 1


@pytest.mark.parametrize(("purpose", "amount"), [("session", 0), ("fee", 0), ("card", 8000)])
def test_nobody_is_asked_to_pay_nothing_or_to_pay_for_leaving_a_card(house: House, purpose: str, amount: int) -> None:
    with pytest.raises(ContractViolated):
        house.run(open_checkout, "open_checkout", purpose=purpose, amount=amount)


# -- What Stripe tells -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["Stripe-Signature", "stripe-signature", "STRIPE-SIGNATURE"])
def test_of_what_the_account_tells_only_ids_are_queued(house: House, header: str) -> None:
    opened = house.run(open_checkout, "open_checkout")
    payer.pay(house.stripe.account, opened["checkout_id"])
    for event in house.stripe.account.events:
        assert house.told(event, name=header)[0] == 200
    assert [(each.type, each.object.type.value) for each in house.queue.events] == [
        ("payment_intent.succeeded", "payment_intent"),
        ("checkout.session.completed", "checkout.session"),
    ]
    queued = "".join(each.model_dump_json() for each in house.queue.events)
    assert address_of_the_payer(house) not in queued


def address_of_the_payer(house: House) -> str:
    """The address that the payer has typed."""
    [session] = house.stripe.account.all("checkout.session")
    return str(session["customer_details"]["email"])


EVENT = {"id": "evt_1", "type": "refund.updated", "data": {"object": {"id": "re_1", "object": "refund"}}}


def test_what_came_too_late_or_is_signed_by_nobody_changes_nothing(house: House) -> None:
    good = webhooks.signature(json.dumps(EVENT, indent=2), ("whsec_1",), int(house.stripe.time.timestamp()))
    for signature in ("", "t=1,v1=ab", good.replace("t=1", "t=2"), good.replace("v1=", "v0=")):
        status, problem = house.told(EVENT, signature)
        assert (status, problem["type"]) == (400, "urn:therapist-booking:problem:invalid-signature")
    assert house.told({**EVENT, "id": "evt_2"}, good)[0] == 400, "another body's"
    house.stripe.wait(seconds=301)
    assert house.told(EVENT, good)[0] == 400, "five minutes old"
    assert house.queue.events == []


@pytest.mark.parametrize("body", ["", "[]", "no JSON", '{"id": "evt_1"}', json.dumps({**EVENT, "id": "evt 1"})])
def test_a_signed_body_that_is_no_event_is_said_to_be_none(house: House, body: str) -> None:
    status, problem = house.told(body)
    assert (status, problem["type"]) == (400, "urn:therapist-booking:problem:invalid-body")


def test_an_event_about_something_else_is_heard_and_forgotten(house: House) -> None:
    assert house.told({**EVENT, "type": "customer.created"}) == (200, {"queued": False})
    assert house.queue.events == []


def test_stripe_comes_again_when_nobody_could_keep_what_it_told(house: House) -> None:
    house.queue.broken = ProviderUnavailable("SQS: down")
    assert house.told(EVENT)[0] == 503
    house.queue.broken = None
    assert house.told(EVENT) == (200, {"queued": True})
    assert house.told(EVENT) == (200, {"queued": True}), "twice makes no difference: its id names the execution"


def test_an_event_on_the_queue_starts_one_execution_however_often_it_comes(house: House) -> None:
    workflows = FakeWorkflows()
    with patch.dict(vars(outside), {"workflows": workflows}):
        for _ in range(2):
            answer = start_payment.handler(documents.event("start_payment"), context("StartPayment"))
            assert answer == {"batchItemFailures": []}
    [(name, given)] = workflows.started.items()
    assert name == "evt_1Sample0000000000000001"
    assert (given["about"], given["object"]) == (
        "event",
        {"type": "payment_intent", "id": "pi_3Sample0000000000000001"},
    )
