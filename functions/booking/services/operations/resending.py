"""Resend: what is still true of a booking and has reached nobody is sent again, by a machine of its own."""

from uuid import UUID

from booking.contracts.operators import OperatorAct, ResendInput
from booking.contracts.traces import Machine
from booking.ports import ActRecords, Executions
from booking.services.operations.acting import Acted, recorded


def execution_name(act_id: UUID) -> str:
    """One act has one execution: starting it twice starts nothing twice."""
    return f"resend-{act_id}"


def resend(
    executions: Executions,
    records: ActRecords,
    act: OperatorAct,
    reason: str,
    booking_id: str,
    notification_id: UUID | None = None,
) -> Acted[str]:
    """Records the act and starts the resend of one message, or of all of the booking's; the result is its ARN.

    ``act`` is recorded as done to that execution. Raises ``ProviderUnavailable`` or ``ProviderRefused`` when the act
    could not be recorded: then nothing was started.
    """
    name = execution_name(act.act_id)
    arn = executions.arn(Machine.RESEND, name)
    given = ResendInput(
        booking_id=booking_id,
        notification_ids=[] if notification_id is None else [notification_id],
        act_id=act.act_id,
    )

    def start() -> str:
        return executions.start(Machine.RESEND, name, given.model_dump_json())

    return recorded(records, act.model_copy(update={"booking_id": booking_id, "subject": arn}), reason, start)
