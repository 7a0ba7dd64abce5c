"""The system itself."""

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


FOR_MINUTES = "public, max-age=300"

CONTRACT = Path(__file__).parent.parent / "openapi.json"
"""Written by `make contract-files`."""


@Operation(
    "getContract",
    "GET",
    "/v1/openapi.json",
    tag="System",
    who=Who.EVERYONE,
    summary="This contract, for programs that make clients of it",
    answered="The contract, as OpenAPI 3.0",
    answer=dict[str, Any],
    cached=FOR_MINUTES,
)
def contract() -> Response:
    return Response(200, CONTRACT.read_text(encoding="utf-8"), JSON)
