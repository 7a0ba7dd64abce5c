"""A machine's definition as a graph. Pure."""

from typing import Any

from booking.contracts.graphs import GraphAnswer, GraphEdge, GraphNode
from booking.services.tracing.definition import Place, edges, places


def graph_of(definition: dict[str, Any]) -> GraphAnswer:
    """The states and the ways between them, in the definition's order."""
    found = list(places(definition))
    return GraphAnswer(
        start=definition["StartAt"],
        states=[_state(each) for each in found],
        edges=[edge for each in found for edge in _edges(each)],
        definition=definition,
    )


def _state(place: Place) -> GraphNode:
    return GraphNode(
        name=place.name,
        kind=place.state["Type"],
        within=place.within,
        comment=place.state.get("Comment"),
        first=place.is_first,
    )


def _edges(place: Place) -> list[GraphEdge]:
    return [
        GraphEdge(source=place.name, to=edge.to, when=edge.when or None, caught=edge.is_caught)
        for edge in edges(place.state)
    ]
