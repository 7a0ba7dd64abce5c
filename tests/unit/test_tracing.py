"""An execution's history becomes what a person can follow: steps, attempts, items of a Map, waits and redrives."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.contracts.traces import ExecutionStatus, Machine
from booking.services.tracing.definition import next_retry
from booking.services.tracing.history import History, read
from booking.services.tracing.listing import failed, rerun_name, running
from booking.services.tracing.reading import trace_of
from local import documents
from tests.fakes import FakeExecutions

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
BOOKING = '{"booking_id": "b-1"}'


def events(*given: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Events as (the one before, type, name of a state or an error, details), one a second."""
    made = []
    for number, (previous, kind, *more) in enumerate(given, 1):
        word, details = more[0] if more else None, more[1] if len(more) > 1 else {}
        named = "name" if "State" in kind or "Map" in kind else "error"
        event = {"id": number, "previousEventId": previous, "type": kind, "timestamp": at(number)}
        event[f"{kind[0].lower()}{kind[1:]}EventDetails"] = {named: word, **details} if word else {}
        made.append(event)
    return made


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def errors(history: History) -> list[tuple[str, list[str]]]:
    return [(step.name, step.errors) for step in history.steps]


RETRIED = (
    (0, "ExecutionStarted"),
    (1, "TaskStateEntered", "ReserveSlot", {"input": BOOKING}),
    (2, "TaskScheduled"),
    (3, "TaskFailed", "DatabaseUnavailable", {"cause": "the database is away"}),
    (4, "TaskScheduled"),
    (5, "TaskSucceeded"),
    (6, "TaskStateExited", "ReserveSlot", {"output": '{"outcome": "reserved"}'}),
    (7, "ExecutionSucceeded"),
)


def test_a_step_says_attempt_by_attempt_what_went_wrong_and_how_long_the_next_one_waited() -> None:
    history = read(events(*RETRIED))
    [step] = history.steps
    assert (step.name, step.kind, step.entered, step.left) == ("ReserveSlot", "Task", at(2), at(7))
    assert (step.outcome, step.about) == ("reserved", None)
    first, second = step.attempts
    assert (first.started, first.ended, first.outcome) == (at(3), at(4), "failed")
    assert (first.error, first.cause, first.waited) == ("DatabaseUnavailable", "the database is away", 1.0)
    assert (second.outcome, second.ended, second.error) == ("succeeded", at(6), None)
    assert (history.ended, history.open_step) == (True, None)


ITEMS = (
    (0, "ExecutionStarted"),
    (1, "MapStateEntered", "NotifyParties"),
    (2, "MapStateStarted", None, {"length": 2}),
    (3, "MapIterationStarted", "NotifyParties", {"index": 0}),
    (4, "TaskStateEntered", "DeliverNotification", {"input": '{"notification_id": "n-0"}'}),
    (3, "MapIterationStarted", "NotifyParties", {"index": 1}),
    (6, "TaskStateEntered", "DeliverNotification", {"input": '{"notification_id": "n-1"}'}),
    (5, "TaskScheduled"),
    (7, "TaskScheduled"),
    (8, "TaskSucceeded"),
    (10, "TaskStateExited", "DeliverNotification"),
    (11, "MapIterationSucceeded", "NotifyParties", {"index": 0}),
    (9, "TaskFailed", "ProviderUnavailable"),
    (13, "MapIterationFailed", "NotifyParties", {"index": 1}),
    (14, "MapStateFailed"),
    (15, "ExecutionFailed", "ProviderUnavailable"),
)


def test_the_items_of_a_map_are_kept_apart_and_say_which_they_are() -> None:
    history = read(events(*ITEMS))
    _, first, second = history.steps
    assert first.about is not None
    assert (first.within, first.item, first.about.notification_id, first.left) == ("NotifyParties", 0, "n-0", at(11))
    assert (second.within, second.item, second.errors, second.left) == (
        *("NotifyParties", 1, ["ProviderUnavailable"], None),
    )
    assert history.open_step is second


def test_events_are_read_in_the_order_of_their_numbers() -> None:
    assert read(reversed(events(*ITEMS))) == read(events(*ITEMS))


