"""MarkAttention: a workflow that did not succeed makes its booking need a person; one that recovers clears its mark."""

from typing import NamedTuple

from booking.contracts.queues import ExecutionStatusChange
from booking.ports import Workflows
from booking.services.tracing.listing import is_rerun_of
from booking.store import Stores


class Marked(NamedTuple):
    """What the news of an execution's end said of its booking. ``booking_id`` None: there is no such execution, or it
    names none."""

    booking_id: str | None
    is_needed: bool  # a person is
    is_news: bool


def mark_attention(stores: Stores, workflows: Workflows, change: ExecutionStatusChange) -> Marked:
    """Keeps whether the booking's workflow needs a person since the execution's end; old news change nothing.

    Events of machines that are encrypted with a key of ours name neither input nor error: Step Functions is asked.
    """
    ended = change.detail
    is_needed = ended.status != "SUCCEEDED"
    given, error = ended.input, ended.error
    if given is None:
        described = workflows.ended(ended.execution_arn)
        if described is None:
            return Marked(None, is_needed, is_news=False)
        given, error = described.input, described.error
    if given.booking_id is None:  # a payment's event: operators see it among the executions that failed
        return Marked(None, is_needed, is_news=False)
    with stores.transaction() as store:
        is_news = store.history.mark_attention(
            given.booking_id,
            workflow_of(ended.execution_arn, given.booking_id),
            is_needed,
            ended.execution_arn,
            ended.status,
            error,
            ended.stop_date,
        )
    return Marked(given.booking_id, is_needed, is_news)


def workflow_of(execution_arn: str, booking_id: str) -> str:
    """What succeeds when this execution does: itself, and what it does again of the same machine.

    A rerun does what the booking's first execution did, and an accepted offer is told by another execution than it was
    made by. A change, a reminder and a resend are each their own.
    """
    machine, _, name = execution_arn.rpartition(":")
    does_again = is_rerun_of(booking_id, name) or name in (booking_id, f"accepted-{booking_id}")
    return machine if does_again else execution_arn
