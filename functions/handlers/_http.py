"""A call of the API: who makes it, what they send, and the answer. What is wrong names the field and the rule."""

import base64
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from booking import access
from booking.config import optional
from booking.contracts.base import BOOKING_ID_PATTERN, UUID_PATTERN
from booking.contracts.steps import RequestedBy
from booking.errors import Refusal
from booking.model import Requester
from booking.problems import Problem
from booking.versions import etag, is_named, weak_etag
from handlers._operations import Operation
from handlers._runtime import parse

Given = TypeVar("Given", bound=BaseModel)

Event = dict[str, Any]
"""A call, as API Gateway hands it on."""


JSON = {"Content-Type": "application/json"}


class Response(NamedTuple):
    """An answer, as API Gateway is to give it."""

    status: int
    body: str
    headers: dict[str, str]


def requester(event: Event) -> Requester:
    """Who the JWT is of that the gateway has verified: ``sub``, groups, and the address if its owner has shown it.

    API Gateway hands claims on as text: ``email_verified`` is "true" or "false". An ID token without it, or with
    anything else, has no address.
    """
    claims = event["requestContext"]["authorizer"]["claims"]
    asking = parse(RequestedBy, {"sub": claims.get("sub"), "groups": claims.get("cognito:groups", "")}).to_requester()
    is_verified = claims.get("email_verified") in ("true", True)
    return asking._replace(address=claims.get("email") or None) if is_verified else asking


def body(event: Event, contract: type[Given]) -> Given:
    """The call's body. Raises ``Refusal``."""
    try:
        return contract.model_validate_json(event.get("body") or "", strict=True)
    except ValidationError as error:
        raise _refusal(Problem.INVALID_BODY, error) from None


def payload(event: Event) -> bytes:
    """The body as it was sent, to the byte: of it a signature is made. API Gateway hands text on as text."""
    text = event.get("body") or ""
    return base64.b64decode(text) if event.get("isBase64Encoded") else text.encode(errors="replace")


def query(event: Event, contract: type[Given]) -> Given:
    """The call's parameters. Raises ``Refusal``."""
    given: Mapping[str, list[str]] = event.get("multiValueQueryStringParameters") or {}
    repeated = sorted(name for name, values in given.items() if len(values) > 1)
    if repeated:
        raise Refusal(Problem.INVALID_PARAMETER, f"{', '.join(repeated)}: must be given once")
    try:
        return contract.model_validate({name: values[0] for name, values in given.items()})
    except ValidationError as error:
        raise _refusal(Problem.INVALID_PARAMETER, error) from None


def headers(event: Event, name: str) -> list[str]:
    """The header's values: none, one, or several if it was sent under several spellings."""
    given: Mapping[str, str] = event.get("headers") or {}
    return [value for each, value in given.items() if each.lower() == name.lower()]


def header(event: Event, name: str) -> str | None:
    """A header, however its name is spelled."""
    return next(iter(headers(event, name)), None)


def idempotency_key(event: Event) -> str:
    """The id the requester gives to what they ask for. Raises ``Refusal``."""
    keys = headers(event, "Idempotency-Key")
    if len(keys) != 1 or not re.fullmatch(BOOKING_ID_PATTERN, keys[0]):
        raise Refusal(
            Problem.INVALID_IDEMPOTENCY_KEY,
            "The header Idempotency-Key must be given once, with 1 to 80 characters of A-Z a-z 0-9 - _.",
        )
    return keys[0]


def location(event: Event, place: str) -> str:
    """Where a thing is that the call has made, ``place`` being relative to the collection's parent.

    Relative to the call's URL (RFC 9110, 10.2.2), so that it is right with a stage before it, on a domain of the
    practice's own and behind a CDN. API Gateway takes ``/v1/clients/`` for ``/v1/clients``; a browser is a step deeper.
    """
    return f"../{place}" if event["path"].endswith("/") else place