def test_a_list_of_executions_asks_for_no_inputs_and_outputs() -> None:
    """Each may have 256 KiB, an execution 25,000 events, and a list fifty executions."""
    fakes = FakeExecutions()
    fakes.put("b-1", ExecutionStatus.FAILED, at(0), at(17), *events(*ITEMS), given=BOOKING)
    [found] = failed(fakes, 10).found
    assert (found.booking_id, found.state) == ("b-1", "DeliverNotification")
    assert fakes.with_data == [False]


@pytest.mark.parametrize(
    "given",
    [
        # what ended was never seen to begin, or has ended before: events may be missing, or come twice
        ((0, "ExecutionStarted"), (1, "TaskStateExited", "ReserveSlot")),
        (*RETRIED[:7], (6, "TaskStateExited", "ReserveSlot"), (8, "TaskStateExited", "ReserveSlot")),
        ((7, "TaskSucceeded"), (9, "MapIterationSucceeded", "NotifyParties", {"index": 3}), (2, "MapStateExited", "X")),
    ],
)
def test_a_history_with_holes_is_read_as_far_as_it_goes(given: Any) -> None:
    assert {step.name for step in read(events(*given)).steps} <= {"ReserveSlot"}


def test_states_of_other_kinds_have_their_places() -> None:
    history = read(
        events(
            (0, "ExecutionStarted"),
            (1, "PassStateEntered", "Prepare"),
            (2, "PassStateExited", "Prepare"),
            (3, "ParallelStateEntered", "Both"),
            (4, "ParallelStateStarted"),
            (5, "WaitStateEntered", "Pause"),
            (5, "TaskStateEntered", "ReserveSlot"),
            (7, "TaskScheduled"),
            (6, "WaitStateExited", "Pause"),
            (8, "TaskSucceeded"),
            (10, "TaskStateExited", "ReserveSlot"),
            (11, "ParallelStateSucceeded"),
            (12, "ParallelStateExited", "Both"),
        )
    )
    assert [(step.name, step.kind, step.left) for step in history.steps] == [
        ("Prepare", "Pass", at(3)),
        ("Both", "Parallel", at(13)),
        ("Pause", "Wait", at(9)),
        ("ReserveSlot", "Task", at(11)),
    ]


GOES_ON = (
    (16, "ExecutionRedriven", None, {"redriveCount": 1}),
    (17, "TaskScheduled"),
    (18, "TaskSucceeded"),
    (19, "TaskStateExited", "DeliverNotification"),
    (20, "MapIterationSucceeded", "NotifyParties", {"index": 1}),
    (21, "MapStateSucceeded"),
    (22, "MapStateExited", "NotifyParties"),
    (23, "ExecutionSucceeded"),
)
ENTERED_AGAIN = (
    (16, "ExecutionRedriven", None, {"redriveCount": 1}),
    (17, "MapIterationStarted", "NotifyParties", {"index": 1}),
    (18, "TaskStateEntered", "DeliverNotification"),
    (19, "TaskScheduled"),
    (20, "TaskSucceeded"),
    (21, "TaskStateExited", "DeliverNotification"),
    (22, "MapStateExited", "NotifyParties"),
    (23, "ExecutionSucceeded"),
)


@pytest.mark.parametrize("again", [GOES_ON, ENTERED_AGAIN], ids=["goes on", "enters again"])
def test_a_redrive_goes_on_in_the_step_that_failed(again: tuple[tuple[Any, ...], ...]) -> None:
    history = read(events(*ITEMS, *again))
    assert [(step.name, len(step.attempts), step.left is None) for step in history.steps] == [
        *(("NotifyParties", 0, False), ("DeliverNotification", 1, False), ("DeliverNotification", 2, False)),
    ]
    assert (history.redriven, history.ended, history.open_step) == ([at(17)], True, None)


def test_what_cannot_even_be_scheduled_is_an_attempt_with_its_error() -> None:
    seen = read(events(*RETRIED[:2], (2, "TaskStartFailed", "Lambda.TooManyRequestsException")))
    assert errors(seen) == [("ReserveSlot", ["Lambda.TooManyRequestsException"])]


DATABASE = {"ErrorEquals": ["DatabaseUnavailable"], "IntervalSeconds": 1, "MaxDelaySeconds": 20, "MaxAttempts": 25}


