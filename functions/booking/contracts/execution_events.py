"""What Step Functions kept of an execution, event by event. Times are UTC."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from booking.contracts.base import Answer
from booking.contracts.queries import Page


class EventPart(StrEnum):
    """What of an event may be long."""

    INPUT = "input"
    OUTPUT = "output"
    CAUSE = "cause"


class EventsQuery(Page):
    """The parameters of ``GET /v1/executions/{machine}/{name}/events``."""

    limit: Annotated[int, Field(ge=1, le=100, description="Items of a page, at most")] = 100


class ExecutionEvent(Answer):
    """An event, with what went in or came out as the text that Step Functions kept: JSON, as far as we know."""

    id: int
    previous: Annotated[int | None, Field(description="The event before it in its own line of execution")]
    at: datetime
    type: str
    state: Annotated[str | None, Field(description="null: it is of the whole execution")]
    item: Annotated[int | None, Field(description="Which item of the Map, from 0")]
    attempt: Annotated[int | None, Field(description="Which attempt of the Task, from 1")]
    input: Annotated[str | None, Field(description="What went in; of a Task that is scheduled, what it is given")]
    output: str | None
    cut: Annotated[list[EventPart], Field(description="What is longer, and was cut after 16,384 bytes")] = []
    error: str | None
    cause: str | None


class ExecutionEventList(Answer):
    """A page of events, the oldest first."""

    events: list[ExecutionEvent]
    next: Annotated[str | None, Field(description="The cursor of the following page; null: there is none")] = None
