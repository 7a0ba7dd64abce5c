"""Our side of Step Functions: answering tasks that wait, starting executions, and asking what they were given."""

import json
import logging
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from booking.channels.aws import client, provider
from booking.contracts.changes import PendingChange, StartCancellation
from booking.contracts.offers import OfferInput
from booking.contracts.payments import PaymentInput
from booking.contracts.queues import ExecutionEnded
from booking.contracts.reminders import PrepareReminderInput
from booking.contracts.steps import ValidateRequestInput

logger = logging.getLogger(__name__)

_CAUSE_MAX = 1024

Given = TypeVar("Given", bound=BaseModel)


class _StepFunctions:
    def __init__(self, states: Any = None) -> None:
        self._given_states = states

    @cached_property
    def _states(self) -> Any:
        return self._given_states or client("stepfunctions")


class StepFunctionsTasks(_StepFunctions):
    """See ``ports.WaitingTasks``."""

    def succeed(self, task_token: str, output: str) -> None:
        self._answer(self._states.send_task_success, taskToken=task_token, output=output)

    def fail(self, task_token: str, error: str, cause: str) -> None:
        self._answer(self._states.send_task_failure, taskToken=task_token, error=error, cause=cause[:_CAUSE_MAX])

    def _answer(self, call: Any, **answer: str) -> None:
        exceptions = self._states.exceptions
        with provider("Step Functions"):
            try:
                call(**answer)
            except (exceptions.TaskTimedOut, exceptions.TaskDoesNotExist, exceptions.InvalidToken) as gone:
                logger.warning("task token is gone: %s", type(gone).__name__)


class StepFunctionsWorkflows(_StepFunctions):
    """See ``ports.Workflows``. ``machine_arn`` gives the ARN of a machine by its name, as ``booking``."""

    def __init__(self, machine_arn: Callable[[str], str], states: Any = None) -> None:
        super().__init__(states)
        self._machine_arn = machine_arn

    def request_of(self, booking_id: str) -> ValidateRequestInput | None:
        return self._input("booking", booking_id, ValidateRequestInput, with_date=True)

    def changes_of(self, change_id: str) -> Iterator[PendingChange]:
        for kind in ("cancellation", "rescheduling"):
            found = self._input(kind, change_id, PendingChange, kind=kind)
            if found is not None:
                yield found

    def ended(self, execution_arn: str) -> ExecutionEnded | None:
        with provider("Step Functions"):
            try:
                return ExecutionEnded.model_validate(self._states.describe_execution(executionArn=execution_arn))
            except (self._states.exceptions.ExecutionDoesNotExist, ValidationError):  # or started by hand: not ours
                return None

    def start_reminder(self, name: str, given: PrepareReminderInput) -> None:
        self._start("reminder", name, given)

    def start_cancellation(self, name: str, given: StartCancellation) -> None:
        self._start("cancellation", name, given)

    def start_offer(self, name: str, given: OfferInput) -> None:
        self._start("offer", name, given)

    def start_payment(self, name: str, given: PaymentInput) -> None:
        self._start("payment", name, given)

    def offer_arn(self, name: str) -> str:
        return self._execution_arn("offer", name)

    def _start(self, machine: str, name: str, given: BaseModel) -> None:
        with provider("Step Functions"):
            try:
                self._states.start_execution(
                    stateMachineArn=self._machine_arn(machine), name=name, input=given.model_dump_json()
                )
            except self._states.exceptions.ExecutionAlreadyExists:
                logger.info("started before: %s", name)

    def _execution_arn(self, machine: str, name: str) -> str:
        arn = ":".join(self._machine_arn(machine).split(":")[:7])  # without the alias, if it names one
        return f"{arn.replace(':stateMachine:', ':execution:', 1)}:{name}"

    def _input(
        self, machine: str, name: str, contract: type[Given], *, with_date: bool = False, **more: str
    ) -> Given | None:
        """The execution's input, or None when there is none of ours."""
        with provider("Step Functions"):
            try:
                execution = self._states.describe_execution(executionArn=self._execution_arn(machine, name))
            except self._states.exceptions.ExecutionDoesNotExist:
                return None
        date = {"requested_at": execution["startDate"]} if with_date else {}
        try:
            return contract.model_validate({**json.loads(execution["input"]), **date, **more})
        except (ValueError, TypeError, ValidationError):
            return None  # started by hand with an input of another kind
