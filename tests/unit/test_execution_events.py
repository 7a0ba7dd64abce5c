"""The events of an execution: each where it belongs, page by page, and what is long cut until it is asked for."""

import json
from typing import Any

import pytest

from booking.codes import Group
from booking.contracts.execution_events import EventPart, EventsQuery, ExecutionEvent
from booking.contracts.traces import ExecutionStatus
from booking.errors import Refusal
from booking.model import Requester
from booking.problems import Problem
from booking.services.operations.executions import get_event, list_events
from booking.services.tracing.events import LONG, events_of
from tests.fakes import FakeExecutions
from tests.unit.test_tracing import BOOKING, GOES_ON, ITEMS, RETRIED, at, events

OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))


def execution(*given: tuple[Any, ...]) -> FakeExecutions:
    fakes = FakeExecutions()
    fakes.put("b-1", ExecutionStatus.FAILED, at(0), at(60), *events(*given), given=BOOKING)
    return fakes


def pages(fakes: FakeExecutions, limit: int) -> list[list[ExecutionEvent]]:
    found, cursor = list[list[ExecutionEvent]](), None
    while not found or cursor is not None:
        page = list_events(fakes, OPERATOR, "booking", "b-1", EventsQuery(limit=limit, cursor=cursor))
        found.append(page.events)
        cursor = page.next
    return found


def places(given: list[ExecutionEvent]) -> list[tuple[str, str | None, int | None, int | None]]:
    return [(each.type, each.state, each.item, each.attempt) for each in given]


def test_each_event_says_which_state_item_and_attempt_it_is_of() -> None:
    [page] = pages(execution(*RETRIED), 100)
    assert places(page) == [
        ("ExecutionStarted", None, None, None),
        ("TaskStateEntered", "ReserveSlot", None, None),
        ("TaskScheduled", "ReserveSlot", None, 1),
        ("TaskFailed", "ReserveSlot", None, 1),
        ("TaskScheduled", "ReserveSlot", None, 2),
        ("TaskSucceeded", "ReserveSlot", None, 2),
        ("TaskStateExited", "ReserveSlot", None, None),
        ("ExecutionSucceeded", None, None, None),
    ]
    assert (page[0].previous, page[1].previous, page[1].at) == (None, 1, at(2))
    assert (page[1].input, page[3].error, page[3].cause) == (BOOKING, "DatabaseUnavailable", "the database is away")
    assert (page[6].output, page[6].cut) == ('{"outcome": "reserved"}', [])


def test_the_items_of_a_map_are_told_apart_and_a_redrive_counts_on() -> None:
    [page] = pages(execution(*ITEMS, *GOES_ON), 100)
    told = places(page)
    assert told[3:7] == [
        ("MapIterationStarted", "NotifyParties", 0, None),
        ("TaskStateEntered", "DeliverNotification", 0, None),
        ("MapIterationStarted", "NotifyParties", 1, None),
        ("TaskStateEntered", "DeliverNotification", 1, None),
    ]
    assert told[16:19] == [
        ("ExecutionRedriven", None, None, None),
        ("TaskScheduled", "DeliverNotification", 1, 2),
        ("TaskSucceeded", "DeliverNotification", 1, 2),
    ]
    assert ("MapIterationFailed", "NotifyParties", 1, None) in told
    assert ("MapStateExited", "NotifyParties", None, None) in told


def test_pages_have_all_events_once_and_each_what_it_has_in_the_whole() -> None:
    fakes = execution(*ITEMS, *GOES_ON)
    found = pages(fakes, 5)
    assert [len(each) for each in found] == [5, 5, 5, 5, 4]
    assert [event for page in found for event in page] == events_of(fakes, fakes.arn(*_named(fakes)[0]))


def _named(fakes: FakeExecutions) -> list[tuple[Any, str]]:
    return [(each.listed.machine, each.listed.name) for each in fakes.described.values()]


def test_what_is_long_is_cut_between_characters_and_whole_when_it_is_asked_for() -> None:
    text = json.dumps({"notes": LONG * "ü"}, ensure_ascii=False)
    fakes = execution(RETRIED[0], (1, "TaskStateEntered", "ReserveSlot", {"input": text}), *RETRIED[2:])
    [page] = pages(fakes, 100)
    assert page[1].cut == [EventPart.INPUT]
    cut = page[1].input
    assert cut is not None
    assert text.startswith(cut)
    assert len(cut.encode()) == LONG - 1, "an ü has two bytes, and begins at an odd one"
    assert LONG % 2 == 0
    whole = get_event(fakes, OPERATOR, "booking", "b-1", "2")
    assert (whole.input, whole.cut, whole.state) == (text, [], "ReserveSlot")


def test_a_page_that_would_be_too_large_for_an_answer_is_a_shorter_one() -> None:
    """Quotation marks, each of which JSON in JSON in JSON makes four characters of."""
    text = json.dumps(400 * [""]) * 20
    many = [(number, "PassStateEntered", "Look", {"input": text}) for number in range(1, 250)]
    found = pages(execution(RETRIED[0], *many), 100)
    assert len(found) > 3
    assert [event.id for page in found for event in page] == list(range(1, 251))
    answered = [json.dumps({"body": "".join(each.model_dump_json() for each in page)}) for page in found]
    assert max(map(len, answered)) < 5_000_000


def test_a_running_execution_goes_on_after_its_last_event() -> None:
    fakes = execution(*RETRIED[:4])
    [page] = pages(fakes, 100)
    arn = fakes.arn(*_named(fakes)[0])
    fakes.histories[arn] = events(*RETRIED)
    later = list_events(fakes, OPERATOR, "booking", "b-1", EventsQuery(cursor=str(page[-1].id)))
    assert [each.id for each in later.events] == [5, 6, 7, 8]
    assert later.events[0].attempt == 2


@pytest.mark.parametrize("event_id", ["0", "9", "x", "-1", "1e3", 30 * "9", "²"])
def test_an_event_that_is_not_there_is_not_found(event_id: str) -> None:
    with pytest.raises(Refusal) as caught:
        get_event(execution(*RETRIED), OPERATOR, "booking", "b-1", event_id)
    assert caught.value.problem == Problem.EVENT_NOT_FOUND


@pytest.mark.parametrize("cursor", ["x", "-1", 30 * "9", "1.5"])
def test_a_cursor_that_no_answer_gave_is_refused(cursor: str) -> None:
    with pytest.raises(Refusal) as caught:
        list_events(execution(*RETRIED), OPERATOR, "booking", "b-1", EventsQuery(cursor=cursor))
    assert caught.value.problem == Problem.INVALID_PARAMETER


@pytest.mark.parametrize(("machine", "name"), [("booking", "b-2"), ("kettle", "b-1")])
def test_an_execution_that_is_not_there_has_no_events(machine: str, name: str) -> None:
    for asked in (
        lambda: list_events(execution(*RETRIED), OPERATOR, machine, name, EventsQuery()),
        lambda: get_event(execution(*RETRIED), OPERATOR, machine, name, "1"),
    ):
        with pytest.raises(Refusal) as caught:
            asked()
        assert caught.value.problem == Problem.EXECUTION_NOT_FOUND
