"""The mapping template between the gateway and the workflow, against everything a hostile caller might send."""

import json
from typing import Any

import pytest

from local import documents, gateway

POST = documents.openapi()["paths"]["/v1/bookings"]["post"]
INTEGRATION = POST["x-amazon-apigateway-integration"]
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:booking"
GOOD = {"therapist_id": "1" * 8, "starts_at": "2027-03-01T10:00:00+01:00"}


def start_execution(key: str, body: Any, claims: dict[str, str] | None = None) -> dict[str, Any]:
    """What StartExecution would be called with."""
    template = INTEGRATION["requestTemplates"]["application/json"]["Fn::Sub"].replace(
        "${BookingStateMachineAlias}", MACHINE
    )
    rendered = gateway.render(
        template,
        json.dumps(body).encode(),
        {"idempotency-key": key},
        {"authorizer": {"claims": claims or {"sub": "abc", "cognito:groups": "client"}}},
    )
    return dict(json.loads(rendered.text))


def test_the_request_becomes_an_execution_named_by_its_key() -> None:
    call = start_execution("key_1-A", GOOD)
    assert call.keys() == {"stateMachineArn", "name", "input"}
    assert call["stateMachineArn"] == MACHINE
    assert call["name"] == "key_1-A"
    assert json.loads(call["input"]) == {
        "booking_id": "key_1-A",
        "requested_by": {"sub": "abc", "groups": "client"},
        "request": GOOD,
    }


HOSTILE_TEXTS = [
    'quote " quote',
    "apostrophe ' and \\' and \\\\'",
    "back \\ slash \\\\ slash",
    "new\nline\r\ttab",
    "$input.json('$') ${input} $context.authorizer.claims.sub",
    "#set($x = 1) #end ## comment #* block *#",
    "emoji 😀 and umlaut ü and \u2028",
    "null \x00 bell \x07 delete \x7f",
    '", "stateMachineArn": "arn:evil',
    '"}","input":"{\\"x\\":1}","name":"other',
    '\\","stateMachineArn":"arn:evil","x":"\\',
    "</script><!-- / -->",
    "x" * 200 * 1024,
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=range(len(HOSTILE_TEXTS)))
def test_hostile_text_arrives_as_the_text_it_is_and_as_nothing_else(text: str) -> None:
    body = {**GOOD, "starts_at": text, text[:100]: [text]}
    claims = {"sub": text, "cognito:groups": text}
    call = start_execution("key", body, claims)

    assert call.keys() == {"stateMachineArn", "name", "input"}
    assert call["stateMachineArn"] == MACHINE
    given = json.loads(call["input"])
    assert given == {"booking_id": "key", "requested_by": {"sub": text, "groups": text}, "request": body}


def test_another_input_or_machine_in_the_body_stays_in_the_request() -> None:
    smuggled = {**GOOD, "input": "{}", "stateMachineArn": "arn:evil", "name": "other"}
    call = start_execution("key", smuggled)
    assert (call["stateMachineArn"], call["name"]) == (MACHINE, "key")
    assert json.loads(call["input"])["request"] == smuggled


@pytest.mark.parametrize(
    "key", ["", " ", "a b", "a/b", "x" * 81, 'a"', "a\\", "a\n", "ü", "a.b", "$key", "#end", "😀", 'a","input":"{}']
)
def test_an_illegal_key_becomes_a_name_that_step_functions_refuses(key: str) -> None:
    assert start_execution(key, GOOD)["name"] == "/"


def test_a_caller_without_groups_has_none() -> None:
    assert json.loads(start_execution("key", GOOD, {"sub": "abc"})["input"])["requested_by"] == {
        "sub": "abc",
        "groups": "",
    }


def answer(status: int, body: dict[str, str]) -> gateway.Rendered:
    response = gateway.select_response(INTEGRATION["responses"], status)
    template = response["responseTemplates"]["application/json"]
    return gateway.render(template, json.dumps(body).encode(), {}, {"path": "/live/v1/bookings"})


def test_a_started_execution_is_accepted_with_its_location() -> None:
    rendered = answer(200, {"executionArn": "arn:aws:states:us-east-1:000000000000:execution:booking:key_1-A"})
    assert json.loads(rendered.text) == {"booking_id": "key_1-A", "status": "pending"}
    assert rendered.headers == {"Location": "/live/v1/bookings/key_1-A"}
    assert rendered.status is None  # 202, the integration response's own


