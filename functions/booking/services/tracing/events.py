"""The events of an execution: each with where it belongs, and with what went in and came out."""

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from booking.contracts.execution_events import EventPart, ExecutionEvent, ExecutionEventList
from booking.ports import Executions
from booking.services.tracing.history import History, details_of, read

LONG = 16_384
"""Bytes of a text after which it is cut in a list. One may have 256 KiB."""

PAGE = 1_000_000
"""Bytes of the texts of a page: Lambda answers 6 MB at most, and JSON in JSON grows."""


def events_of(executions: Executions, arn: str) -> list[ExecutionEvent]:
    """All of them, whole, the oldest first."""
    events = sorted(executions.events(arn), key=_id)
    history = read(events)
    return [_event(each, history) for each in events]


def page_of(executions: Executions, arn: str, after: int, limit: int) -> ExecutionEventList:
    """Those that follow this one, the oldest first; what is long is cut. Step Functions numbers them from 1.

    It can't be asked for some of them: all are read, 1,000 an answer. It gives 400 answers at once and 20 a second
    after that, for all machines of an account.
    """
    last = after + limit
    events = sorted(_without_data(executions.events(arn), but=range(after + 1, last + 1)), key=_id)
    history, page, size = read(events), list[ExecutionEvent](), 0
    for each in events:
        if after < _id(each) <= last and size < PAGE:
            page.append(_cut(_event(each, history)))
            size += sum(len(text.encode()) for text in _long_texts(page[-1]).values() if text)
    are_more = bool(page) and page[-1].id < _id(events[-1])
    return ExecutionEventList(events=page, next=str(page[-1].id) if are_more else None)


def event_of(executions: Executions, arn: str, number: int) -> ExecutionEvent | None:
    """This one, whole, or None when there is none."""
    events = list(_without_data(executions.events(arn), but=[number]))
    found = next((each for each in events if _id(each) == number), None)
    return None if found is None else _event(found, read(events))


def _id(event: dict[str, Any]) -> int:
    return int(event["id"])


def _without_data(events: Iterable[dict[str, Any]], but: range | list[int]) -> Iterator[dict[str, Any]]:
    """The events as they come, ``but`` these without what went in and came out: there may be gigabytes of it."""
    for event in events:
        yield event if _id(event) in but else {name: _lighter(value) for name, value in event.items()}


def _lighter(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: each for name, each in value.items() if name not in ("input", "output", "parameters")}


def _event(event: dict[str, Any], history: History) -> ExecutionEvent:
    details, place = details_of(event), history.places[_id(event)]
    return ExecutionEvent(
        id=_id(event),
        previous=event.get("previousEventId") or None,
        at=event["timestamp"].astimezone(UTC),
        type=event["type"],
        state=place.state,
        item=place.item,
        attempt=place.attempt,
        input=details.get("input", details.get("parameters")),
        output=details.get("output"),
        error=details.get("error"),
        cause=details.get("cause"),
    )


def _long_texts(event: ExecutionEvent) -> dict[EventPart, str | None]:
    return {part: getattr(event, part) for part in EventPart}


def _cut(event: ExecutionEvent) -> ExecutionEvent:
    for part, text in _long_texts(event).items():
        if text is not None and len(encoded := text.encode()) > LONG:
            setattr(event, part, encoded[:LONG].decode(errors="ignore"))  # without what is left of a character
            event.cut.append(part)
    return event
