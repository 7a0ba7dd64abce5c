"""MarkAttention on real PostgreSQL: what failed needs a person until it recovers, whatever order news comes in."""

from datetime import UTC, datetime, timedelta

from booking.codes import Group
from booking.contracts.queues import ExecutionEnded, ExecutionStatusChange
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking
from booking.services.operations.mark_attention import mark_attention
from booking.store import Stores
from tests.asking import NOW, body, reserve, reserve_input, validate_input
from tests.fakes import FakeWorkflows, clock_at

at_now = clock_at(NOW)

CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
FAILED_AT = datetime(2032, 3, 1, 9, 0, tzinfo=UTC)


def change(status: str, minutes: int = 0, error: str | None = None) -> ExecutionStatusChange:
    at = FAILED_AT + timedelta(minutes=minutes)
    detail = {
        "executionArn": "arn:aws:states:us-east-1:000000000000:execution:booking:booking-1",
        "status": status,
        "stopDate": int(at.timestamp() * 1000),
        "error": error,
        "input": '{"booking_id": "booking-1", "request": {}}',
        "redriveCount": 0,
    }
    return ExecutionStatusChange.model_validate({"detail": detail, "source": "aws.states"})


def marked(stores: Stores, event: ExecutionStatusChange, asked: ExecutionEnded | None = None) -> bool | None:
    """Whether the booking needs a person now; None: that was no news. ``asked``: what Step Functions says of it."""
    ends = {} if asked is None else {event.detail.execution_arn: asked}
    made = mark_attention(stores, FakeWorkflows(ends=ends), event)
    return made.is_needed if made.is_news else None


def shown(stores: Stores, requester: Requester) -> object:
    answer = get_booking(
        stores,
        FakeWorkflows(lambda booking_id: validate_input(body(), booking_id=booking_id)),
        requester,
        "booking-1",
        at_now,
    )
    assert answer is not None
    return answer.attention and (answer.attention.status, answer.attention.error, answer.attention.since)


def test_a_failure_is_shown_to_staff_and_not_to_the_client(stores: Stores) -> None:
    reserve(stores, reserve_input())
    assert marked(stores, change("FAILED", error="ProviderUnavailable")) is True
    assert shown(stores, OPERATOR) == ("FAILED", "ProviderUnavailable", FAILED_AT)
    assert shown(stores, CLIENT) is None


def test_a_payment_that_tells_of_no_booking_marks_none_and_one_that_moves_its_money_does(stores: Stores) -> None:
    reserve(stores, reserve_input())
    event = '{"about": "event", "object": {"type": "refund", "id": "re_1"}, "key": null, "booking_id": null}'
    movement = '{"about": "movement", "key": "fee-booking-1-1", "booking_id": "booking-1"}'
    failed = change("FAILED", error="ProviderRefused").model_dump(mode="json", by_alias=True)
    for given, expected in ((event, None), (movement, True)):
        failed["detail"] = {**failed["detail"], "input": given, "stopDate": int(FAILED_AT.timestamp() * 1000)}
        assert marked(stores, ExecutionStatusChange.model_validate(failed)) is expected
    assert shown(stores, OPERATOR) == ("FAILED", "ProviderRefused", FAILED_AT)


def test_a_booking_that_failed_before_it_had_a_row_is_shown_too(stores: Stores) -> None:
    marked(stores, change("TIMED_OUT"))
    assert shown(stores, OPERATOR) == ("TIMED_OUT", None, FAILED_AT)


def test_a_success_after_a_redrive_clears_it(stores: Stores) -> None:
    marked(stores, change("ABORTED"))
    assert marked(stores, change("SUCCEEDED", minutes=5)) is False
    assert shown(stores, OPERATOR) is None


def test_news_that_comes_twice_or_late_is_no_news(stores: Stores) -> None:
    marked(stores, change("SUCCEEDED", minutes=5))
    assert marked(stores, change("FAILED")) is None
    assert marked(stores, change("SUCCEEDED", minutes=5)) is None
    assert shown(stores, OPERATOR) is None
    assert marked(stores, change("FAILED", minutes=10)) is True
    assert marked(stores, change("FAILED", minutes=10)) is None


def test_of_an_encrypted_machine_step_functions_is_asked(stores: Stores) -> None:
    """Its events name neither input nor error."""
    detail = change("FAILED").model_dump(by_alias=True)["detail"]
    event = ExecutionStatusChange.model_validate({"detail": {**detail, "input": None, "stopDate": FAILED_AT}})
    ended = ExecutionEnded.model_validate({"input": '{"booking_id": "booking-1"}', "error": "DatabaseUnavailable"})
    assert marked(stores, event, ended) is True
    assert shown(stores, OPERATOR) == ("FAILED", "DatabaseUnavailable", FAILED_AT)
    assert marked(stores, event) is None, "an execution that is gone"
