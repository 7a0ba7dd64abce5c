"""The account of acts in make chaos: that it is off when something is."""

from typing import Any

import pytest

from local.on_call import MACHINES, OnCall, Told

STACK = {f"{'' if name == 'booking' else f'{name}_'}state_machine_arn": name for name in MACHINES}
REDRIVEN, RERUN = Told("redriven", "arn:b-1", False), Told("rerun", "arn:rerun-1", False)
REFUSED = Told("redriven", "arn:b-1", True)


class States:
    """Step Functions, with executions of the booking machine and how often each was restarted."""

    def __init__(self, restarts: dict[str, int]) -> None:
        self._restarts = restarts

    def get_paginator(self, operation: str) -> Any:
        self._asked = operation
        return self

    def paginate(self, stateMachineArn: str = "", executionArn: str = "") -> list[dict[str, Any]]:  # noqa: N803
        if stateMachineArn:
            return [{"executions": [{"executionArn": arn} for arn in self._restarts if stateMachineArn == "booking"]}]
        return [{"events": [{"type": "ExecutionRedriven"}] * self._restarts[executionArn]}]


@pytest.mark.parametrize(
    ("written", "restarts", "off"),
    [
        ([REDRIVEN, REFUSED, RERUN], {"arn:b-1": 1, "arn:rerun-1": 0}, set()),
        ([REDRIVEN, RERUN], {"arn:b-1": 1, "arn:rerun-1": 0}, {"acts that were told and are not in the history"}),
        (
            [REDRIVEN, REDRIVEN, REFUSED, RERUN],
            {"arn:b-1": 1, "arn:rerun-1": 0},
            {"acts in the history that nobody told, or twice", "acts that say a restart that was not"},
        ),
        (
            [REDRIVEN, REFUSED, RERUN],
            {"arn:b-1": 2, "arn:rerun-1": 0, "arn:rerun-2": 0},
            {
                "restarts in Step Functions that no act says",
                "reruns and resends in Step Functions that no act says",
            },
        ),
        ([REDRIVEN, REFUSED, RERUN], {"arn:b-1": 1}, {"acts that say a rerun or a resend that was not"}),
    ],
    ids=["all is well", "an act is lost", "an act is there twice", "what nobody told", "a rerun that never was"],
)
def test_every_act_is_there_once_and_says_what_was(
    monkeypatch: pytest.MonkeyPatch, written: list[Told], restarts: dict[str, int], off: set[str]
) -> None:
    monkeypatch.setattr("local.on_call.RECORDED_SECONDS", 0)
    rows = [{"event": each.act, "execution": each.subject, "is_refused": each.is_refused} for each in written]
    on_call = OnCall(States(restarts), STACK, lambda *_: rows)
    on_call.told = [REDRIVEN, REFUSED, RERUN]
    assert {what for what, count, must_be in on_call.account() if must_be == 0 and count} == off
