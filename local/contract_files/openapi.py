"""openapi.yaml and the copy of it that is served, from the declarations, the contracts and head.yaml."""

import json
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml

from booking.contracts.base import BOOKING_ID_PATTERN
from handlers._operations import Operation, Who
from handlers.routes import all_operations
from local import documents
from local.contract_files import gateway, problems, schemas

Part = dict[str, Any]

RESPONSES = {
    400: "InvalidCall",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    412: "ChangedMeanwhile",
    413: "TooLarge",
    415: "UnsupportedMediaType",
    422: "RuleBroken",
    428: "IfMatchMissing",
    429: "Throttled",
    500: "InternalError",
    503: "Unavailable",
}
"""The response in head.yaml that says what a status means."""

_LOCATION = {
    "description": "Relative to the request's URL (RFC 9110, 10.2.2)",
    "schema": {"type": "string", "format": "uri-reference"},
}
_ETAG = {"description": "Send it as If-Match to change this version", "schema": {"type": "string"}}
_KNOWN = {"description": "Send it as If-None-Match: 304 says that the answer is the same", "schema": {"type": "string"}}
_CACHED = {"description": "How long the answer may be kept before it is asked for again", "schema": {"type": "string"}}
_UNCHANGED = "It is the version that `If-None-Match` names"
_TEXT = {"schema": {"type": "string"}}
_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}


def document() -> Part:
    """The contract, as API Gateway imports it."""
    made: Part = documents.plain(Path(__file__).with_name("head.yaml"))
    components = made.pop("components")
    every = all_operations()
    made["paths"] = {}
    for each in every:
        made["paths"].setdefault(each.path, {})[each.method.lower()] = _operation(each)
    made["paths"]["/v1/{proxy+}"] = {"options": gateway.preflight(every)}
    components["schemas"] = dict(sorted({**schemas.schemas(every), **components["schemas"]}.items()))
    components["schemas"]["Problem"]["properties"]["type"]["description"] = problems.all_listed()
    made["components"] = components
    made["x-amazon-apigateway-gateway-responses"] = gateway.gateway_responses()
    return made


def _operation(operation: Operation) -> Part:
    takes = operation.takes
    description = "\n\n".join(each for each in (operation.description, problems.listed(operation)) if each)
    parameters = _parameters(operation) + (schemas.parameters(takes["query"]) if "query" in takes else [])
    return {
        "operationId": operation.name,
        "tags": [operation.tag],
        "security": [{operation.who.value: []}] if operation.who.value else [],
        "summary": operation.summary,
        **({"description": description} if description else {}),
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": _body(schemas.reference(takes["body"]))} if "body" in takes else {}),
        **({"requestBody": _body({"type": "object"})} if "payload" in takes else {}),
        "responses": {str(status): each for status, each in sorted(_responses(operation).items())},
        **({"x-amazon-apigateway-request-validator": "body"} if operation.machine else {}),
        "x-amazon-apigateway-integration": (
            gateway.start_execution(operation) if operation.machine else gateway.to_the_function(operation.function)
        ),
    }


def _parameters(operation: Operation) -> list[Part]:
    """The ids in the path, and the headers."""
    found: list[Part] = [
        {"name": each, "in": "path", "required": True, "schema": {"type": "string"}} for each in operation.path_ids
    ]
    if "key" in operation.takes:
        named = re.search(r"{(\w+)_id}", operation.location)
        made = named[1].replace("_", " ") if named else "act"
        another = made if made in ("change", "time off", "act") else "request"
        description = (
            f"Names the {made}. 1 to 80 of A–Z a–z 0–9 - _, new for every {another} you mean to be another one."
        )
        schema = {"type": "string", "pattern": BOOKING_ID_PATTERN}
        found.append(_header("Idempotency-Key", description, schema))
    if "stripe_signature" in operation.takes:
        description = "When the body was sent, and its signature: https://docs.stripe.com/webhooks"
        found.append(_header("Stripe-Signature", description, {"type": "string"}))
    if "if_match" in operation.takes:
        description = "The ETag of the version that was changed; 428 without it"
        found.append(_header("If-Match", description, {"type": "string"}))
    if operation.cached:
        known = _header("If-None-Match", "The ETag of the answer one has", {"type": "string"})
        found.append({**known, "required": False})
    return found