def for_another_origin() -> dict[str, str]:
    """The headers by which pages of the practice's site may read an answer, when it has an origin of its own."""
    origin = optional("ALLOWED_ORIGIN")
    if not origin:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Location, ETag, Retry-After",
    }


def path_id(text: str, kind: Any, operation: Operation) -> UUID | str:
    """An id in the path, of this type. For one that nothing can have, raises what the call has for things unknown."""
    if not re.fullmatch(UUID_PATTERN if kind is UUID else BOOKING_ID_PATTERN, text):
        problem = next(each for each in operation.refusals if each.status == HTTPStatus.NOT_FOUND)
        raise access.not_found(problem.kind.removesuffix("-not-found").replace("-", "_"))
    return UUID(text) if kind is UUID else text


def answer_to(operation: Operation, event: Event) -> Response:
    """Calls the declared function with what it takes; its answer, with what was declared of it. Raises ``Refusal``."""
    assert operation.route is not None  # noqa: S101  # API Gateway itself starts the other ones
    answer = operation.route(**{name: _read(name, kind, operation, event) for name, kind in operation.takes.items()})
    if not isinstance(answer, Response):
        answer = _with_headers(answer, operation, event)
    return _unless_known(answer, operation.cached, event) if operation.cached else answer


def _read(name: str, kind: Any, operation: Operation, event: Event) -> Any:
    match name:
        case "requester":
            return requester(event)
        case "body":
            return body(event, kind)
        case "query":
            return query(event, kind)
        case "key":
            return idempotency_key(event)
        case "payload":
            return payload(event)
        case "stripe_signature":
            return header(event, "Stripe-Signature")
        case "if_match":
            return header(event, "If-Match")
    return path_id(event["pathParameters"][name], kind, operation)


def _with_headers(answer: BaseModel, operation: Operation, event: Event) -> Response:
    found = {"ETag": etag(answer)} if operation.versioned else {}
    is_followed = bool(operation.followed) and dict(answer)["change_id"] is not None
    if place := operation.followed if is_followed else operation.location:
        found["Location"] = location(event, place.format(**dict(answer)))
    return answered(answer, HTTPStatus.ACCEPTED if is_followed else operation.status, found)


def _unless_known(answer: Response, cached: str, event: Event) -> Response:
    """The answer with its tag, and with how long it may be kept; without its body for who has it."""
    tag = weak_etag(answer.body)
    told = {"ETag": tag, "Cache-Control": cached, "Vary": "Accept-Encoding"}  # the gateway compresses, and does not say
    if is_named(header(event, "If-None-Match"), tag):
        return Response(HTTPStatus.NOT_MODIFIED, "", told)
    return answer._replace(headers={**answer.headers, **told})


def answered(answer: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The answer as JSON, with all its fields: what is not there yet is null, so that clients can be generated."""
    return Response(status, answer.model_dump_json(by_alias=True), {**JSON, **(headers or {})})


def _refusal(kind: Problem, error: ValidationError) -> Refusal:
    """What has not the contract's shape is invalid; what has, and breaks one of our rules, is another thing."""
    wrong = error.errors(include_input=False, include_url=False, include_context=False)
    shape = [each for each in wrong if each["type"] != "value_error"]
    detail = "; ".join(_in_words(each) for each in (shape or wrong)[:10])
    return Refusal(kind if shape else Problem.RULE_BROKEN, detail)


_OURS = {"extra_forbidden": "there is no such field", "missing": "is missing"}


def _in_words(wrong: Any) -> str:
    name = ".".join(str(part)[:60] for part in wrong["loc"])
    message = _OURS.get(wrong["type"]) or wrong["msg"].removeprefix("Value error, ")
    if wrong["type"] in ("literal_error", "enum"):
        message = "must be one of " + ", ".join(re.findall("'([a-z_]+)'", message))
    return f"{name}: {message}" if name else message
