"""A state machine as a graph: what an execution runs by."""

from typing import Annotated, Any

from pydantic import Field

from booking.contracts.base import Answer


class GraphNode(Answer):
    """A state of the machine, as the graph has it."""

    name: str
    kind: Annotated[str, Field(description="Task, Choice, Map, …")]
    within: Annotated[str | None, Field(description="The Map or Parallel state that it is part of")]
    comment: str | None
    first: Annotated[bool, Field(description="Its machine, item or branch begins with it")]


class GraphEdge(Answer):
    """A way from one state to another."""

    source: Annotated[str, Field(serialization_alias="from")]
    to: str
    when: Annotated[str | None, Field(description="The condition, or the errors that are caught; null: always")]
    caught: Annotated[bool, Field(description="It is taken when the state fails with one of these errors")]


class GraphAnswer(Answer):
    """A machine, in its definition's order."""

    start: str
    states: list[GraphNode]
    edges: list[GraphEdge]
    definition: Annotated[dict[str, Any], Field(description="The same in the Amazon States Language")]
