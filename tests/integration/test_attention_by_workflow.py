"""Each workflow of a booking has its own mark: what recovers clears what it has done again, and nothing else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from booking.contracts.finding import FindBookingsInput
from booking.contracts.operators import DescribeBookingInput
from booking.contracts.queues import ExecutionStatusChange
from booking.services.operations.describe_booking import describe_booking
from booking.services.operations.finding import find_bookings
from booking.services.operations.mark_attention import mark_attention
from booking.services.tracing.listing import rerun_name
from booking.store import Stores
from local import documents
from tests.asking import NOW
from tests.fakes import FakeWorkflows, clock_at
from tests.integration.test_mark_attention import FAILED_AT
from tests.rows import rows

ARN = "arn:aws:states:eu-central-1:123456789012:execution"
RERUN = rerun_name("b-1", 1)


def ended(stores: Stores, machine: str, name: str, status: str, minutes: int) -> None:
    """News of an execution of booking b-1 that ended so."""
    detail = {
        "executionArn": f"{ARN}:{machine}:{name}",
        "status": status,
        "stopDate": int((FAILED_AT + timedelta(minutes=minutes)).timestamp() * 1000),
        "error": None if status == "SUCCEEDED" else "ProviderUnavailable",
        "input": '{"booking_id": "b-1"}',
    }
    change = ExecutionStatusChange.model_validate({"detail": detail, "source": "aws.states"})
    mark_attention(stores, FakeWorkflows(), change)


def needing(stores: Stores) -> list[str]:
    """The executions for which the booking needs a person, as far as they are told one by one: by their minutes."""
    found = find_bookings(stores, FindBookingsInput(needing_attention=True), clock_at(NOW)).bookings
    return [f"{(each.attention.since - FAILED_AT).seconds // 60}" for each in found if each.attention is not None]


def test_a_reminder_that_recovers_says_nothing_of_a_cancellation_that_failed(stores: Stores) -> None:
    ended(stores, "cancellation", "c-1", "FAILED", 1)
    ended(stores, "reminder", "reminder-1", "FAILED", 2)
    ended(stores, "reminder", "reminder-2", "TIMED_OUT", 3)
    assert needing(stores) == ["3", "2", "1"]
    ended(stores, "reminder", "reminder-2", "SUCCEEDED", 4)
    assert needing(stores) == ["2", "1"]
    file = describe_booking(stores, DescribeBookingInput(booking_id="b-1"))
    assert file.workflow_attention is not None
    assert file.workflow_attention.execution == f"{ARN}:reminder:reminder-1", "the last to fail"
    ended(stores, "reminder", "reminder-1", "SUCCEEDED", 5)
    ended(stores, "cancellation", "c-1", "SUCCEEDED", 6)
    assert needing(stores) == []


@pytest.mark.parametrize(
    ("machine", "failed", "again"),
    [
        ("booking", "b-1", RERUN),
        ("booking", RERUN, "b-1"),
        ("booking", rerun_name("b-1", 2), RERUN),
        ("offer", "b-1", "accepted-b-1"),
    ],
)
def test_what_does_the_same_again_clears_it_and_nothing_of_another_machine(
    stores: Stores, machine: str, failed: str, again: str
) -> None:
    ended(stores, machine, failed, "FAILED", 1)
    ended(stores, "rescheduling", "m-1", "FAILED", 2)
    ended(stores, machine, again, "SUCCEEDED", 3)
    assert needing(stores) == ["2"]
    ended(stores, machine, failed, "FAILED", 1)
    assert needing(stores) == ["2"], "news that comes late"
    ended(stores, machine, again, "FAILED", 4)
    assert needing(stores) == ["4", "2"]


OLD = """
    INSERT INTO attention (booking_id, needed, execution, status, error, at)
    VALUES (%s, %s, %s, 'FAILED', 'DatabaseUnavailable', %s) RETURNING 1
"""


def test_what_the_release_before_marks_meanwhile_counts_until_there_is_newer_news(
    stores: Stores, db: Connection
) -> None:
    rows(db, OLD, "b-1", True, f"{ARN}:booking:{RERUN}", FAILED_AT + timedelta(minutes=1))
    assert needing(stores) == ["1"]
    ended(stores, "booking", "b-1", "SUCCEEDED", 2)
    rows(db, "UPDATE attention SET needed = true, at = %s RETURNING 1", FAILED_AT + timedelta(minutes=1))
    assert needing(stores) == []


def test_the_release_before_sees_what_this_one_marks(stores: Stores, db: Connection) -> None:
    ended(stores, "cancellation", "c-1", "FAILED", 1)
    [seen] = rows(db, "SELECT execution, needed FROM attention WHERE booking_id = 'b-1'")
    assert seen == {"execution": f"{ARN}:cancellation:c-1", "needed": True}


def test_the_marks_that_were_there_are_taken_over(db: Connection) -> None:
    kept: dict[str, Any] = {
        "b-1": ("booking:b-1", "booking"),
        "b-2": (f"booking:{rerun_name('b-2', 1)}", "booking"),
        "b-3": ("offer:accepted-b-3", "offer"),
        "b-4": ("cancellation:c-1", "cancellation:c-1"),
    }
    for booking_id, (execution, _) in kept.items():
        rows(db, OLD, booking_id, booking_id != "b-2", f"{ARN}:{execution}", FAILED_AT)
    migration = (documents.ROOT / "functions" / "migrations" / "0031_workflow_attention.sql").read_text()
    [taking_over] = re.findall(r"^INSERT INTO workflow_attention.*?;", migration, re.DOTALL | re.MULTILINE)
    with db.cursor() as cursor:
        cursor.execute(taking_over)
    found = rows(db, "SELECT booking_id, workflow, needed FROM workflow_attention ORDER BY booking_id")
    assert [(each["booking_id"], each["workflow"]) for each in found] == [
        (booking_id, f"{ARN}:{workflow}") for booking_id, (_, workflow) in kept.items()
    ]
    assert [each["needed"] for each in found] == [True, False, True, True]
