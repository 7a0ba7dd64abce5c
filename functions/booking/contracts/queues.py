"""What comes from queues, and what is said to the tasks and commands that wait: ids, tokens, outcomes."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, Json

from booking.codes import Outcome, UndeliverableReason
from booking.contracts.base import BookingId, Contract, Part


class ExecutionInput(Part):
    """The part of an execution's input that names its booking; None: it tells of the provider's, and not yet whose."""

    booking_id: BookingId | None = None


class NotificationTask(Contract):
    """What is on the notification queue: which notification to deliver, and the token that waits for its outcome."""

    booking_id: BookingId
    notification_id: UUID
    task_token: Annotated[str, Field(min_length=1, max_length=2048)]


class Delivery(Contract):
    """What became of a notification: the output of the task that waited for it."""

    notification_id: UUID
    outcome: Outcome
    reason: UndeliverableReason | None = None


class ExecutionChange(Part):
    """What EventBridge tells of an execution that has ended."""

    execution_arn: Annotated[str, Field(alias="executionArn")]
    status: Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    stop_date: Annotated[datetime, Field(alias="stopDate")]  # milliseconds since 1970
    error: str | None = None
    input: Json[ExecutionInput] | None = None  # left out of machines whose data is encrypted with a key of ours


class ExecutionEnded(Part):
    """What Step Functions itself says of such an execution."""

    error: str | None = None
    input: Json[ExecutionInput]


class ExecutionStatusChange(Part):
    """EventBridge's event "Step Functions Execution Status Change"."""

    detail: ExecutionChange
