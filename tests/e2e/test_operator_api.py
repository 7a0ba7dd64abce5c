"""Operators' calls on the laptop cloud, through the gateway and their function: what failed is found and restarted."""

import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from booking.contracts.finding import FindBookingsInput
from booking.contracts.operations import ActBody
from handlers._operations import Operation
from handlers.routes import all_operations, executions
from local import demo
from tests.e2e.conftest import Cloud
from tests.e2e.test_bookingctl import BROKEN, MENDED, fail

Body = dict[str, str]

WHY = {"reason": "The trigger is gone", "code": "cause_is_mended"}


@pytest.fixture
def broken(cloud: Cloud) -> Iterator[None]:
    """No booking can be written."""
    cloud.rows(BROKEN)
    yield
    cloud.rows(MENDED)


def test_an_operator_finds_a_failure_restarts_it_and_asks_again_for_the_same(
    cloud: Cloud, request_body: Body, broken: None
) -> None:
    fail(cloud, "api-1", request_body)
    seen = cloud.call("operator", "GET", "/v1/attention?kind=failed").body
    [failed] = [each for each in seen["matters"] if each["booking_id"] == "api-1"]
    assert (failed["execution"]["state"], failed["error"], seen["missing"]) == ("ReserveSlot", "StatementRefused", [])
    assert seen["counts"]["failed"] >= 1
    cloud.rows(MENDED)

    def redriven() -> tuple[int, object]:
        path = "/v1/executions/booking/api-1/redrive"
        answer = cloud.call("operator", "POST", path, WHY, Idempotency_Key="api-redrive-1")
        return answer.status, answer.body

    first = redriven()
    assert first[0] == 202, first
    assert redriven() == first, "while it runs"
    assert cloud.wait("api-1")["status"] == "confirmed"
    assert redriven() == first, "when it has succeeded"
    trace = cloud.call("operator", "GET", "/v1/bookings/api-1/trace").body
    [execution] = trace["executions"]
    assert len(execution["redriven"]) == 1
    acts = [each for each in trace["moments"] if each["what"] == "redriven"]
    assert [(each["reason"], each["code"]) for each in acts] == [(WHY["reason"], WHY["code"])]
    listed = cloud.call("operator", "GET", "/v1/executions?machine=booking&status=SUCCEEDED&limit=5").body["executions"]
    assert "api-1" in [each["name"] for each in listed]
    graph = cloud.call("operator", "GET", "/v1/executions/booking/api-1/graph").body
    assert {each["name"] for each in execution["steps"]} < {each["name"] for each in graph["states"]}
    ways = [(each["from"], each["to"], each["when"]) for each in graph["edges"]]
    assert ("RequestIsValid?", "ReserveSlot", "outcome is valid") in ways
    page = cloud.call("operator", "GET", "/v1/executions/booking/api-1/events?limit=10").body
    later = cloud.call("operator", "GET", f"/v1/executions/booking/api-1/events?cursor={page['next']}").body
    events = [*page["events"], *later["events"]]
    assert [each["id"] for each in events] == list(range(1, len(events) + 1))
    [refused] = [each for each in events if each["error"] == "StatementRefused" and each["state"] == "ReserveSlot"]
    assert refused["attempt"] == 1
    entered = next(each for each in events if each["state"] == "ReserveSlot" and each["input"] is not None)
    whole = cloud.call("operator", "GET", f"/v1/executions/booking/api-1/events/{entered['id']}").body
    assert whole == entered
    assert '"api-1"' in entered["input"]


@pytest.mark.parametrize("name", ["x%0A", 300 * "x", quote("Jürgen"), "..", "%00", "x%2Fy"])
def test_what_names_no_execution_is_not_found(cloud: Cloud, name: str) -> None:
    assert cloud.call("operator", "GET", f"/v1/executions/booking/{name}").status in (400, 404)
    answer = cloud.call("operator", "POST", f"/v1/executions/booking/{name}/redrive", WHY, Idempotency_Key="api-odd")
    assert answer.status in (400, 403, 404)


