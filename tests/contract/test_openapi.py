"""The API contract: valid, complete, and the same in the gateway and in the code."""

import json
import re
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from booking.contracts import base
from booking.problems import TYPE_PREFIX
from handlers._api import CALLS, operation_of
from local import documents, gateway

OPENAPI = documents.openapi()
SCHEMAS = OPENAPI["components"]["schemas"]
OPERATIONS = {
    (method, path): operation
    for path, item in documents.contract()["paths"].items()
    for method, operation in item.items()
}
VALIDATOR = "x-amazon-apigateway-request-validator"
HTTP_STATUS_OF_GATEWAY = {
    "400": {"BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS"},
    "401": {"UNAUTHORIZED", "EXPIRED_TOKEN"},
    "413": {"REQUEST_TOO_LARGE"},
    "415": {"UNSUPPORTED_MEDIA_TYPE"},
    "429": {"THROTTLED", "QUOTA_EXCEEDED"},
}


def test_the_contract_is_a_valid_openapi_document() -> None:
    validate(documents.contract())


def test_it_has_no_yaml_aliases_for_cloudformation_knows_none() -> None:
    """AWS::Include reads the file itself; in template.yaml, SAM has resolved them before CloudFormation looks."""
    text = (documents.ROOT / "openapi.yaml").read_text()
    assert [token for token in yaml.scan(text) if isinstance(token, yaml.AliasToken | yaml.AnchorToken)] == []


OPEN = {"/v1/health", "/v1/openapi.json", "/v1/stripe/events"}
"""The last is for who signs its body."""


def test_health_the_contract_and_what_stripe_signs_alone_are_open() -> None:
    """Each operation says so itself: API Gateway does not read what a document says for all of them."""
    assert "security" not in OPENAPI
    assert {path for (_, path), operation in OPERATIONS.items() if operation["security"] == []} == OPEN
    for (_, path), operation in OPERATIONS.items():
        expected = "ApiKey" if path.startswith("/v1/catalogue") else "Cognito"
        assert path in OPEN or [list(each) for each in operation["security"]] == [[expected]], path


CALLERS_KEYS = ("booking_id", "change_id", "series_id", "entry_id")


def test_no_word_stands_where_a_callers_own_key_may() -> None:
    """API Gateway prefers the word: a booking whose key it is would be out of reach."""
    paths = {path for _, path in OPERATIONS}
    keyed = {path.partition(f"{{{key}}}")[0] for path in paths for key in CALLERS_KEYS if f"{{{key}}}" in path}
    assert "/v1/bookings/" in keyed
    words = {path for path in paths for before in keyed if path.startswith(before) and path[len(before)] != "{"}
    assert words == set()


def test_what_is_served_is_the_contract_without_what_only_the_gateway_is_told() -> None:
    served = json.loads((documents.ROOT / "functions" / "handlers" / "openapi.json").read_text())
    validate(served)
    assert "x-amazon" not in json.dumps(served)
    assert {(method, path) for path, item in served["paths"].items() for method in item} == set(OPERATIONS)


def test_each_call_goes_to_its_function_or_starts_a_machine() -> None:
    routes = set()
    for function, calls in CALLS.items():
        for call, module in calls.items():
            method, path = call.split()
            assert operation_of(module, method, path).function == function
            routes.add((method.lower(), path))
    started = {(method, path) for (method, path), each in OPERATIONS.items() if VALIDATOR in each}
    assert routes == set(OPERATIONS) - started
    assert {path for _, path in started} == {
        "/v1/bookings",
        "/v1/bookings/{booking_id}/cancellation",
        "/v1/bookings/{booking_id}/rescheduling",
    }


def test_what_must_be_there_says_so() -> None:
    """A body or header whose lack is refused is required: a generated client can't forget it."""
    for (method, path), operation in OPERATIONS.items():
        headers = {each["name"]: each["required"] for each in operation.get("parameters", []) if each["in"] == "header"}
        missing = {name for name, is_required in headers.items() if not is_required}
        assert missing <= {"If-None-Match"}, f"{method} {path}"  # without it the answer is whole
        assert ("If-Match" in headers) == ("428" in operation["responses"]), f"{method} {path}"
        assert "requestBody" not in operation or operation["requestBody"]["required"], f"{method} {path}"


