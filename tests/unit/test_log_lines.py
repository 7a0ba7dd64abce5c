"""Every function's log: its failures by name, with function and booking, and nothing of what somebody wrote."""

import importlib
import json
import logging
import sys
from typing import Any

import pytest

from handlers import _runtime
from local import documents
from tests.fakes import context

SECRET = "Jonas Weber's own words"  # not one of ours
BATCHES = ("send_notification", "record_delivery", "mark_attention")


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
    _runtime.stores.cache_clear()
    for each in (_runtime, module):
        monkeypatch.setattr(each, "database_config", away, raising=False)
    monkeypatch.setattr(module, "outside", away, raising=False)  # of the one that has providers
    for variable in ("CLIENT_RETENTION_YEARS", "EMAIL_SENDER", "EMAIL_CONFIGURATION_SET"):
        monkeypatch.setenv(variable, "1")
    monkeypatch.setattr("handlers._runtime.logger._logger.handlers", _to_stdout(), raising=False)
    if name == "api":
        assert handler(event, context("Api"))["statusCode"] == 500
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
