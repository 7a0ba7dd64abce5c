"""Executions, as operators are shown them: in short, and step by step."""

import json
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from booking import access
from booking.contracts.base import legal_id
from booking.contracts.traces import (
    Described,
    ExecutionStatus,
    ExecutionSummary,
    ExecutionTrace,
    Listed,
    Machine,
    RedriveState,
    RequestedSession,
    StepState,
    WaitingState,
)
from booking.ports import Executions
from booking.services.tracing.definition import next_retry, states
from booking.services.tracing.history import History, read

REDRIVABLE = timedelta(days=14)
"""So long after its end an execution can be redriven: Step Functions' RedriveExecution says so."""


def summary_of(executions: Executions, listed: Listed) -> ExecutionSummary:
    """An execution in short: where it failed, waits or is. What is gone meanwhile has no more than its name."""
    trace = trace_of(executions, listed.arn, with_data=False)
    if trace is None:
        return ExecutionSummary(
            machine=listed.machine,
            name=listed.name,
            booking_id=None,
            status=listed.status,
            started=listed.started,
            stopped=listed.stopped,
        )
    return ExecutionSummary(**{name: getattr(trace, name) for name in ExecutionSummary.model_fields})


def trace_of(executions: Executions, arn: str, *, with_data: bool = True) -> ExecutionTrace | None:
    """An execution step by step, or None when there is none, or no more.

    Without data nobody knows which message an item delivered, nor what a Task decided.
    """
    described = executions.describe(arn)
    return described and read_trace(executions, described, with_data=with_data)


def read_trace(executions: Executions, described: Described, *, with_data: bool = True) -> ExecutionTrace:
    """The same of one that was described."""
    listed, history = described.listed, read(executions.events(described.listed.arn, with_data=with_data))
    is_successful = listed.status is ExecutionStatus.SUCCEEDED
    stopped_at = None if is_successful else history.open_step
    is_running = listed.status is ExecutionStatus.RUNNING
    trace = unread_trace(described)
    trace.unread = False
    trace.steps, trace.redriven = history.steps, history.redriven
    trace.state = stopped_at.name if stopped_at is not None else None
    trace.waiting = _waiting(executions, listed.arn, history) if is_running else None
    return trace


def unread_trace(described: Described) -> ExecutionTrace:
    """What is known of an execution without its history."""
    listed = described.listed
    return ExecutionTrace(
        machine=listed.machine,
        name=listed.name,
        execution=listed.arn,
        console=_console(listed.arn),
        booking_id=booking_in(described.given),
        status=listed.status,
        started=listed.started,
        stopped=listed.stopped,
        redrives=described.redrives,
        error=described.error,
        cause=described.cause,
        redrive=_redrive(described),
        requested=_requested_in(described.given),
        unread=True,
    )


def arn_of(executions: Executions, machine: str, name: str) -> str:
    """The ARN of an execution that a path names. Raises ``Refusal`` when there is no such machine."""
    if machine not in set(Machine):
        raise access.not_found("execution")
    return executions.arn(Machine(machine), name)


def booking_in(given: str) -> str | None:
    """The booking that an input names, or None: anyone with the right to may start an execution with any input."""
    return legal_id(_fields(given).get("booking_id"))


def _requested_in(given: str) -> RequestedSession | None:
    """The session that an input asks for, or None: what is asked for is typed, and validated later."""
    try:
        return RequestedSession.model_validate(_fields(given).get("request"))
    except ValidationError:
        return None


def _fields(given: str) -> dict[str, Any]:
    try:
        found = json.loads(given)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _waiting(executions: Executions, arn: str, history: History) -> WaitingState | None:
    """The retry that it waits for, by the definition that it runs by."""
    step = history.open_step
    if step is None or not step.attempts or step.attempts[-1].ended is None or step.attempts[-1].error is None:
        return None
    definition = executions.definition(arn)
    state = None if definition is None else states(definition).get(step.name)
    found = state and next_retry(state, _errors(step, history.redriven))
    if not found:
        return None
    since = step.attempts[-1].ended
    return WaitingState(
        state=step.name,
        error=step.attempts[-1].error,
        since=since,
        latest=since + timedelta(seconds=found.latest),
        retry=found.number,
        retries=found.of,
    )


def _errors(step: StepState, redriven: list[datetime]) -> list[str]:
    """Those that count: "the retry counts are reset to 0" by a redrive, as Step Functions' documentation says."""
    since = redriven[-1] if redriven else step.entered
    return [each.error for each in step.attempts if each.error is not None and each.started >= since]


def _redrive(described: Described) -> RedriveState | None:
    """Of an execution that ended, and not well."""
    if not described.listed.status.is_unsuccessful:
        return None
    stopped = described.listed.stopped
    return RedriveState(
        possible=described.redrivable,
        reason=described.redrive_reason,
        until=stopped and stopped + REDRIVABLE,
    )


def _console(arn: str) -> str:
    region = arn.split(":")[3]
    return f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{arn}"