@pytest.mark.parametrize(
    ("error", "status", "kind", "headers"),
    [
        ("ExecutionAlreadyExists", 409, "idempotency-key-used", {"Location": "/live/v1/bookings/key_1-A"}),
        ("com.amazonaws.swf.service.v2.model#ExecutionAlreadyExists", 409, "idempotency-key-used", None),
        ("InvalidName", 400, "invalid-idempotency-key", {}),
        ("ThrottlingException", 429, "throttled", {"Retry-After": "1"}),
        ("AccessDeniedException", 503, "unavailable", {}),
        ("StateMachineDoesNotExist", 503, "unavailable", {}),
    ],
)
def test_step_functions_errors_are_told_apart_by_their_type(
    error: str, status: int, kind: str, headers: dict[str, str] | None
) -> None:
    message = "Execution Already Exists: 'arn:aws:states:us-east-1:000000000000:execution:booking:key_1-A'"
    rendered = answer(400, {"__type": error, "message": message})
    problem = json.loads(rendered.text)
    assert problem["type"] == f"urn:therapist-booking:problem:{kind}"
    assert problem["status"] == (rendered.status or 400) == status
    assert headers is None or rendered.headers == headers


def test_an_answer_that_is_no_answer_is_a_503() -> None:
    assert json.loads(answer(500, {}).text)["status"] == 503
    assert answer(400, {}).status == 503


# -- Changes: the booking is named by the path -----------------------------------------------------------------------

CHANGES = {
    "cancellation": ("CancellationStateMachineAlias", {"scope": "one"}),
    "rescheduling": ("ReschedulingStateMachineAlias", {"starts_at": "2027-03-01T10:00:00+01:00"}),
}


def start_change(kind: str, key: str, booking_id: str, body: Any) -> dict[str, Any]:
    path = f"/v1/bookings/{{booking_id}}/{kind}"
    integration = documents.openapi()["paths"][path]["post"]["x-amazon-apigateway-integration"]
    template = integration["requestTemplates"]["application/json"]["Fn::Sub"]
    template = template.replace(f"${{{CHANGES[kind][0]}}}", MACHINE)
    claims = {"authorizer": {"claims": {"sub": "abc", "cognito:groups": "client"}}}
    parameters = {"idempotency-key": key, "booking_id": booking_id}
    return dict(json.loads(gateway.render(template, json.dumps(body).encode(), parameters, claims).text))


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_becomes_an_execution_of_its_own_machine_that_names_the_booking(kind: str) -> None:
    call = start_change(kind, "change-1", "booking-1", CHANGES[kind][1])
    assert (call["stateMachineArn"], call["name"]) == (MACHINE, "change-1")
    assert json.loads(call["input"]) == {
        "change_id": "change-1",
        "booking_id": "booking-1",
        "requested_by": {"sub": "abc", "groups": "client"},
        "request": CHANGES[kind][1],
    }


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize("text", HOSTILE_TEXTS[:-1], ids=range(len(HOSTILE_TEXTS) - 1))
def test_a_hostile_change_stays_what_it_is(kind: str, text: str) -> None:
    call = start_change(kind, "change-1", text, {"scope": text})
    given = json.loads(call["input"])
    assert (call["name"], given["booking_id"], given["request"]) == ("change-1", "-", {"scope": text})
    assert start_change(kind, text, "booking-1", {})["name"] == "/"


@pytest.mark.parametrize("kind", CHANGES)
def test_an_accepted_change_is_found_where_its_location_says(kind: str) -> None:
    path = f"/v1/bookings/{{booking_id}}/{kind}"
    responses = documents.openapi()["paths"][path]["post"]["x-amazon-apigateway-integration"]["responses"]
    template = responses["default"]["responseTemplates"]["application/json"]
    given = {"executionArn": f"arn:aws:states:us-east-1:000000000000:execution:{kind}:change-1"}
    rendered = gateway.render(template, json.dumps(given).encode(), {}, {"path": f"/live/v1/bookings/b-1/{kind}"})
    assert json.loads(rendered.text) == {"change_id": "change-1", "status": "pending"}
    assert rendered.headers == {"Location": f"/live/v1/changes/change-1?kind={kind}"}
