"""What crosses a border is checked there, and what is wrong is named without quoting it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from booking.codes import Group
from booking.contracts.bookings import BookingsQuery
from booking.contracts.people import ClientBody, ServiceBody
from booking.contracts.queues import NotificationTask
from booking.contracts.steps import RequestBody, RequestedBy, ValidateRequestInput
from booking.contracts.time_off import TimeOffBody
from booking.errors import ContractViolated
from handlers._runtime import parse
from tests.asking import body

A_DAY = {"starts_at": "2027-01-01T00:00:00Z", "ends_at": "2027-01-02T00:00:00Z"}


@pytest.mark.parametrize(
    ("claim", "groups"),
    [
        ("", {Group.CLIENT}),  # who has signed up is in none
        ("client", {Group.CLIENT}),
        ("client,operator", {Group.CLIENT, Group.OPERATOR}),
        ("[client operator]", {Group.CLIENT, Group.OPERATOR}),
        ("[therapist]", {Group.THERAPIST}),
        ("operators,Operator,not-operator", {Group.CLIENT}),
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
    assert set(NotificationTask.model_fields) == {"booking_id", "notification_id", "task_token"}


def _contact(address: str) -> dict[str, Any]:
    return {"channel": "email", "address": address, "consented": True}


@pytest.mark.parametrize(
    ("contract", "body"),
    [
        (ClientBody, {"name": "X", "time_zone": "localtime"}),
        (ClientBody, {"name": "X", "time_zone": "right/Europe/Berlin"}),
        (ClientBody, {"name": "X", "time_zone": "europe/berlin"}),
        (ClientBody, {"name": "X", "time_zone": "../etc"}),
        (ClientBody, {"name": "\u200b", "time_zone": "UTC"}),
        (ClientBody, {"name": "X", "time_zone": "UTC", "active": "off"}),
        (ClientBody, {"name": "X", "time_zone": "UTC", "contacts": [_contact("a\x00b@example.com")]}),
        (ClientBody, {"name": "X", "time_zone": "UTC", "contacts": [_contact("a@example.com,b@example.com")]}),
        (
            ClientBody,
            {"name": "X", "time_zone": "UTC", "contacts": [{**_contact("a@example.com"), "consented": "yes"}]},
        ),
        (ServiceBody, {"name": "X", "duration_minutes": True, "price_cents": 1, "currency": "EUR"}),
        (ServiceBody, {"name": "X", "duration_minutes": "60", "price_cents": 1, "currency": "EUR"}),
        (TimeOffBody, {"starts_at": 1767225600, "ends_at": 1767312000}),
        (TimeOffBody, {"starts_at": "0002-01-01T00:00:00+14:00", "ends_at": "2027-01-01T00:00:00Z"}),
        (TimeOffBody, {**A_DAY, "proceed": "true"}),
        (TimeOffBody, {**A_DAY, "proceed": True, "cancel_bookings": True}),
        (TimeOffBody, {**A_DAY, "proceed": True, "reason": "I am ill"}),
        (TimeOffBody, {**A_DAY, "cancel_bookings": True, "reason_internal": True}),
        (TimeOffBody, {**A_DAY, "cancel_bookings": True, "reason": "x" * 501}),
        (TimeOffBody, {**A_DAY, "label": "x" * 201}),
        (TimeOffBody, {**A_DAY, "label": "Christmas\nat home"}),
    ],
)
def test_nothing_is_guessed_from_a_body(contract: type[BaseModel], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        contract.model_validate_json(json.dumps(body), strict=True)


@pytest.mark.parametrize("text", ["1767225600", "2027-01-01", "2027-01-01T00:00:00", "2027-01-01T00:00:00z", "now"])
def test_a_number_or_a_day_is_no_instant_of_a_query(text: str) -> None:
    with pytest.raises(ValidationError):
        BookingsQuery.model_validate({"from": text})
