"""The system itself."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from booking.contracts.bookings import HealthAnswer
from booking.services.operations.check_health import check_health
from handlers._http import JSON, Response, answered
from handlers._operations import Operation, Who
from handlers._outside import outside


@Operation(
    "getHealth",
    "GET",
    "/v1/health",
    tag="System",
    who=Who.EVERYONE,
    summary="Whether bookings can be made",
    answered="The database answers and has the schema this code needs",
    answer=HealthAnswer,
    otherwise={503: "It does not"},
)
def health() -> Response:
    answer = check_health(outside.stores)
    return answered(answer, 200 if answer.status == "ok" else 503)


CONTRACT = Path(__file__).parent.parent / "openapi.json"
"""Written by `make contract-files`."""


@cache
def _contract() -> tuple[str, str]:
    """The contract's text, and its version."""
    text = CONTRACT.read_text(encoding="utf-8")
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


@Operation(
    "getContract",
    "GET",
    "/v1/openapi.json",
    tag="System",
    who=Who.EVERYONE,
    summary="This contract, for programs that make clients of it",
    answered="The contract, as OpenAPI 3.0",
    answer=dict[str, Any],
    otherwise={304: "It is the version that `If-None-Match` names"},
    headers={"ETag": "Send it as If-None-Match", "Cache-Control": "How long it need not be read again"},
)
def contract(if_none_match: str | None) -> Response:
    text, version = _contract()
    headers = {"ETag": version, "Cache-Control": "public, max-age=300"}
    if if_none_match == version:
        return Response(304, "", headers)
    return Response(200, text, {**JSON, **headers})
