"""The mapping templates between the gateway and the workflow, against everything a hostile caller might send.

Each case is run by the laptop's stand-in and, where it is installed, by Apache Velocity itself.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from local import documents, gateway
from tests.contract import velocity

OPENAPI = documents.openapi()
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:booking"
SITE = "https://booking.example.com"
GOOD = {"therapist_id": "1" * 8, "starts_at": "2027-03-01T10:00:00+01:00"}
BOOKING = "/v1/bookings"
CHANGES = {
    "/v1/bookings/{booking_id}/cancellation": "CancellationStateMachineAlias",
    "/v1/bookings/{booking_id}/rescheduling": "ReschedulingStateMachineAlias",
}
ALL = {BOOKING: "BookingStateMachineAlias", **CHANGES}

Render = Callable[[str, bytes, gateway.Parameters, Mapping[str, Any]], gateway.Rendered]


@pytest.fixture(scope="module", params=["stand-in", "velocity"])
def render(request: pytest.FixtureRequest) -> Iterator[Render]:
    if request.param == "stand-in":
        yield gateway.render
        return
    if reason := velocity.missing():
        pytest.skip(reason)
    engine = velocity.Velocity()
    yield engine.render
    engine.close()


def integration(path: str) -> dict[str, Any]:
    return dict(OPENAPI["paths"][path]["post"]["x-amazon-apigateway-integration"])


def deployed(template: Any, path: str, origin: str = "") -> str:
    """A template's text, as CloudFormation deploys it."""
    return str(documents.resolved(template, {ALL[path]: MACHINE, "AllowedOrigin": origin}, {}))


def start_execution(
    render: Render,
    path: str,
    headers: dict[str, str],
    body: Any,
    *,
    booking_id: str = "booking-1",
    claims: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
) -> dict[str, Any]:
    """What StartExecution would be called with."""
    rendered = render(
        deployed(integration(path)["requestTemplates"]["application/json"], path),
        body if isinstance(body, bytes) else json.dumps(body).encode(),
        gateway.Parameters({"booking_id": booking_id} if path != BOOKING else {}, query or {}, headers),
        {"authorizer": {"claims": claims or {"sub": "abc", "cognito:groups": "client"}}, "path": f"/live{path}"},
    )
    return dict(json.loads(rendered.text))


@pytest.mark.parametrize("path", ALL)
def test_the_request_becomes_an_execution_named_by_its_key(render: Render, path: str) -> None:
    call = start_execution(render, path, {"Idempotency-Key": "key_1-A"}, GOOD)
    assert call.keys() == {"stateMachineArn", "name", "input"}
    assert call["stateMachineArn"] == MACHINE
    assert call["name"] == "key_1-A"
    ids = {"booking_id": "key_1-A"} if path == BOOKING else {"change_id": "key_1-A", "booking_id": "booking-1"}
    assert json.loads(call["input"]) == {**ids, "requested_by": {"sub": "abc", "groups": "client"}, "request": GOOD}


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("name", ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY", "Idempotency-key"])
def test_the_keys_header_is_found_however_it_is_spelled(render: Render, path: str, name: str) -> None:
    """HTTP/2 sends lower case, and API Gateway hands names on as they came."""
    headers = {"Host": "x", "Accept": "*/*", name: "key-1", "X-Idempotency-Key": "other"}
    assert start_execution(render, path, headers, GOOD)["name"] == "key-1"


@pytest.mark.parametrize("path", ALL)
def test_a_key_is_taken_from_the_header_alone_and_from_one(render: Render, path: str) -> None:
    query = {"Idempotency-Key": "key-1", "idempotency-key": "key-1"}
    assert start_execution(render, path, {}, GOOD, query=query)["name"] == "/"
    assert start_execution(render, path, {"Accept": "*/*"}, GOOD, query=query)["name"] == "/"
    twice = {"Idempotency-Key": "a", "idempotency-key": "b"}
    assert start_execution(render, path, twice, GOOD)["name"] == "/"


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
    "x" * 60 * 1024,
]


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=range(len(HOSTILE_TEXTS)))
def test_hostile_text_arrives_as_the_text_it_is_and_as_nothing_else(render: Render, path: str, text: str) -> None:
    body = {**GOOD, "starts_at": text, text[:100]: [text]}
    claims = {"sub": text, "cognito:groups": text}
    call = start_execution(render, path, {"idempotency-key": "key", text[:50]: text}, body, claims=claims)

    assert call.keys() == {"stateMachineArn", "name", "input"}
    assert (call["stateMachineArn"], call["name"]) == (MACHINE, "key")
    given = json.loads(call["input"])
    ids = {"booking_id": "key"} if path == BOOKING else {"change_id": "key", "booking_id": "booking-1"}
    assert given == {**ids, "requested_by": {"sub": text, "groups": text}, "request": body}