def test_whoever_may_be_null_has_a_type_and_an_enum_with_null() -> None:
    """OpenAPI 3.0.3: ``nullable`` counts beside ``type`` only, and an ``enum`` without null refuses it."""

    def look(schema: Any) -> None:
        for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []:
            look(each)
        if isinstance(schema, dict) and schema.get("nullable") is True:
            assert "type" in schema
            assert None in schema.get("enum", [None])

    look(OPENAPI["paths"])
    look(SCHEMAS)


def test_the_gateways_own_models_use_what_the_gateway_knows() -> None:
    """API Gateway validates by JSON Schema draft 4, which knows no ``nullable``: in its models nothing is."""
    validated = [each for each in OPERATIONS.values() if VALIDATOR in each]
    for operation in validated:
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        assert "nullable" not in json.dumps(SCHEMAS[reference.rpartition("/")[2]])
    assert len(validated) == 3


def test_a_change_names_the_version_it_was_made_from() -> None:
    words = ("/note", "/staff-note", "/reason")  # a few words are put whole, and the last ones hold
    for (method, path), operation in OPERATIONS.items():
        if method == "put" and not path.endswith(words):
            assert "If-Match" in {each["name"] for each in operation["parameters"]}, path
            assert {"412", "428"} <= set(operation["responses"]), path
            shown = (
                path if ("get", path) in OPERATIONS else path.partition("/{")[0]
            )  # one of several has the version of all
            assert "ETag" in OPERATIONS["get", shown]["responses"]["200"]["headers"], path


def test_the_catalogue_takes_an_api_key_and_nothing_else_does() -> None:
    for (_, path), operation in OPERATIONS.items():
        assert (operation.get("security") == [{"ApiKey": []}]) == path.startswith("/v1/catalogue/"), path


def test_the_key_is_the_same_everywhere() -> None:
    [key] = OPERATIONS["post", "/v1/bookings"]["parameters"]
    assert key["schema"]["pattern"] == base.BOOKING_ID_PATTERN


GOOD = {
    "therapist_id": "11111111-1111-4111-8111-111111111111",
    "service_id": "22222222-2222-4222-8222-222222222222",
    "starts_at": "2027-03-01T10:00:00+01:00",
}


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        {**GOOD, "starts_at": "2027-03-01T10:00:00Z", "client_id": GOOD["service_id"]},
        {**GOOD, "recurrence": "FREQ=WEEKLY;COUNT=52", "on_conflict": "skip"},
        {**GOOD, "recurrence": "RRULE:UNTIL=20271231T235959Z;BYDAY=MO,TH;FREQ=WEEKLY;INTERVAL=2"},
        {**GOOD, "recurrence": "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20271231"},
    ],
)
def test_the_model_takes_good_bodies(body: dict[str, str]) -> None:
    assert gateway.body_problem(SCHEMAS["BookingRequest"], json.dumps(body).encode()) is None


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("not json", "JSON"),
        ("", "JSON"),
        ("[" * 100_000, "JSON"),
        ([], "the body"),
        ("null", "the body"),
        ({}, "service_id, starts_at"),
        ({**GOOD, "starts_at": 5}, "starts_at"),
        ({**GOOD, "starts_at": "2027-03-01T10:00:00"}, "starts_at"),
        ({**GOOD, "starts_at": "2027-03-01T10:00:00Z\n"}, "starts_at"),
        ({**GOOD, "starts_at": "2027-03-01T10:00:00+15:00"}, "starts_at"),
        ({**GOOD, "starts_at": "2027-03-01T10:00:00+01:60"}, "starts_at"),
        ({**GOOD, "therapist_id": "' OR 1=1 --"}, "therapist_id"),
        ({**GOOD, "client_id": None}, "client_id"),
        ({**GOOD, "recurrence": "FREQ=WEEKLY"}, "recurrence does not match (^|[:;])(COUNT="),  # never ends
        ({**GOOD, "recurrence": "FREQ=WEEKLY;COUNT=53"}, "recurrence"),
        ({**GOOD, "recurrence": "FREQ=DAILY;COUNT=5"}, "recurrence does not match (^|[:;])FREQ=(WEEKLY|MONTHLY)"),
        ({**GOOD, "recurrence": "every week"}, "recurrence"),
        ({**GOOD, "recurrence": ["FREQ=WEEKLY;COUNT=5"]}, "recurrence"),
        ({**GOOD, "on_conflict": "ask"}, "on_conflict"),
        ({**GOOD, "input": "{}", "stateMachineArn": "x"}, "input, stateMachineArn"),
    ],
)
def test_the_model_names_the_field_and_the_rule(body: Any, named: str) -> None:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    problem = gateway.body_problem(SCHEMAS["BookingRequest"], data)
    assert problem is not None
    assert named in problem


