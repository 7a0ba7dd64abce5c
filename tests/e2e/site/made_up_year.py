"""A trace that is made up, for a year is long: what the API would answer of 52 sessions with two reminders each."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

LONG = json.dumps({"given": ["something"] * 2_000, "last": "the end"})


def event(text: str, cut: list[str]) -> dict[str, Any]:
    """The first event of an execution, with this input."""
    at = "2026-01-05T09:00:00.120Z"
    of = {"id": 1, "previous": None, "at": at, "type": "ExecutionStarted", "state": None, "item": None, "attempt": None}
    return {**of, "input": text, "output": None, "cut": cut, "error": None, "cause": None}


def _execution(name: str, at: datetime, status: str = "SUCCEEDED", **more: Any) -> dict[str, Any]:
    """A reminder that is sent at once, or in vain three times."""
    is_done = status == "SUCCEEDED"
    attempts = [
        {
            "started": _moment(at + timedelta(seconds=20 * number)),
            "ended": _moment(at + timedelta(seconds=20 * number + 1)),
            "outcome": "succeeded" if is_done else "failed",
            "error": None if is_done else "ProviderUnavailable",
            "cause": None,
            "waited": None,
        }
        for number in range(1 if is_done else 3)
    ]
    step = {
        "name": "DeliverNotification",
        "kind": "Task",
        "within": "NotifyParties",
        "item": 0,
        "about": {"notification_id": f"of-{name}", "event": "reminder", "recipient": "client", "channel": "email"},
        "entered": _moment(at),
        "left": _moment(at + timedelta(seconds=1)) if is_done else None,
        "attempts": attempts,
    }
    known = {
        "machine": "reminder",
        "name": name,
        "execution": f"arn:aws:states:x:000000000000:execution:reminder:{name}",
    }
    ends = {"started": _moment(at), "stopped": None if status == "RUNNING" else attempts[-1]["ended"], "status": status}
    told = {"redrives": 0, "redriven": [], "steps": [step], "error": None if is_done else "ProviderUnavailable"}
    none = {"console": "", "booking_id": "made-up", "state": None, "cause": None, "waiting": None, "redrive": None}
    return {**none, **known, **ends, **told, **more}


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _year() -> dict[str, Any]:
    """One reminder failed, one waits for a retry."""
    first = datetime(2026, 1, 5, 9, tzinfo=UTC)
    reminders = [
        _execution(f"reminder-{week}-{number}", first + timedelta(weeks=week + 1, seconds=number),
                   "FAILED" if (week, number) == (7, 1) else "SUCCEEDED")
        for week in range(52) for number in range(2)
    ]  # fmt: skip
    waits = {"state": "DeliverNotification", "error": "ProviderUnavailable", "retry": 3, "retries": 12}
    last = first + timedelta(weeks=52, seconds=1)
    since = {"since": _moment(last + timedelta(seconds=41)), "latest": _moment(last + timedelta(seconds=50))}
    reminders[-1] = _execution("reminder-51-1", last, "RUNNING", waiting={**waits, **since})
    booked = _execution("made-up", first, machine="booking", steps=[])
    return {
        "booking_id": "made-up",
        "missing": [],
        "file": {"booking_id": "made-up", "status": "confirmed", "notifications": [], "events": [], "changes": []},
        "executions": [booked, *reminders],
        "moments": [],
    }


YEAR = _year()
