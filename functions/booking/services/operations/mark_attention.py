"""MarkAttention: a workflow that did not succeed makes its booking need a person; one that recovers clears it."""

from typing import NamedTuple

from booking.contracts.queues import ExecutionStatusChange
from booking.ports import Workflows
from booking.store import Stores


class Marked(NamedTuple):
    """What the news of an execution's end said of its booking. ``booking_id`` None: there is no such execution."""

    booking_id: str | None
    is_needed: bool  # a person is
    is_news: bool


def mark_attention(stores: Stores, workflows: Workflows, change: ExecutionStatusChange) -> Marked:
    """Keeps whether the booking needs a person since the execution's end; old news change nothing.

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
    with stores.transaction() as store:
        is_news = store.history.mark_attention(
            given.booking_id, is_needed, ended.execution_arn, ended.status, error, ended.stop_date
        )
    return Marked(given.booking_id, is_needed, is_news)
