"""What the workflows were asked to do, for the few calls that come before PostgreSQL has a row."""

from typing import TYPE_CHECKING

from booking.config import required
from booking.contracts.changes import PendingChange
from booking.contracts.messages import ExecutionEnded
from booking.contracts.steps import ValidateRequestInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from booking.services import offer_slots, remind
    from booking.services.answer_offer import Waiters


def request_of(booking_id: str) -> ValidateRequestInput | None:
    """See ``StepFunctionsExecutions.request_of``."""
    from booking.channels.workflow import StepFunctionsExecutions  # boto3: the other calls must not pay for it

    return StepFunctionsExecutions(required("STATE_MACHINE_ARN")).request_of(booking_id)


def pending_changes_of(change_id: str) -> "Iterator[PendingChange]":
    """See ``StepFunctionsExecutions.change_of``, for either kind of change."""
    from booking.channels.workflow import StepFunctionsExecutions  # boto3, as above

    for kind, variable in (
        ("cancellation", "CANCELLATION_STATE_MACHINE_ARN"),
        ("rescheduling", "RESCHEDULING_STATE_MACHINE_ARN"),
    ):
        found = StepFunctionsExecutions(required(variable)).change_of(change_id, kind)
        if found is not None:
            yield found


def execution_ended(execution_arn: str) -> ExecutionEnded | None:
    """See ``booking.channels.workflow.execution_ended``."""
    from booking.channels import workflow  # boto3, as above

    return workflow.execution_ended(execution_arn)


def reminders() -> "remind.Executions":
    """Starts executions of the reminder machine."""
    from booking.channels.workflow import StepFunctionsExecutions  # boto3, as above

    return StepFunctionsExecutions(required("REMINDER_STATE_MACHINE_ARN"))


def offers() -> "offer_slots.Executions":
    """Starts executions of the offer machine."""
    from booking.channels.workflow import StepFunctionsExecutions  # boto3, as above

    return StepFunctionsExecutions(required("OFFER_STATE_MACHINE_ARN"))


class _Waiters:
    def succeed(self, task_token: str, output: str) -> None:
        from booking.channels.workflow import StepFunctionsTasks  # boto3, as above

        StepFunctionsTasks().succeed(task_token, output)


def waiters() -> "Waiters":
    """Wakes the tasks that wait for an answer."""
    return _Waiters()
