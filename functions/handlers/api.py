"""Api: the REST calls that read."""

import re
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.config import required
from booking.contracts import BOOKING_ID_PATTERN, RequestedBy, ValidateRequestInput
from booking.services.check_health import check_health
from booking.services.get_booking import get_booking
from handlers._problems import answer_errors, booking_not_found
from handlers._runtime import logger, parse, stores

app = APIGatewayRestResolver()
answer_errors(app)


@app.get("/v1/bookings/<booking_id>")
def booking(booking_id: str) -> Response[str]:
    claims = app.current_event.request_context.authorizer.claims or {}
    viewer = parse(RequestedBy, {"sub": claims.get("sub"), "groups": claims.get("cognito:groups", "")}).to_requester()
    known = re.fullmatch(BOOKING_ID_PATTERN, booking_id)
    answer = get_booking(stores(), request_of, viewer, booking_id) if known else None
    if answer is None:
        return booking_not_found()
    return Response(200, "application/json", answer.model_dump_json(exclude_none=True))


@app.get("/v1/health")
def health() -> Response[str]:
    answer = check_health(stores())
    return Response(200 if answer.status == "ok" else 503, "application/json", answer.model_dump_json(by_alias=True))


def request_of(booking_id: str) -> ValidateRequestInput | None:
    from booking.channels.workflow import StepFunctionsExecutions  # boto3, for the few calls that need it

    return StepFunctionsExecutions(required("STATE_MACHINE_ARN")).request_of(booking_id)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    logger.append_keys(function=context.function_name)
    return app.resolve(event, context)
