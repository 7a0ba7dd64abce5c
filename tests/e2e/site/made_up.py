"""A trace of a made-up series, as the API would answer it: 52 sessions, each with its reminders, a hundred messages."""

from datetime import UTC, datetime, timedelta
from typing import Any

SESSIONS = 52
SERIES = "made-up-series"
BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)


def trace() -> dict[str, Any]:
    messages = [_message(number) for number in range(2 * SESSIONS)]
    executions = [_booking(messages), *(_reminder(number) for number in range(SESSIONS))]
    file = {"booking_id": SERIES, "status": "confirmed", "notifications": messages, "events": [], "changes": []}
    nothing: dict[str, Any] = {"decision": None, "reminders": [], "offer": None, "request": None, "no_request": None}
    return {"booking_id": SERIES, "missing": [], "file": file | nothing, "executions": executions, "moments": []}


def graph() -> dict[str, Any]:
    def node(name: str, kind: str, within: str | None = None) -> dict[str, Any]:
        first = name in ("ReserveSlot", "DeliverNotification")
        return {"name": name, "kind": kind, "within": within, "comment": None, "first": first}

    states = [node("ReserveSlot", "Task"), node("NotifyParties", "Map")]
    return {
        "start": "ReserveSlot",
        "states": [*states, node("DeliverNotification", "Task", "NotifyParties")],
        "edges": [{"from": "ReserveSlot", "to": "NotifyParties", "when": None, "caught": False}],
        "definition": {},
    }


def _at(seconds: float) -> str:
    return (BEGUN + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def _message(number: int) -> dict[str, Any]:
    return {
        "notification_id": f"00000000-0000-4000-8000-{number:012}",
        "event": "booking_confirmed",
        "recipient": "client" if number % 2 else "therapist",
        "channel": "email",
        "status": "failed" if number >= 2 * SESSIONS - 2 else "sent",
        "attempts": 1,
        "delivery": None,
        "reason": None,
        "last_error": None,
        "recipient_id": None,
        "hindrance": None,
        "accepted_at": _at(3),
        "undeliverable_at": None,
        "delivery_at": None,
        "resent_at": None,
    }


def _step(name: str, kind: str, **more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {"within": None, "item": None, "about": None, "attempts": []}
    return {"name": name, "kind": kind, **usual, "entered": _at(1), "left": _at(2), **more}


def _attempt(error: str | None) -> dict[str, Any]:
    outcome = "failed" if error else "succeeded"
    cause = "SES: 503" if error else None
    return {"started": _at(2), "ended": _at(3), "outcome": outcome, "error": error, "cause": cause, "waited": None}


def _execution(machine: str, name: str, steps: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "machine": machine,
        "name": name,
        "execution": f"arn:aws:states:eu-central-1:123456789012:execution:{machine}:{name}",
        "console": f"https://eu-central-1.console.aws.amazon.com/states/home#/v2/executions/details/{name}",
        "booking_id": SERIES,
        "status": "SUCCEEDED",
        "started": _at(0),
        "stopped": _at(5),
        "redrives": 0,
        "redriven": [],
        "state": None,
        "error": None,
        "cause": None,
        "waiting": None,
        "redrive": None,
        "steps": steps,
        **more,
    }


def _booking(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Which has failed: two of its messages were not taken."""
    steps = [_step("ReserveSlot", "Task", attempts=[_attempt(None)]), _step("NotifyParties", "Map", left=None)]
    for number, message in enumerate(messages):
        has_failed = message["status"] == "failed"
        about = {name: message[name] for name in ("notification_id", "event", "recipient", "channel")}
        place = {"within": "NotifyParties", "item": number, "about": about, "left": None if has_failed else _at(3)}
        attempts = [_attempt("ProviderUnavailable" if has_failed else None)]
        steps.append(_step("DeliverNotification", "Task", attempts=attempts, **place))
    failure = {"state": "DeliverNotification", "error": "ProviderUnavailable", "status": "FAILED"}
    redrive = {"possible": True, "reason": None, "until": _at(14 * 86_400)}
    return _execution("booking", SERIES, steps, **failure, redrive=redrive)


def _reminder(number: int) -> dict[str, Any]:
    started = (number + 1) * 7 * 86_400.0
    steps = [_step("NotifyParties", "Map", entered=_at(started), left=_at(started + 1))]
    return _execution("reminder", f"reminder-{number}", steps, started=_at(started), stopped=_at(started + 2))
