"""The double over HTTP, asked by the official package: lost answers, webhooks that are really posted, controls."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe

from local.api import Answer, call
from local.stripe import API_KEY, WEBHOOK_SECRET
from local.stripe.laptop import LaptopStripe
from local.stripe.server import Server, serving
from tests.stripe_double import Practice

SECONDS = 10


class Provider:
    """A double that listens, and the package that asks it."""

    def __init__(self, server: Server) -> None:
        self.laptop = server.laptop
        self.url = f"http://127.0.0.1:{server.server_port}"
        address: Any = {"api": self.url}
        self.stripe = stripe.StripeClient(API_KEY, base_addresses=address, max_network_retries=0).v1

    def control(self, method: str, path: str, **given: Any) -> Answer:
        answer = call(method, f"{self.url}/_local/{path}", body=given)
        assert answer.status == 200, answer.body
        return answer

    def opened(self, key: str, **other: Any) -> Any:
        asked: Any = {**Practice().payment(), "expires_at": self.laptop.account.seconds + 3600, **other}
        return self.stripe.checkout.sessions.create(asked, {"idempotency_key": key})


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving(LaptopStripe("http://127.0.0.1:1"), 0) as server:
        yield Provider(server)


class Webhook(BaseHTTPRequestHandler):
    """The project's side: checks each event as it would, and takes it unless it is told not to."""

    refuses = 0
    events: list[dict[str, Any]]

    def do_POST(self) -> None:  # as http.server calls it
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], WEBHOOK_SECRET)
        is_refused = type(self).refuses > 0
        type(self).refuses -= is_refused
        self.events.append({"type": event.type, "id": event.id, "was_taken": not is_refused})
        self.send_response(500 if is_refused else 204)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # as http.server calls it
        """Nothing."""


@contextmanager
def listening() -> Iterator[tuple[str, type[Webhook]]]:
    heard: Any = type("Heard", (Webhook,), {"events": []})
    server = HTTPServer(("127.0.0.1", 0), heard)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/events", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def eventually(what: Any) -> None:
    deadline = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def test_a_session_is_opened_paid_and_given_back_and_each_step_is_told(provider: Provider) -> None:
    with listening() as (url, heard):
        provider.control("PUT", "webhook", url=url)
        session = provider.opened("k")
        assert provider.control("POST", f"sessions/{session.id}/pay").body == {"came_to": "complete"}
        paid = provider.stripe.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
        intent: Any = paid.payment_intent
        assert intent.latest_charge.receipt_url.startswith("https://")
        provider.stripe.refunds.create({"payment_intent": intent.id, "amount": 3000})
        expected = {"checkout.session.completed", "payment_intent.succeeded", "refund.created", "refund.updated"}
        eventually(lambda: {each["type"] for each in heard.events} == expected)
    assert provider.control("GET", "account").body["balance"] == {"eur": 8000 - 145 - 3000}


def test_an_event_that_is_not_taken_comes_again(provider: Provider) -> None:
    with listening() as (url, heard):
        heard.refuses = 1
        provider.control("PUT", "webhook", url=url, types=["checkout.session.completed"])
        provider.control("POST", f"sessions/{provider.opened('k').id}/pay")
        eventually(lambda: [each["was_taken"] for each in heard.events] == [False, True])
        assert len({each["id"] for each in heard.events}) == 1


def test_a_lost_answer_is_a_closed_connection_and_the_same_key_finds_it(provider: Provider) -> None:
    provider.control("PUT", "faults", next=["lost", "dropped", "unavailable"])
    for error in (stripe.APIConnectionError, stripe.APIConnectionError, stripe.APIError):
        with pytest.raises(error):
            provider.opened("k")
    session = provider.opened("k")
    assert [each.id for each in provider.stripe.checkout.sessions.list().data] == [session.id]


def test_a_second_call_with_a_key_meanwhile_is_a_conflict(provider: Provider) -> None:
    provider.control("PUT", "faults", delay=2, seed=1)
    asked: Any = {"metadata": {"client_id": "c-1"}}
    first: list[Any] = []
    slow = threading.Thread(
        target=lambda: first.append(provider.stripe.customers.create(asked, {"idempotency_key": "k"}))
    )
    slow.start()
    eventually(lambda: provider.laptop.api.keys.are_in_use())
    provider.control("PUT", "faults")
    with pytest.raises(stripe.APIError) as refused:
        provider.stripe.customers.create(asked, {"idempotency_key": "k"})
    error: Any = refused.value.error
    assert (refused.value.http_status, error.code) == (409, "idempotency_key_in_use")
    slow.join()
    assert provider.stripe.customers.create(asked, {"idempotency_key": "k"}).id == first[0].id


def test_the_clock_is_moved_on_and_sessions_end(provider: Provider) -> None:
    session = provider.opened("k")
    provider.control("POST", "clock", seconds=3600)
    assert provider.stripe.checkout.sessions.retrieve(session.id).status == "expired"


def test_a_dispute_is_opened_and_lost(provider: Provider) -> None:
    session = provider.opened("k")
    provider.control("POST", f"sessions/{session.id}/pay")
    intent = provider.stripe.checkout.sessions.retrieve(session.id).payment_intent
    dispute = provider.control("POST", "disputes", payment_intent=intent).body
    provider.control("POST", f"disputes/{dispute['id']}/close", won=False)
    assert provider.stripe.disputes.retrieve(dispute["id"]).status == "lost"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "sessions/cs_test_nobody/pay", {}, 404),
        ("POST", "nothing", {}, 404),
        ("PUT", "faults", {"explode": 1}, 400),
        ("PUT", "faults", {"next": ["explode"]}, 400),
        ("POST", "clock", {"seconds": "soon"}, 400),
        ("PUT", "webhook", {}, 400),
        ("PUT", "keys", ["no", "object"], 400),
    ],
)
def test_a_control_that_can_not_be_says_why(provider: Provider, method: str, path: str, body: Any, status: int) -> None:
    answer = call(method, f"{provider.url}/_local/{path}", body=body)
    assert (answer.status, bool(answer.body["error"]["message"])) == (status, True)


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ({"Origin": "http://evil.example"}, "/v1/customers"),
        ({"Host": "evil.example"}, "/v1/customers"),
        ({"Sec-Fetch-Site": "cross-site"}, "/c/pay/cs_test_x"),
    ],
)
def test_foreign_pages_are_refused(provider: Provider, headers: dict[str, str], path: str) -> None:
    assert call("POST", f"{provider.url}{path}", headers=headers, body={}).status == 403


def test_money_and_what_is_still_to_be_told_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "stripe.json"
    first = LaptopStripe("http://127.0.0.1:1")
    with serving(first, 0) as server:
        before = Provider(server)
        session = before.opened("k")
        before.control("POST", f"sessions/{session.id}/pay")
        before.control("POST", "clock", seconds=60)
    first.save(file)
    assert file.stat().st_mode & 0o077 == 0
    second = LaptopStripe("http://127.0.0.1:1")
    second.load(file)
    with serving(second, 0) as server, listening() as (url, heard):
        after = Provider(server)
        again = after.opened("k", expires_at=session.expires_at)
        assert again.id == session.id, "keys are remembered, too"
        now = datetime.fromisoformat(after.control("GET", "account").body["now"])
        assert now > datetime.now(UTC) + timedelta(seconds=50), "the clock is where it was moved to"
        after.control("PUT", "webhook", url=url)
        after.control("POST", f"sessions/{after.opened('another').id}/pay")
        eventually(lambda: [each["type"] for each in heard.events].count("checkout.session.completed") == 1)