@pytest.mark.parametrize(
    ("seen", "latest"),
    [
        (["DatabaseUnavailable"], 1),
        (["DatabaseUnavailable"] * 4, 8),
        (["DatabaseUnavailable"] * 9, 20),
        (["DatabaseUnavailable"] * 25, 20),
        (["DatabaseUnavailable"] * 26, None),
        (["ReservationContended", "DatabaseUnavailable"], 1),
        (["DatabaseUnavailable", "ReservationContended"], 2),
        (["StatementRefused"], None),
        ([], None),
    ],
)
def test_the_latest_moment_of_the_next_retry_is_the_definitions(seen: list[str], latest: float | None) -> None:
    contended = {"ErrorEquals": ["ReservationContended"], "IntervalSeconds": 2}
    found = next_retry({"Retry": [DATABASE, contended]}, seen)
    assert (found and found.latest) == latest


def test_catch_all_retriers_take_what_they_take_on_aws() -> None:
    assert next_retry({"Retry": [{"ErrorEquals": ["States.TaskFailed"]}]}, ["Anything"]) is not None
    assert next_retry({"Retry": [{"ErrorEquals": ["States.TaskFailed"]}]}, ["States.Timeout"]) is None
    assert next_retry({"Retry": [{"ErrorEquals": ["States.ALL"]}]}, ["States.Timeout"]) is not None


def test_an_execution_that_waits_says_for_which_retry_and_until_when_at_the_latest() -> None:
    fakes = FakeExecutions(definitions={Machine.BOOKING: documents.state_machines()["booking"]})
    arn = fakes.put("b-1", ExecutionStatus.RUNNING, START, None, *events(*RETRIED[:4]), given=BOOKING)
    trace = trace_of(fakes, arn)
    assert trace is not None
    assert trace.waiting is not None
    assert trace.waiting.model_dump() == {
        "state": "ReserveSlot",
        "error": "DatabaseUnavailable",
        "since": at(4),
        "latest": at(5),
        "retry": 1,
        "retries": 25,
    }
    assert running(fakes) == (1, [*running(fakes).waiting], 0)
    assert [each.name for each in running(fakes).waiting] == ["b-1"]


@pytest.mark.parametrize(
    "given", ["{}", "no JSON", "[1]", '{"booking_id": "' + 300 * "x" + '"}', '{"booking_id": 7}', ""]
)
def test_an_input_of_somebody_elses_making_is_listed_without_a_booking(given: str) -> None:
    fakes = FakeExecutions()
    fakes.put("by-hand", ExecutionStatus.FAILED, at(0), at(1), given=given, error="States.Runtime")
    [found] = failed(fakes, 10).found
    assert (found.name, found.booking_id, found.error) == ("by-hand", None, "States.Runtime")


def test_two_failures_of_one_booking_are_two_and_the_last_to_end_comes_first() -> None:
    fakes = FakeExecutions()
    fakes.put("b-1", ExecutionStatus.FAILED, at(0), at(1), given=BOOKING)
    fakes.put("c-1", ExecutionStatus.TIMED_OUT, at(2), at(3), given=BOOKING, machine=Machine.CANCELLATION)
    assert [(each.machine, each.booking_id) for each in failed(fakes, 10).found] == [
        *((Machine.CANCELLATION, "b-1"), (Machine.BOOKING, "b-1")),
    ]
    assert [each.machine for each in failed(fakes, 10, until=at(2)).found] == [Machine.BOOKING]
    first = failed(fakes, 1)
    assert ([each.name for each in first.found], first.more) == (["c-1"], 1)


def test_what_a_rerun_has_mended_no_longer_counts_and_what_failed_in_it_does() -> None:
    fakes = FakeExecutions()
    fakes.put("b-1", ExecutionStatus.FAILED, at(0), at(1), given=BOOKING)
    fakes.put(rerun_name("b-1", 1), ExecutionStatus.FAILED, at(2), at(3), given=BOOKING)
    assert len(failed(fakes, 10).found) == 2
    fakes.put(rerun_name("b-1", 2), ExecutionStatus.SUCCEEDED, at(4), at(5), given=BOOKING)
    assert failed(fakes, 10).found == []
    fakes.put(rerun_name("b-1", 3), ExecutionStatus.FAILED, at(6), at(7), given=BOOKING)
    assert [each.name for each in failed(fakes, 10).found] == [rerun_name("b-1", 3)]
