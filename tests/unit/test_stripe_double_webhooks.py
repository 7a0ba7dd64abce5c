"""What the double tells of, as the package checks it; events are lost, repeated, late, and come in any order."""

import json

import pytest
import stripe

from local.stripe import WEBHOOK_SECRET, payer
from local.stripe.faults import Faults
from local.stripe.webhooks import TYPES, WAITS, Deliveries, Endpoint
from tests.stripe_double import Practice

URL = "http://127.0.0.1:8080/v1/payments/events"


class Told(Practice):
    """A practice that has an address for events."""

    def __init__(self, endpoint: Endpoint | None = None) -> None:
        super().__init__()
        self.deliveries = Deliveries(self.account, self.faults, endpoint or Endpoint(URL))

    def paid(self) -> str:
        session = self.opened()
        payer.pay(self.account, session.id)
        return str(session.id)

    def types(self) -> list[str]:
        """Of what is due now, and is taken."""
        found = self.deliveries.due()
        for each in found:
            self.deliveries.report(each, was_taken=True)
        return [self.account.get("event", each.event_id, "id")["type"] for each in found]


def test_an_event_is_signed_so_that_the_package_believes_it() -> None:
    told = Told()
    told.paid()
    headers, body = told.deliveries.request(told.deliveries.due()[0])
    signature, moment = headers["Stripe-Signature"], told.account.seconds
    stripe.WebhookSignature.verify_header(body, signature, WEBHOOK_SECRET)
    assert signature.startswith(f"t={moment},v1=")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body.replace("8000", "1"), signature, WEBHOOK_SECRET)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body, signature, "whsec_another")


def test_while_its_secret_is_rolled_both_are_good() -> None:
    told = Told(Endpoint(URL, secrets=("whsec_new", "whsec_old")))
    told.paid()
    headers, body = told.deliveries.request(told.deliveries.due()[0])
    for secret in ("whsec_new", "whsec_old"):
        stripe.WebhookSignature.verify_header(body, headers["Stripe-Signature"], secret)


def test_it_is_told_of_what_it_asked_for_and_no_more() -> None:
    told = Told()
    told.paid()
    assert told.types() == ["payment_intent.succeeded", "checkout.session.completed"]
    assert told.types() == []
    assert set(told.told()) - set(TYPES), "there is more in the account"


def test_a_session_that_ends_by_itself_is_told_of_without_anybody_asking() -> None:
    told = Told()
    told.opened()
    told.wait(hours=1)
    assert told.types() == ["checkout.session.expired"]


def test_what_is_not_taken_is_sent_again_later_and_later_and_then_no_more() -> None:
    told = Told(Endpoint(URL, types=("checkout.session.completed",)))
    told.paid()
    attempts = 0
    for seconds in (0.0, *WAITS):
        told.wait(seconds=seconds)
        [delivery] = told.deliveries.due()
        assert told.deliveries.due() == []
        told.deliveries.report(delivery, was_taken=False)
        attempts += 1
    told.wait(days=3)
    assert (told.deliveries.due(), attempts) == ([], len(WAITS) + 1)
    told.deliveries.resend(delivery.event_id)
    assert told.types() == ["checkout.session.completed"]


def test_events_are_lost() -> None:
    told = Told()
    told.faults.events_lost = 1
    told.paid()
    told.wait(days=3)
    assert told.types() == []
    assert "checkout.session.completed" in told.told(), "and can still be read"


def test_events_come_twice_and_in_any_order() -> None:
    told = Told()
    told.deliveries.faults = Faults(events_repeated=1, events_late=60, seed=3)
    told.paid()
    came: list[str] = []
    for _ in range(60):
        told.wait(seconds=1)
        came += told.types()
    assert sorted(came) == sorted(2 * ["payment_intent.succeeded", "checkout.session.completed"])
    assert came[0] == "checkout.session.completed", "with this seed it overtakes the other"


def test_what_waits_to_be_sent_is_sent_after_a_restart() -> None:
    told = Told()
    told.paid()
    [first, _] = told.deliveries.due()
    told.deliveries.report(first, was_taken=False)
    again = Deliveries(told.account, told.faults)
    again.restore(json.loads(json.dumps(told.deliveries.state())))
    told.wait(seconds=5)
    assert [each.event_id for each in again.due()] == [first.event_id]
    assert again.endpoint == Endpoint(URL), "and where to"