@pytest.mark.parametrize("path", ALL)
def test_another_input_or_machine_in_the_body_stays_in_the_request(render: Render, path: str) -> None:
    smuggled = {**GOOD, "input": "{}", "stateMachineArn": "arn:evil", "name": "other"}
    call = start_execution(render, path, {"Idempotency-Key": "key"}, smuggled)
    assert (call["stateMachineArn"], call["name"]) == (MACHINE, "key")
    assert json.loads(call["input"])["request"] == smuggled


ILLEGAL_IDS = [
    "",
    " ",
    "a b",
    "a/b",
    "x" * 81,
    'a"',
    "a\\",
    "a\n",
    "ü",
    "é",
    "\ufffd",
    "a.b",
    "$key",
    "#end",
    "😀",
    "-\n",
]


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("key", [*ILLEGAL_IDS, 'a","input":"{}', *HOSTILE_TEXTS[:-1]])
def test_an_illegal_key_becomes_a_name_that_step_functions_refuses(render: Render, path: str, key: str) -> None:
    assert start_execution(render, path, {"Idempotency-Key": key}, GOOD)["name"] == "/"


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("booking_id", [*ILLEGAL_IDS, "not an id", '{"a": 1}', '"', *HOSTILE_TEXTS[:-1]])
def test_an_illegal_id_in_the_path_becomes_no_other_id(render: Render, path: str, booking_id: str) -> None:
    """It becomes an input that is no JSON, which Step Functions refuses."""
    call = start_execution(render, path, {"Idempotency-Key": "key"}, {}, booking_id=booking_id)
    assert (call["name"], call["input"]) == ("key", "booking_id")
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(call["input"])


@pytest.mark.parametrize("path", ALL)
def test_a_caller_without_groups_has_none(render: Render, path: str) -> None:
    call = start_execution(render, path, {"Idempotency-Key": "key"}, GOOD, claims={"sub": "abc"})
    assert json.loads(call["input"])["requested_by"] == {"sub": "abc", "groups": ""}


# -- What is answered ------------------------------------------------------------------------------------------------


def answer(
    render: Render, path: str, status: int, body: Any, *, called: str | None = None, origin: str = ""
) -> gateway.Rendered:
    response = gateway.select_response(integration(path)["responses"], status)
    template = deployed(response["responseTemplates"]["application/json"], path, origin)
    called = called or f"/live{path.replace('{booking_id}', 'b-1')}"
    return render(template, json.dumps(body).encode(), gateway.Parameters(), {"path": called})


def started(path: str) -> dict[str, str]:
    return {"executionArn": "arn:aws:states:us-east-1:000000000000:execution:any:key_1-A"}


DEPLOYMENTS = {
    "on the default domain": ("https://abc.execute-api.eu-central-1.amazonaws.com/live", "/live"),
    "on a custom domain": ("https://api.example.com", ""),
    "on a custom domain with a base path": ("https://api.example.com/practice", "/practice"),
    "behind CloudFront": ("https://booking.example.com", "/live"),
    "behind CloudFront at a path": ("https://booking.example.com/api", "/live"),
}
"""What a caller's address begins with, and what the gateway takes the path to begin with (``$context.path``)."""


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize("path", ALL)
def test_location_leads_to_it_wherever_the_api_is(render: Render, path: str, end: str, deployment: str) -> None:
    public, seen = DEPLOYMENTS[deployment]
    called = path.replace("{booking_id}", "b-1") + end
    place = "/v1/bookings/key_1-A" if path == BOOKING else f"/v1/changes/key_1-A?kind={path.rpartition('/')[2]}"
    used = {
        "__type": "ExecutionAlreadyExists",
        "message": f"Execution Already Exists: '{started(path)['executionArn']}'",
    }
    for status, given in ((200, started(path)), (400, used)):
        rendered = answer(render, path, status, given, called=seen + called)
        assert urljoin(public + called, rendered.headers["Location"]) == public + place


