"""The frame of a function that answers calls of the API: those that are declared as its own."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.contracts.base import legal_id
from handlers._http import answer_of, for_another_origin
from handlers._problems import answer_errors
from handlers._runtime import logger
from handlers.routes import OPERATIONS


def app_of(function: str) -> APIGatewayRestResolver:
    """The calls that this function answers; it is named without ``Function``."""
    app = answer_errors(APIGatewayRestResolver())
    for operation in OPERATIONS:
        if operation.route is not None and operation.function == function:
            rule = operation.path.replace("{", "<").replace("}", ">")
            app.route(rule, operation.method)(answer_of(operation, operation.route, app))
    return app


def handler_of(app: APIGatewayRestResolver) -> Callable[[dict[str, Any], LambdaContext], dict[str, Any]]:
    """The function's handler, with a log line a call."""

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        path = event.get("pathParameters") or {}
        booking_id = legal_id(path.get("booking_id") or path.get("series_id"))
        change_id = legal_id(path.get("change_id"))
        logger.append_keys(function=context.function_name, booking_id=booking_id, change_id=change_id)
        # The router's patterns end before a last line break: "x%0A" would be x.
        answer = app.resolve({**event, "path": event["path"].replace("\n", "%0A")}, context)
        answer["multiValueHeaders"] = {**answer.get("multiValueHeaders", {}), **for_another_origin()}
        if answer["statusCode"] == HTTPStatus.NOT_FOUND:
            logger.append_keys(booking_id=None, change_id=None)  # they name nothing: somebody typed them
        logger.info("answered", method=event["httpMethod"], route=event["resource"], status=answer["statusCode"])
        return answer

    return handler