def problems() -> dict[str, dict[str, Any]]:
    """Every problem the gateway can answer with, as the template's text, by where it stands."""
    found = {
        name: response["responseTemplates"]["application/json"]
        for name, response in OPENAPI["x-amazon-apigateway-gateway-responses"].items()
    }
    return {
        name: json.loads(re.sub(r"(?<!\")\$context\.error\.messageString", '"m"', text)) for name, text in found.items()
    }


def test_every_gateway_response_is_a_problem_of_its_status() -> None:
    for name, problem in problems().items():
        response = OPENAPI["x-amazon-apigateway-gateway-responses"][name]
        assert response["responseParameters"]["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        assert problem["type"].startswith(TYPE_PREFIX)
        assert {"type", "title", "detail"} <= set(problem)
        assert problem.get("status") == response.get("statusCode")
    for status, names in HTTP_STATUS_OF_GATEWAY.items():
        for name in names:
            assert str(problems()[name]["status"]) == status


def gateway_headers(origin: str) -> dict[str, dict[str, str]]:
    """Of each answer that the gateway gives itself, the preflight's too, as deployed with that allowed origin."""
    deployed = documents.resolved(OPENAPI, {"AllowedOrigin": origin}, {"WithAllowedOrigin": bool(origin)})
    found = {
        name: {header.rpartition(".")[2]: value.strip("'") for header, value in response["responseParameters"].items()}
        for name, response in deployed["x-amazon-apigateway-gateway-responses"].items()
    }
    preflight = deployed["paths"]["/v1/{proxy+}"]["options"]["x-amazon-apigateway-integration"]["responses"]["default"]
    mapped = preflight["responseParameters"].items()
    return {**found, "preflight": {header.rpartition(".")[2]: value.strip("'") for header, value in mapped}}


def test_a_site_of_another_origin_may_read_every_answer_and_only_if_it_is_named() -> None:
    site = "https://booking.example.com"
    for name, headers in gateway_headers(site).items():
        assert headers["Access-Control-Allow-Origin"] == site, name
        if name != "preflight":
            assert headers["Access-Control-Expose-Headers"] == "Location, ETag, Retry-After", name
        assert "Access-Control-Allow-Credentials" not in headers, name
    for name, headers in gateway_headers("").items():
        assert not [header for header in headers if header.startswith("Access-Control-")], name
    assert "*" not in str(gateway_headers(site))


def test_a_preflight_allows_what_the_contract_asks_for() -> None:
    allowed = gateway_headers("https://booking.example.com")["preflight"]
    asked = {method.upper() for method, _ in OPERATIONS}
    assert set(allowed["Access-Control-Allow-Methods"].split(",")) == asked
    headers = {
        parameter["name"].lower()
        for operation in OPERATIONS.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "header"
    }
    schemes = {each["name"].lower() for each in OPENAPI["components"]["securitySchemes"].values()}
    listed = {each.lower() for each in allowed["Access-Control-Allow-Headers"].split(",")}
    assert listed == (headers - {"stripe-signature"}) | schemes | {"content-type"}, "no page of anybody's signs"


def test_the_gateway_looks_at_bodies_and_never_for_a_header_by_its_spelling() -> None:
    for validator in OPENAPI["x-amazon-apigateway-request-validators"].values():
        assert validator == {"validateRequestParameters": False, "validateRequestBody": True}
    for (_, path), operation in OPERATIONS.items():
        for parameter in operation.get("parameters", []):
            if parameter["name"] == "Idempotency-Key":
                assert parameter["required"], path


def test_every_status_the_gateway_maps_to_is_one_the_method_declares() -> None:
    post = OPERATIONS["post", "/v1/bookings"]
    for response in post["x-amazon-apigateway-integration"]["responses"].values():
        declared = post["responses"][response["statusCode"]]
        for header in response["responseParameters"]:
            assert header.removeprefix("method.response.header.") in declared["headers"]


def test_who_finds_a_function_asleep_is_told_to_come_back() -> None:
    """The API's own function is in the VPC too: API Gateway does not retry, and answers with its own error."""
    answer = documents.openapi()["x-amazon-apigateway-gateway-responses"]["DEFAULT_5XX"]
    assert int(answer["responseParameters"]["gatewayresponse.header.Retry-After"].strip("'")) > 0
