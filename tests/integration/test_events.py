"""Every sample event, through its real handler, on the demo data: what `make invoke` and `sam local invoke` show."""

import importlib
import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest

from booking import migrations
from booking.channels.stripe_events import StripeSignatures
from booking.config import DatabaseConfig
from booking.errors import ProviderUnavailable
from booking.notices import Sender
from handlers import api, send_notification
from handlers._outside import outside
from handlers.routes import bookings as routes
from local import documents
from local.postgres import function_environment
from local.stripe import API_KEY
from tests import answers
from tests.fakes import FakeDeadLetters, FakeLogins, FakePayments, FakeProviders, FakeTasks, FakeWorkflows, context
from tests.stripe_double import GivenKeys

EVENTS = documents.event_names()
CHANGING = ("reserve_slot", "move_booking", "cancel_booking")
"""In this order: each changes what the others find."""


@pytest.fixture
def tasks(database: DatabaseConfig, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTasks]:
    """The environment Lambda would give the functions; providers and Step Functions are fakes."""
    for name, value in function_environment(database).items():
        monkeypatch.setenv(name, value)
    waiting = FakeTasks()
    fakes = {
        "tasks": waiting,
        "channels": FakeProviders().channels(),
        "sender": Sender("practice@example.com"),
        "workflows": FakeWorkflows(),
        "payments": FakePayments(),
        "logins": FakeLogins(),
        "event_signatures": StripeSignatures(GivenKeys(API_KEY)),
    }
    with patch.dict(vars(outside), fakes, clear=True):
        yield waiting
        outside.stores.close()


def invoke(name: str) -> Any:
    return importlib.import_module(f"handlers.{name}").handler(documents.event(name), context(name))


def test_every_event_runs(tasks: FakeTasks, monkeypatch: pytest.MonkeyPatch) -> None:
    life = ("reserve_slot", "move_booking", *(name for name in EVENTS if name not in CHANGING), "cancel_booking")
    monkeypatch.setenv("CLIENT_RETENTION_YEARS", "10")
    monkeypatch.setenv("PAYMENT_EVENTS_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/000000000000/payment-events")
    answers = {name: invoke(name) for name in life}
    assert set(answers) == set(EVENTS)

    assert answers["validate_request"]["outcome"] == "valid"
    assert answers["reserve_slot"]["outcome"] == "reserved"
    assert len(answers["reserve_slot"]["notifications"]) == 3
    assert answers["reject_booking"]["outcome"] == "rejected"
    assert answers["send_notification"] == {"batchItemFailures": []}
    assert tasks.failed == [("AAAAKgAAAAIAAAAAAAAAAdemo", "NotificationUnknown")]
    assert answers["cancel_booking"]["outcome"] == "cancelled"
    assert answers["move_booking"]["outcome"] == "moved"
    assert answers["complete_bookings"] == {"completed": 0}
    assert answers["prepare_reminder"]["outcome"] == "due"
    assert answers["start_reminders"] == {"started": 0, "skipped": 0}  # the e-mail is prepared, the text not due yet
    assert answers["start_cancellations"] == {"started": 0}
    assert answers["offer_slots"] == {"made": 0, "settled": 0}
    assert answers["await_answer"] is None
    nothing = ("AAAAKgAAAAIAAAAAAAAAAdemo", "{}")  # to wait for: no such offer, no approval, no payment
    assert tasks.succeeded == [nothing] * 3
    assert answers["settle_offer"]["outcome"] == "expired"
    assert answers["receive_stripe_event"]["statusCode"] == 400  # its signature is a sample's
    assert answers["prepare_payment"]["outcome"] == "nothing"
    assert answers["client_data"]["file"]["client"]["name"] == "Jonas Weber"
    assert {each["status"] for each in answers["export_bookings"]["bookings"]} <= {"confirmed", "cancelled"}
    assert answers["forget_clients"] == {"forgotten": 0, "logins_deleted": 0}
    assert answers["migrate"] == {"applied": [], "schema": migrations.expected()}
    assert answers["mark_attention"] == {"batchItemFailures": []}
    assert answers["record_delivery"] == {"batchItemFailures": []}
    assert answers["record_act"] == {"recorded": True}
    assert answers["describe_booking"]["status"] == "confirmed"
    assert answers["describe_booking"]["attention"] is None
    assert answers["api"]["statusCode"] == 200
    assert json.loads(answers["api"]["body"])["status"] == "confirmed"


