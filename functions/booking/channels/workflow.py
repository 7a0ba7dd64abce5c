"""Our side of Step Functions: answering the task that waits for a message, and asking what a booking's workflow got."""

import json
import logging
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from booking.channels.aws import client, provider
from booking.contracts.changes import PendingChange
from booking.contracts.messages import ExecutionEnded
from booking.contracts.steps import ValidateRequestInput

logger = logging.getLogger(__name__)

_CAUSE_MAX = 1024

Given = TypeVar("Given", bound=BaseModel)


@cache
def _states() -> Any:
    return client("stepfunctions")


class StepFunctionsTasks:
    """Answers tasks by their token. A token that is gone (timed out, answered, stopped) is logged, not an error."""

    def __init__(self, states: Any = None) -> None:
        self._states = states or _states()

    def succeed(self, task_token: str, output: str) -> None:
        """Ends the waiting task with ``output`` (JSON). Raises ``ProviderUnavailable``, ``ProviderRefused``."""
        self._answer(self._states.send_task_success, taskToken=task_token, output=output)

    def fail(self, task_token: str, error: str, cause: str) -> None:
        """Fails the waiting task with an error its Retry may match. Raises as ``succeed`` does."""
        self._answer(self._states.send_task_failure, taskToken=task_token, error=error, cause=cause[:_CAUSE_MAX])

    def _answer(self, call: Any, **answer: str) -> None:
        exceptions = self._states.exceptions
        with provider("Step Functions"):
            try:
                call(**answer)
            except (exceptions.TaskTimedOut, exceptions.TaskDoesNotExist, exceptions.InvalidToken) as gone:
                logger.warning("task token is gone: %s", type(gone).__name__)


def execution_ended(execution_arn: str, states: Any = None) -> ExecutionEnded | None:
    """What an execution was given and how it ended, or None when there is no such execution any more.

    Raises ``ProviderUnavailable``, ``ProviderRefused``.
    """
    states = states or _states()
    with provider("Step Functions"):
        try:
            return ExecutionEnded.model_validate(states.describe_execution(executionArn=execution_arn))
        except (states.exceptions.ExecutionDoesNotExist, ValidationError):  # gone, or started by hand: none of ours
            return None


class StepFunctionsExecutions:
    """A state machine: starting it, and what it was asked to do."""

    def __init__(self, state_machine_arn: str, states: Any = None) -> None:
        self._state_machine_arn = state_machine_arn
        machine = ":".join(state_machine_arn.split(":")[:7])  # without the alias, if it names one
        self._execution_arn = machine.replace(":stateMachine:", ":execution:", 1)
        self._states = states or _states()

    def arn(self, name: str) -> str:
        """The ARN of the execution of this name, whether it was started or not."""
        return f"{self._execution_arn}:{name}"

    def request_of(self, booking_id: str) -> ValidateRequestInput | None:
        """The request in the execution's input, or None when there is no such execution.

        Raises ``ProviderUnavailable``, ``ProviderRefused``.
        """
        return self._input(booking_id, ValidateRequestInput, with_date=True)

    def change_of(self, change_id: str, kind: str) -> PendingChange | None:
        """The change in the execution's input, or None when there is no such execution. Raises as ``request_of``."""
        return self._input(change_id, PendingChange, kind=kind)

    def start(self, name: str, given: str) -> None:
        """Starts an execution with this input (JSON), unless one of this name was started before.

        Raises ``ProviderUnavailable``, ``ProviderRefused``.
        """
        with provider("Step Functions"):
            try:
                self._states.start_execution(stateMachineArn=self._state_machine_arn, name=name, input=given)
            except self._states.exceptions.ExecutionAlreadyExists:
                logger.info("started before: %s", name)

    def _input(self, name: str, contract: type[Given], *, with_date: bool = False, **more: str) -> Given | None:
        with provider("Step Functions"):
            try:
                execution = self._states.describe_execution(executionArn=self.arn(name))
            except self._states.exceptions.ExecutionDoesNotExist:
                return None
        date = {"requested_at": execution["startDate"]} if with_date else {}
        try:
            return contract.model_validate({**json.loads(execution["input"]), **date, **more})
        except (ValueError, TypeError, ValidationError):
            return None  # started by hand with an input of another kind: none of ours