def _header(name: str, description: str, schema: Part) -> Part:
    return {"name": name, "in": "header", "required": True, "description": description, "schema": schema}


def _body(schema: Part) -> Part:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _responses(operation: Operation) -> dict[int, Part]:
    answer = {"application/json": {"schema": schemas.reference(operation.answer)}}
    headers = {
        **({"Location": _LOCATION} if operation.location else {}),
        **({"ETag": _ETAG} if operation.versioned else {}),
        **({"ETag": _KNOWN, "Cache-Control": _CACHED} if operation.cached else {}),
        **{name: {"description": each, **_TEXT} for name, each in operation.headers.items()},
    }
    found: dict[int, Part] = {each.status: _refused(each.status, operation) for each in problems.of(operation)}
    found[operation.status] = {
        "description": operation.answered or operation.summary,
        **({"headers": headers} if headers else {}),
        "content": answer,
    }
    for status, description in operation.otherwise.items():
        is_followed = operation.followed and status == HTTPStatus.ACCEPTED
        more = {"headers": headers} if is_followed else {}
        found[status] = {"description": description, **more, "content": answer}
    if operation.cached:
        found[HTTPStatus.NOT_MODIFIED] = {"description": _UNCHANGED, "headers": headers}
    return {**found, **_started(found)} if operation.machine else found


def _refused(status: int, operation: Operation) -> Part:
    name = "NoKey" if status == HTTPStatus.FORBIDDEN and operation.who is Who.APPLICATIONS else RESPONSES[status]
    return {"$ref": f"#/components/responses/{name}"}


def _started(responses: dict[int, Part]) -> dict[int, Part]:
    """What a call that starts a machine answers by its templates: API Gateway sets only headers that are declared."""
    content_type = {"Content-Type": _TEXT}
    problem = {"application/problem+json": _PROBLEM}
    return {
        202: {**responses[202], "headers": {**responses[202]["headers"], **content_type}},
        400: {
            "description": "The key or the body is not what the contract says; the problem names the field and the "
            "rule",
            "headers": content_type,
            "content": problem,
        },
        409: {
            "description": "The key was used before; Location is what it was used for",
            "headers": {"Location": _LOCATION, **content_type},
            "content": problem,
        },
        429: {
            "description": "Too many requests; try again after Retry-After seconds",
            "headers": {"Retry-After": _TEXT, **content_type},
            "content": {"application/json": _PROBLEM, **problem},
        },
        503: {
            "description": "The request was not accepted; try again with the same key",
            "headers": content_type,
            "content": problem,
        },
    }


# -- As text ---------------------------------------------------------------------------------------------------------

HEAD = """\
# Written by `make contract-files` from functions/handlers/routes/, functions/booking/contracts/ and
# local/contract_files/: change those.
"""


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as they read, and no aliases: CloudFormation knows none in what AWS::Include reads."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # PyYAML asks so
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def files() -> dict[Path, str]:
    """The contract as it is deployed, and as it is served: without what only API Gateway is told."""
    made = document()
    text = yaml.dump(made, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    served = json.dumps(_for_callers(made), indent=1, ensure_ascii=False)
    return {
        documents.ROOT / "openapi.yaml": HEAD + text,
        documents.ROOT / "functions" / "handlers" / "openapi.json": served + "\n",
    }


def _for_callers(part: Any) -> Any:
    """The same without AWS's extensions, and without the path of all OPTIONS, which no other reader knows."""
    if isinstance(part, list):
        return [_for_callers(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _for_callers(each)
        for key, each in part.items()
        if not key.startswith("x-amazon-") and not key.endswith("{proxy+}")
    }