def test_a_booking_is_found_by_its_clients_name_and_day(cloud: Cloud, request_body: Body) -> None:
    key = f"api-{uuid.uuid4()}"
    assert cloud.post(key, request_body).status == 202
    booked = cloud.wait(key)
    asked = {"client_name": "jon", "on": booked["starts_at"][:10]}
    answer = cloud.call("operator", "POST", "/v1/booking-search", asked)
    assert key in [each["booking_id"] for each in answer.body["bookings"]]
    assert not [each for each in demo.PERSONAL_DATA if each in json.dumps(answer.body)]
    assert cloud.call("operator", "POST", "/v1/booking-search", {"on": asked["on"]}).status == 422


def two_sessions(cloud: Cloud, body: Body, free_starts: Iterator[str]) -> str:
    """The key of a series of which both sessions are held: a week later, too, nobody has the hour or is away."""
    for starts_at in free_starts:
        key = f"api-{uuid.uuid4()}"
        weekly = {**body, "starts_at": starts_at, "recurrence": "FREQ=WEEKLY;COUNT=2"}
        assert cloud.post(key, weekly).status == 202
        if cloud.wait(key)["status"] == "confirmed":
            return key
    raise AssertionError("no hour was free twice")


def test_the_trace_of_a_series_has_its_sessions(cloud: Cloud, request_body: Body, free_starts: Iterator[str]) -> None:
    key = two_sessions(cloud, request_body, free_starts)
    sessions = cloud.series(key)["occurrences"]
    second = sessions[-1]["booking_id"]
    path, change_id = f"/v1/bookings/{second}/cancellation", f"api-{uuid.uuid4()}"
    assert cloud.call("client", "POST", path, {}, Idempotency_Key=change_id).status == 202
    assert cloud.change(change_id)["outcome"] == "cancelled"
    trace = cloud.call("operator", "GET", f"/v1/bookings/{key}/trace").body
    assert [each["booking_id"] for each in trace["file"]["sessions"]] == [each["booking_id"] for each in sessions[1:]]
    assert [(each["machine"], each["name"]) for each in trace["executions"]] == [
        *(("booking", key), ("cancellation", change_id)),
    ]
    reserving = next(each for each in trace["executions"][0]["steps"] if each["name"] == "ReserveSlot")
    assert reserving["outcome"] == "reserved"
    assert second in {each["booking_id"] for each in trace["moments"]}


FOR_OPERATORS = [each for each in all_operations() if each.function == executions.FUNCTION]
BODIES: dict[Any, Any] = {ActBody: WHY, FindBookingsInput: {"client_name": "jon"}}
"""What an honest caller would send, by the contract that the call declares: a new one has to be added."""


@pytest.fixture(scope="module")
def ids(cloud: Cloud, free_starts: Iterator[str]) -> dict[str, str]:
    """Of things that there are, and that are the client's and the therapist's own."""
    key, known = f"api-{uuid.uuid4()}", cloud.stack["demo"]
    body = {"therapist_id": known["therapist_id"], "service_id": known["service_id"], "starts_at": next(free_starts)}
    assert cloud.post(key, body).status == 202
    assert cloud.wait(key)["status"] == "confirmed"
    [message, *_] = cloud.rows("SELECT id FROM notifications WHERE booking_id = %s", key)
    queue = cloud.output("ActsDeadLetterQueueUrl")
    letter = cloud.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({"booking_id": key}))
    execution = {"machine": "booking", "name": key, "event_id": "1"}
    of_letter = {"queue": "acts", "message_id": letter["MessageId"]}
    return {"booking_id": key, "notification_id": str(message["id"]), **execution, **of_letter}


@pytest.mark.parametrize("user", ["client", "therapist"])
@pytest.mark.parametrize("operation", FOR_OPERATORS, ids=lambda each: each.name)
def test_who_is_no_operator_is_shown_nothing_by_any_call_of_theirs(
    cloud: Cloud, ids: dict[str, str], user: str, operation: Operation
) -> None:
    path = operation.path.format(**ids)
    body = BODIES[operation.takes["body"]] if "body" in operation.takes else None
    headers = {"Idempotency_Key": f"api-{uuid.uuid4()}"} if "key" in operation.takes else {}
    answer = cloud.call(user, operation.method, path, body, **headers)
    assert answer.status in (403, 404)
    assert answer.body["type"].partition("problem:")[2] in ("forbidden", "booking-not-found", "execution-not-found")
    assert set(answer.body) <= {"type", "title", "status", "detail"}
    assert not [each for each in ids.values() if len(each) > 8 and each in json.dumps(answer.body)]
