"""What a practice would call a result is no error: no function fails, no execution does, and no alarm sounds."""

from datetime import UTC, datetime, timedelta

from local import demo
from tests.asking import body, requested_by
from tests.workflow.machine import Execution, Workflow

STARTS_AT = next(demo.starts(datetime.now(UTC)))
OTHER = requested_by("sub-other-client")


def failures(ended: Execution) -> list[str]:
    """Every event of the history by which CloudWatch counts a Lambda error or a failed task."""
    return [event["type"] for event in ended.history if event["type"].endswith(("Failed", "TimedOut", "Aborted"))]


def test_no_result_of_a_booking_or_a_change_is_counted_as_an_error(booking: Workflow) -> None:
    first = booking.run("b-1", body(STARTS_AT), requested_by())
    taken = booking.run("b-2", body(STARTS_AT), OTHER)
    invalid = booking.run("b-3", body(STARTS_AT - timedelta(days=400)), requested_by())
    unknown = booking.run("b-4", body(STARTS_AT, client_id=demo.OTHER_CLIENT_ID), requested_by())
    in_the_way = {"starts_at": (STARTS_AT - timedelta(days=400)).isoformat()}
    not_moved = booking.change("rescheduling", "m-1", "b-1", in_the_way, requested_by())
    not_theirs = booking.change("cancellation", "c-1", "b-1", {}, OTHER)
    cancelled = booking.change("cancellation", "c-2", "b-1", {}, requested_by())

    ended = [first, taken, invalid, unknown, not_moved, not_theirs, cancelled]
    outcomes = ["reserved", "rejected", "rejected", "rejected", "refused", "refused", "cancelled"]
    assert [each.output["decision"]["outcome"] for each in ended] == outcomes
    assert {each.status for each in ended} == {"SUCCEEDED"}
    assert [failures(each) for each in ended] == [[]] * len(ended)
