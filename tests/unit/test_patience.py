"""Calls of Lambda by operators and releases, when the function had slept."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.patience import ASLEEP, PATIENCE_SECONDS, patiently
from tests.contract.test_state_machines import LAMBDA_ERRORS


class Sleeper:
    """A function that answers after so many seconds of waiting."""

    def __init__(self, code: str, wakes_after: float) -> None:
        self.code, self.wakes_after, self.slept = code, wakes_after, 0.0

    def invoke(self, FunctionName: str) -> str:  # noqa: N803  # boto3's name
        if self.slept < self.wakes_after:
            raise ClientError({"Error": {"Code": self.code, "Message": FunctionName}}, "Invoke")
        return "awake"

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def ask(self) -> Any:
        return patiently(self.invoke, FunctionName="f", sleep=self.sleep)


@pytest.mark.parametrize("code", sorted(ASLEEP))
def test_a_function_that_slept_is_waited_for_two_minutes_and_more(code: str) -> None:
    assert Sleeper(code, wakes_after=150).ask() == "awake"


def test_one_that_never_wakes_is_given_up_with_lambdas_own_error() -> None:
    asleep = Sleeper("ResourceNotReadyException", wakes_after=float("inf"))
    with pytest.raises(ClientError, match="ResourceNotReadyException"):
        asleep.ask()
    assert asleep.slept == PATIENCE_SECONDS


def test_any_other_error_is_told_at_once() -> None:
    refused = Sleeper("AccessDeniedException", wakes_after=60)
    with pytest.raises(ClientError, match="AccessDenied"):
        refused.ask()
    assert refused.slept == 0


def test_operators_wait_for_what_the_workflows_wait_for() -> None:
    assert {f"Lambda.{code}" for code in ASLEEP} <= LAMBDA_ERRORS
