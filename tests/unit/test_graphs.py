"""A machine as a graph: its states with where they are, and every way between them with when it is taken."""

from typing import Any

import pytest

from booking.contracts.traces import Machine
from booking.services.tracing.graph import graph_of
from local import documents

DEFINITION: dict[str, Any] = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Comment": "Asks.",
            "Type": "Task",
            "Catch": [{"ErrorEquals": ["States.Timeout", "NobodyThere"], "Next": "GiveUp"}],
            "Next": "Decide",
        },
        "Decide": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.decision.outcome", "StringEquals": "yes", "Next": "TellAll"}],
            "Default": "GiveUp",
        },
        "TellAll": {
            "Type": "Map",
            "ItemProcessor": {"StartAt": "Tell", "States": {"Tell": {"Type": "Task", "End": True}}},
            "Next": "Both",
        },
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Left", "States": {"Left": {"Type": "Pass", "End": True}}},
                {
                    "StartAt": "Right",
                    "States": {"Right": {"Type": "Wait", "Seconds": 1, "Next": "Then"}, "Then": {"Type": "Succeed"}},
                },
            ],
            "End": True,
        },
        "GiveUp": {"Type": "Fail"},
    },
}


def test_a_graph_has_every_state_in_its_place_and_every_way_with_when_it_is_taken() -> None:
    graph = graph_of(DEFINITION)
    assert (graph.start, graph.definition) == ("Ask", DEFINITION)
    assert [(each.name, each.kind, each.within, each.first) for each in graph.states] == [
        ("Ask", "Task", None, True),
        ("Decide", "Choice", None, False),
        ("TellAll", "Map", None, False),
        ("Tell", "Task", "TellAll", True),
        ("Both", "Parallel", None, False),
        ("Left", "Pass", "Both", True),
        ("Right", "Wait", "Both", True),
        ("Then", "Succeed", "Both", False),
        ("GiveUp", "Fail", None, False),
    ]
    assert [each.comment for each in graph.states][:2] == ["Asks.", None]
    assert [tuple(each.model_dump(by_alias=True).values()) for each in graph.edges] == [
        ("Ask", "Decide", None, False),
        ("Ask", "GiveUp", "States.Timeout or NobodyThere", True),
        ("Decide", "TellAll", "outcome is yes", False),
        ("Decide", "GiveUp", "else", False),
        ("TellAll", "Both", None, False),
        ("Right", "Then", None, False),
    ]
    assert '"from":"Ask"' in graph.model_dump_json(by_alias=True)


@pytest.mark.parametrize("machine", list(Machine))
def test_every_machine_of_ours_is_a_graph_whose_ways_end_at_states_and_reach_them_all(machine: Machine) -> None:
    definition = documents.state_machines()[machine]
    graph = graph_of(definition)
    names = [each.name for each in graph.states]
    assert sorted(names) == sorted(name for name, _ in documents.states(definition))
    reached = {each.to for each in graph.edges} | {each.name for each in graph.states if each.first}
    assert reached == set(names)
    assert {each.within for each in graph.states} <= {None, *names}
