"""Api: the REST calls that read."""

import re
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts import BOOKING_ID_PATTERN
from booking.services.check_health import check_health
from booking.services.get_booking import get_booking
from handlers._caller import caller
from handlers._executions import request_of
from handlers._problems import answer_errors, booking_not_found
from handlers._runtime import stores

app = answer_errors(APIGatewayRestResolver())


@app.get("/v1/bookings/<booking_id>")
def booking(booking_id: str) -> Response[str]:
    known = re.fullmatch(BOOKING_ID_PATTERN, booking_id)
    answer = get_booking(stores(), request_of, caller(app), booking_id) if known else None
    return (
        Response(200, "application/json", answer.model_dump_json(exclude_none=True)) if answer else booking_not_found()
    )


@app.get("/v1/health")
def health() -> Response[str]:
    answer = check_health(stores())
    return Response(200 if answer.status == "ok" else 503, "application/json", answer.model_dump_json(by_alias=True))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
