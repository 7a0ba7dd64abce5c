"""What crosses a border is checked there, and what is wrong is named without quoting it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from booking.contracts.messages import NotificationMessage
from booking.contracts.steps import RequestBody, RequestedBy, ValidateRequestInput
from booking.errors import ContractViolated
from booking.model import Group
from handlers._runtime import parse
from tests.asking import body


@pytest.mark.parametrize(
    ("claim", "groups"),
    [
        ("", set()),
        ("client", {Group.CLIENT}),
        ("client,operator", {Group.CLIENT, Group.OPERATOR}),
        ("[client operator]", {Group.CLIENT, Group.OPERATOR}),
        ("[therapist]", {Group.THERAPIST}),
        ("operators,Operator,not-operator", set()),
    ],
)
def test_groups_are_read_as_the_gateway_writes_them(claim: str, groups: set[Group]) -> None:
    assert RequestedBy.model_validate({"sub": "x", "groups": claim}).to_requester().groups == groups


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-30T10:00:00Z",
        "2027-13-01T10:00:00Z",
        "2027-03-01T25:00:00Z",
        "2027-03-01T10:00:00+99:00",
        "2027-03-01T10:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "tomorrow",
        "",
    ],
)
def test_a_time_that_does_not_exist_is_no_time(text: str) -> None:
    assert RequestBody.model_validate(body(text)).to_request().starts_at is None


def test_a_time_with_an_offset_is_an_instant() -> None:
    request = RequestBody.model_validate(body("2027-03-01T10:00:00+01:00")).to_request()
    assert request.starts_at == datetime(2027, 3, 1, 9, tzinfo=UTC)


def test_the_same_request_is_the_same_text() -> None:
    shouting = {name: value.upper() for name, value in body().items()}
    assert RequestBody.model_validate(shouting).as_text() == RequestBody.model_validate(body()).as_text()


GOOD: dict[str, Any] = {
    "booking_id": "booking-1",
    "requested_by": {"sub": "x", "groups": "client"},
    "request": body(),
    "requested_at": "2027-03-01T09:00:00Z",
}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"booking_id": "a b"}, "booking_id"),
        ({"booking_id": "x" * 81}, "booking_id"),
        ({"requested_at": "2027-03-01T09:00:00"}, "requested_at"),
        ({"request": {**body(), "therapist_id": "Jonas Weber"}}, "request.therapist_id"),
        ({"request": {**body(), "note": "Jonas Weber"}}, "request.note"),
        ({"requested_by": {"sub": ""}}, "requested_by.sub"),
    ],
)
def test_a_broken_input_names_the_field_and_quotes_no_value(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ContractViolated) as violated:
        parse(ValidateRequestInput, {**GOOD, **change})
    assert named in str(violated.value)
    assert "Jonas" not in str(violated.value)


def test_a_queue_message_has_ids_and_a_token_and_nothing_else() -> None:
    assert set(NotificationMessage.model_fields) == {"booking_id", "notification_id", "task_token"}