@pytest.mark.parametrize("path", ALL)
def test_a_started_execution_is_accepted(render: Render, path: str) -> None:
    rendered = answer(render, path, 200, started(path))
    kind = "booking_id" if path == BOOKING else "change_id"
    assert json.loads(rendered.text) == {kind: "key_1-A", "status": "pending"}
    assert rendered.headers.keys() == {"Location"}
    assert rendered.status is None  # 202, the integration response's own


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize(
    ("error", "status", "kind", "headers"),
    [
        ("ExecutionAlreadyExists", 409, "idempotency-key-used", {"Location"}),
        ("com.amazonaws.swf.service.v2.model#ExecutionAlreadyExists", 409, "idempotency-key-used", {"Location"}),
        ("InvalidName", 400, "invalid-idempotency-key", set()),
        ("ThrottlingException", 429, "throttled", {"Retry-After"}),
        ("AccessDeniedException", 503, "unavailable", set()),
        ("StateMachineDoesNotExist", 503, "unavailable", set()),
    ],
)
def test_step_functions_errors_are_told_apart_by_their_type(
    render: Render, path: str, error: str, status: int, kind: str, headers: set[str]
) -> None:
    message = "Execution Already Exists: 'arn:aws:states:us-east-1:000000000000:execution:booking:key_1-A'"
    rendered = answer(render, path, 400, {"__type": error, "message": message})
    problem = json.loads(rendered.text)
    assert problem["type"] == f"urn:therapist-booking:problem:{kind}"
    assert problem["status"] == (rendered.status or 400) == status
    assert rendered.headers.keys() == headers


@pytest.mark.parametrize("path", CHANGES)
def test_an_illegal_id_in_the_path_is_told(render: Render, path: str) -> None:
    rendered = answer(
        render, path, 400, {"__type": "InvalidExecutionInput", "message": "Invalid: 'Unrecognized token'"}
    )
    problem = json.loads(rendered.text)
    assert (rendered.status, problem["status"]) == (404, 404)
    assert problem["type"] == "urn:therapist-booking:problem:booking-not-found"
    assert "booking_id is 1 to 80 characters" in problem["detail"]


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize(
    "message",
    [
        None,
        "",
        5,
        {},
        "Execution Already Exists",
        "Exists: arn:aws:states:us-east-1:000000000000:express:booking:key",
        "arn:aws:states:::execution:",
        "ends in :execution:",
        "a:b:c:d:e:f:g:h:i:j",
        "'\"}, $message #end",
        ":execution:booking:" + "x" * 81,
    ],
)
def test_a_used_key_is_told_however_step_functions_words_it(render: Render, path: str, message: Any) -> None:
    body = {"__type": "ExecutionAlreadyExists"} | ({} if message is None else {"message": message})
    rendered = answer(render, path, 400, body)
    problem = json.loads(rendered.text)
    assert (rendered.status, problem["status"]) == (409, 409)
    assert rendered.headers == {}
    assert "Location" not in problem["detail"]


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize(
    "message",
    [
        "Execution Already Exists: 'arn:aws:states:eu-central-1:000000000000:execution:booking:key_1-A'",
        "arn:aws:states:eu-central-1:000000000000:execution:booking:key_1-A",
        "The execution\n<arn:aws-cn:states:cn-north-1:000000000000:execution:booking:key_1-A> is there already.",
    ],
)
def test_a_used_keys_location_is_read_from_the_arn_wherever_it_stands(render: Render, path: str, message: str) -> None:
    rendered = answer(render, path, 400, {"__type": "ExecutionAlreadyExists", "message": message})
    assert urlsplit(rendered.headers["Location"]).path.endswith("/key_1-A")
    assert "; Location is the " in json.loads(rendered.text)["detail"]


@pytest.mark.parametrize("path", ALL)
def test_an_answer_that_is_no_answer_is_a_503(render: Render, path: str) -> None:
    assert json.loads(answer(render, path, 500, {}).text)["status"] == 503
    assert answer(render, path, 400, {}).status == 503


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize(("status", "body"), [(200, started("")), (400, {}), (500, {})])
def test_a_site_of_another_origin_may_read_every_answer_and_only_if_it_is_named(
    render: Render, path: str, status: int, body: Any
) -> None:
    rendered = answer(render, path, status, body, origin=SITE)
    assert rendered.headers["Access-Control-Allow-Origin"] == SITE
    assert rendered.headers["Access-Control-Expose-Headers"] == "Location, ETag, Retry-After"
    assert not any("Access-Control" in name for name in answer(render, path, status, body).headers)


def test_velocity_itself_says_when_a_template_does_not_hold() -> None:
    """The template of before read the key at the message's eighth colon."""
    if reason := velocity.missing():
        pytest.skip(reason)
    engine = velocity.Velocity()
    before = "#set($key = $input.path('$.message').split(':').get(8))$key"
    with pytest.raises(ValueError, match="IndexOutOfBounds"):
        engine.render(before, b'{"message": "used before"}', gateway.Parameters(), {})
    engine.close()
