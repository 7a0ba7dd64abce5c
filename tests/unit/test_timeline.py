"""A history becomes a timeline: retries counted, items of a Map kept apart, a redrive continued where it stopped."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ops.timeline import timeline

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def history(*events: tuple[int, str, str | None]) -> list[dict[str, Any]]:
    """Events as (the one before, type, state or error), one a second."""
    made = []
    for number, (previous, kind, word) in enumerate(events, 1):
        event: dict[str, Any] = {
            "id": number,
            "previousEventId": previous,
            "type": kind,
            "timestamp": START + timedelta(seconds=number),
        }
        if "State" in kind:
            event["stateEnteredEventDetails" if "Entered" in kind else "stateExitedEventDetails"] = {"name": word}
        elif word:
            event["taskFailedEventDetails"] = {"error": word}
        made.append(event)
    return made


def test_a_step_has_its_attempts_its_errors_and_its_duration() -> None:
    seen = timeline(
        history(
            (0, "ExecutionStarted", None),
            (1, "TaskStateEntered", "ReserveSlot"),
            (2, "TaskScheduled", None),
            (3, "TaskFailed", "DatabaseUnavailable"),
            (4, "TaskScheduled", None),
            (5, "TaskSucceeded", None),
            (6, "TaskStateExited", "ReserveSlot"),
            (7, "ExecutionSucceeded", None),
        )
    )
    [step] = seen.steps
    assert (step.name, step.attempts, step.errors, step.seconds) == ("ReserveSlot", 2, ["DatabaseUnavailable"], 5.0)
    assert seen.failed_at is None


ITEMS = (
    (0, "ExecutionStarted", None),
    (1, "MapStateEntered", "NotifyParties"),
    (2, "MapIterationStarted", None),
    (3, "TaskStateEntered", "DeliverNotification"),
    (2, "MapIterationStarted", None),
    (5, "TaskStateEntered", "DeliverNotification"),
    (4, "TaskScheduled", None),
    (6, "TaskScheduled", None),
    (7, "TaskSucceeded", None),
    (9, "TaskStateExited", "DeliverNotification"),
    (8, "TaskFailed", "ProviderUnavailable"),
    (11, "ExecutionFailed", "ProviderUnavailable"),
)


def test_the_items_of_a_map_are_kept_apart() -> None:
    seen = timeline(history(*ITEMS))
    assert [(step.name, step.errors) for step in seen.steps] == [
        ("NotifyParties", []),
        ("DeliverNotification", []),
        ("DeliverNotification", ["ProviderUnavailable"]),
    ]
    assert seen.failed_at == "DeliverNotification"


def test_a_redrive_goes_on_in_the_step_that_failed() -> None:
    again = (
        (12, "ExecutionRedriven", None),
        (13, "TaskScheduled", None),
        (14, "TaskSucceeded", None),
        (15, "TaskStateExited", "DeliverNotification"),
        (16, "MapStateExited", "NotifyParties"),
        (17, "ExecutionSucceeded", None),
    )
    seen = timeline(history(*ITEMS, *again))
    assert [step.attempts for step in seen.steps] == [0, 1, 2]
    assert len(seen.redrives) == 1
    assert seen.failed_at is None