@pytest.mark.parametrize(("body", "reason"), [('{"hello": "world"}', "booking_id: missing"), ("{", "not JSON")])
def test_a_queue_message_that_is_none_is_put_aside_with_the_reason(tasks: FakeTasks, body: str, reason: str) -> None:
    aside = FakeDeadLetters()
    vars(outside)["dead_letters"] = aside
    good = documents.event("send_notification")["Records"][0]
    bad = {**good, "messageId": "bad", "body": body}
    answer = send_notification.handler({"Records": [bad, good]}, context("send_notification"))
    assert answer == {"batchItemFailures": []}
    [(kept, why)] = aside.letters
    assert kept == body
    assert reason in why
    assert len(tasks.failed) == 1  # the good one was handled


def test_a_message_whose_handling_fails_is_left_to_the_queue(tasks: FakeTasks) -> None:
    tasks.unreachable = ProviderUnavailable("Step Functions")
    record = documents.event("send_notification")["Records"][0]
    answer = send_notification.handler({"Records": [record]}, context("send_notification"))
    assert answer == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}


def to_api(resource: str, booking_id: str) -> dict[str, Any]:
    path = resource.replace("{booking_id}", booking_id)
    ids = {"booking_id": booking_id} if path != resource else None
    return {**documents.event("api"), "path": path, "resource": resource, "pathParameters": ids}


def get(resource: str, booking_id: str = "") -> tuple[int, dict[str, Any]]:
    event = to_api(resource, booking_id)
    answer = api.handler(event, context("api"))
    status, body = answer["statusCode"], json.loads(answer["body"])
    headers = {name: values[-1] for name, values in answer["multiValueHeaders"].items()}
    answers.check("GET", event["path"], status, headers, body)
    return status, body


@pytest.mark.parametrize("resource", ["/v1/health", "/v1/bookings/{booking_id}", "/v1/none"])
def test_the_practices_site_may_read_an_answer_if_it_has_an_origin_of_its_own(
    tasks: FakeTasks, monkeypatch: pytest.MonkeyPatch, resource: str
) -> None:
    event = to_api(resource, "a%20b")
    headers = api.handler(event, context("api"))["multiValueHeaders"]
    assert not [name for name in headers if name.startswith("Access-Control-")]

    monkeypatch.setenv("ALLOWED_ORIGIN", "https://booking.example.com")
    headers = api.handler(event, context("api"))["multiValueHeaders"]
    assert headers["Access-Control-Allow-Origin"] == ["https://booking.example.com"]
    assert headers["Access-Control-Expose-Headers"] == ["Location, ETag, Retry-After"]
    assert headers["Content-Type"]


@pytest.mark.parametrize("booking_id", ["there-is-none", "a%20b", "x" * 81])
def test_a_booking_that_is_not_there_is_a_problem(tasks: FakeTasks, booking_id: str) -> None:
    status, problem = get("/v1/bookings/{booking_id}", booking_id)
    assert (status, problem["type"]) == (404, "urn:therapist-booking:problem:booking-not-found")


def test_a_database_that_is_away_is_a_problem_to_try_again(tasks: FakeTasks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PORT", "1")
    status, problem = get("/v1/bookings/{booking_id}", "any")
    assert (status, problem["type"]) == (503, "urn:therapist-booking:problem:unavailable")
    status, health = get("/v1/health")
    assert (status, health) == (503, {"status": "unavailable", "database": "unreachable", "schema": "unknown"})


def test_a_bug_is_a_problem_without_a_stack_trace(tasks: FakeTasks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "get_booking", lambda *_: 1 / 0)
    status, problem = get("/v1/bookings/{booking_id}", "any")
    assert (status, problem["type"]) == (500, "urn:therapist-booking:problem:internal-error")
    assert "division" not in json.dumps(problem)
