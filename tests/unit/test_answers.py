"""The check that every test's answers go through: it must be able to fail."""

from typing import Any

import pytest

from tests import answers

JSON = {"Content-Type": "application/json"}
PROBLEM = {"Content-Type": "application/problem+json"}
CHANGE: dict[str, Any] = {
    "change_id": "c",
    "booking_id": "b",
    "kind": "cancellation",
    "outcome": None,
    "reasons": [],
    "booking_ids": [],
    "sessions_left": [],
    "notifications": [],
    "reason": None,
    "absence": None,
}
MISSING = {"type": "urn:x", "title": "t"}


def test_a_change_that_is_not_decided_has_its_outcome() -> None:
    answers.check("GET", "http://any/v1/changes/c?kind=cancellation", 200, JSON, CHANGE)
    without = {name: value for name, value in CHANGE.items() if name != "outcome"}
    with pytest.raises(AssertionError, match="GET /v1/changes/c 200: the body: required"):
        answers.check("GET", "http://any/v1/changes/c", 200, JSON, without)


@pytest.mark.parametrize(
    ("method", "path", "status", "headers", "body", "said"),
    [
        ("GET", "/v1/changes/c", 418, JSON, CHANGE, "the contract has 200"),
        ("GET", "/v1/changes/c", 200, PROBLEM, CHANGE, "application/problem"),
        ("GET", "/v1/changes/c", 200, JSON, {**CHANGE, "outcome": "lost"}, "outcome: enum"),
        ("GET", "/v1/changes/c", 404, PROBLEM, {"title": "t"}, "required"),
        ("POST", "/v1/bookings", 202, JSON, {"booking_id": "b", "status": "pending"}, r"without \['Location'\]"),
        ("GET", "/v1/nothing", 404, JSON, MISSING, "application/json"),
        ("GET", "/v1/nothing", 200, JSON, MISSING, "not refused"),
        ("DELETE", "/v1/bookings", 404, PROBLEM, {}, "required"),
    ],
)
def test_what_is_not_in_the_contract_fails(
    method: str, path: str, status: int, headers: dict[str, str], body: Any, said: str
) -> None:
    with pytest.raises(AssertionError, match=said):
        answers.check(method, "http://any" + path, status, headers, body)


def test_instants_are_looked_at_and_what_is_in_a_body_is_not_shown() -> None:
    slots = {"time_zone": "UTC", "duration_minutes": 50, "days": [], "next_free": None, "next": 5, "secret": "x"}
    with pytest.raises(AssertionError, match="next: type") as failure:
        answers.check("GET", "http://any/v1/services/s/slots", 200, {**JSON, "ETag": "e", "Cache-Control": "c"}, slots)
    assert "secret" not in str(failure.value)
    bounds = {"starts_at": "tomorrow", "ends_at": "2027-03-01T10:00:00Z"}
    period = {"time_off": [{"time_off_id": "c0ffee00-0000-4000-8000-000000000000", "label": None, **bounds}]}
    with pytest.raises(AssertionError, match="starts_at: format"):
        answers.check("GET", "http://any/v1/therapists/t/time-off", 200, JSON, period)


def test_calls_are_told_apart_as_the_gateway_does() -> None:
    for method, path, expected in (
        ("GET", "/v1/bookings/b", "getBooking"),
        ("GET", "/v1/bookings/", "listBookings"),
        ("get", "/v1/therapists/t/slots", "getSlotsOfTherapist"),
        ("GET", "/v1/catalogue/services", "listServicesForApplications"),
    ):
        operation = answers.operation_of(method, path)
        assert operation is not None
        assert operation["operationId"] == expected
    assert answers.operation_of("PATCH", "/v1/bookings/b") is None
    assert answers.operation_of("GET", "/v1/bookings/b/none") is None
