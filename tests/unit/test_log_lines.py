"""Every function's log: its failures by name, with function and booking, and nothing of what somebody wrote."""

import importlib
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest

from booking import access
from booking.contracts.bookings import BookingAnswer
from handlers import _outside, _runtime
from handlers._outside import outside
from local import demo, documents
from tests.fakes import FakeDeadLetters, FakeLogins, context

SECRET = "Jonas Weber's own words"  # not one of ours
BATCHES = ("send_notification", "record_delivery", "record_queued_act", "mark_attention", "start_payment")


@pytest.fixture(autouse=True)
def nothing_outside() -> Iterator[None]:
    with patch.dict(vars(outside), clear=True):
        yield


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("name", documents.event_names())
def test_a_failure_is_a_line_with_its_name_its_function_and_its_booking(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise KeyError(SECRET)

    module = importlib.import_module(f"handlers.{name}")
    event = json.loads((documents.ROOT / "events" / f"{name}.json").read_text())
    handler = getattr(module, "handler")  # noqa: B009  # of any of them
    for each in (_outside, module):
        monkeypatch.setattr(each, "database_config", away, raising=False)
    monkeypatch.setattr("booking.channels.logins.CognitoLogins", away)
    monkeypatch.setattr("booking.channels.stripe_payments.StripePayments", away)
    monkeypatch.setattr("booking.channels.stripe_events.StripeSignatures", away)
    monkeypatch.setattr("booking.channels.workflow.StepFunctionsWorkflows", away)
    for variable in ("STRIPE_SECRET_ARN", "CLIENT_RETENTION_YEARS", "EMAIL_SENDER", "EMAIL_CONFIGURATION_SET"):
        monkeypatch.setenv(variable, "1")
    monkeypatch.setattr("handlers._runtime.logger._logger.handlers", _to_stdout(), raising=False)
    if name in APIS:
        assert handler(event, context("Api"))["statusCode"] == 500
    elif name == "custom_message":  # a code goes out all the same
        assert handler(event, context(name))["response"]["emailMessage"]
    elif name in BATCHES:
        assert handler(event, context(name))["batchItemFailures"]
    else:
        with pytest.raises(KeyError):
            handler(event, context(name))
    failed = [line for line in lines(capsys) if line["level"] == "ERROR"]
    assert failed
    for line in failed:
        assert line["error"] == "KeyError"
        assert line["function"]
        assert SECRET not in json.dumps(line)
    if "booking_id" in event:
        assert [line["booking_id"] for line in failed] == [event["booking_id"]]


def _to_stdout() -> list[Any]:
    """A handler like the logger's own, on the stdout that is captured now."""
    made = logging.StreamHandler(sys.stdout)
    made.setFormatter(_runtime.logger.registered_formatter)
    return [made]


def test_a_line_counts_and_says_of_which_booking() -> None:
    made = _runtime.counted("Rejections", reason="slot_taken")
    [directive] = made["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "TherapistBooking"
    assert directive["Dimensions"] == [["service", "reason"]]
    assert [each["Name"] for each in directive["Metrics"]] == ["Rejections"]
    assert (made["Rejections"], made["reason"], made["service"]) == ([1.0], "slot_taken", "therapist-booking")


APIS = ("api", "operator_api", "receive_stripe_event")
"""They answer errors instead of raising them."""

TYPED = "jane.doe@example.com born 1980"


def typed(value: Any) -> Any:
    """The same event with typed text wherever there is text, and in the name of a field."""
    if isinstance(value, dict):
        return {name: typed(each) for name, each in value.items()} | {TYPED: TYPED}
    if isinstance(value, list):
        return [typed(each) for each in value]
    return TYPED if isinstance(value, str) else value


TRIGGERS = ("pre_sign_up", "custom_message", "post_confirmation", "pre_token_generation")
"""They answer Cognito with its own event, which is kept nowhere."""


@pytest.mark.parametrize("name", documents.event_names())
@pytest.mark.parametrize("where", ["everywhere", "booking_id"])
def test_typed_text_reaches_no_log_and_no_error(
    name: str, where: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What a step raises ends in the execution's history and in Lambda's own lines."""
    event = json.loads((documents.ROOT / "events" / f"{name}.json").read_text())
    given = typed(event) if where == "everywhere" else {**event, "booking_id": TYPED}
    if name in APIS:  # the method and the route are the gateway's own words
        path = event["resource"].replace("{booking_id}", TYPED)
        given = {**event, "path": path, "pathParameters": {"booking_id": TYPED}}
    elif "Records" in event:
        body = typed(json.loads(event["Records"][0]["body"])) if where == "everywhere" else {"booking_id": TYPED}
        given = {"Records": [{**event["Records"][0], "body": json.dumps(body)}]}
        monkeypatch.setitem(vars(outside), "dead_letters", FakeDeadLetters())
    monkeypatch.setattr(_outside, "database_config", _away)
    monkeypatch.setitem(vars(outside), "logins_of", lambda _: FakeLogins())
    monkeypatch.setattr("handlers._runtime.logger._logger.handlers", _to_stdout(), raising=False)
    said = ""
    try:
        answer = importlib.import_module(f"handlers.{name}").handler(given, context(name))
        said = "" if name in TRIGGERS else json.dumps(answer)
    except Exception as error:
        said = f"{error!r} {error.__cause__!r}"
    printed = capfd.readouterr()
    for text in (printed.out, printed.err, said):
        assert "jane" not in text
        assert "1980" not in text
    assert printed.out, "it says something"


def _away(*_: Any, **__: Any) -> Any:
    raise KeyError(SECRET)


PATHS = ("booking_id", "series_id", "change_id", "therapist_id", "client_id", "service_id", "entry_id")


@pytest.mark.parametrize("parameter", PATHS)
@pytest.mark.parametrize("text", [TYPED, "jane.doe@example.com", "jane doe", "jané", "jane\n", "jane" * 30])
def test_an_id_in_a_path_is_logged_only_if_it_can_be_one(
    parameter: str, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    room = {"entry_id": "waitlist", "series_id": "series"}.get(parameter, parameter.replace("_id", "s"))
    event = documents.event("api")
    resource = f"/v1/{room}/{{{parameter}}}"
    monkeypatch.setattr("handlers._runtime.logger._logger.handlers", _to_stdout(), raising=False)
    path = f"/v1/{room}/{text}"
    monkeypatch.setitem(vars(outside), "stores", None)
    given = {**event, "resource": resource, "path": path, "pathParameters": {parameter: text}}
    answer = importlib.import_module("handlers.api").handler(given, context("Api"))
    [line] = lines(capsys)
    assert (line["route"], line["status"]) == (resource, 404)
    assert "jan" not in json.dumps(line)
    assert "jan" not in json.dumps(answer)


def test_an_id_that_names_nothing_is_not_logged_either(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api = importlib.import_module("handlers.api")
    monkeypatch.setattr("handlers._runtime.logger._logger.handlers", _to_stdout(), raising=False)
    made: Any = {"booking_id": "jane-doe", "status": "pending", "client_id": None, "starts_at": None}
    ids = {"therapist_id": demo.THERAPIST_ID, "service_id": demo.SERVICE_ID}
    monkeypatch.setitem(vars(outside), "stores", None)
    for there_is, logged in ((None, None), (BookingAnswer(**made, **ids), "jane-doe")):

        def get_booking(*_: Any, there_is: BookingAnswer | None = there_is) -> BookingAnswer:
            if there_is is None:
                raise access.not_found("booking")
            return there_is

        monkeypatch.setattr("handlers.routes.bookings.get_booking", get_booking)
        path = {"path": "/v1/bookings/jane-doe", "pathParameters": {"booking_id": "jane-doe"}}
        api.handler({**documents.event("api"), **path}, context("Api"))
        [line] = lines(capsys)
        assert line.get("booking_id") == logged


@pytest.mark.parametrize(
    ("given", "logged"),
    [
        ("States.Timeout", "States.Timeout"),
        ("DatabaseUnavailable", "DatabaseUnavailable"),
        (
            "arn:aws:states:eu-1:0:execution:x:a_b-1",
            "arn:aws:states:eu-1:0:execution:x:a_b-1",
        ),
        ("Jane Doe called", "given by hand"),
        (None, None),
    ],
)
def test_what_an_operator_wrote_is_no_name(given: str | None, logged: str | None) -> None:
    assert _runtime.legal_name(given) == logged
