"""The frame of a function that answers calls of the API: those that are declared as its own.

API Gateway has found out which call it is (``resource``) and says the ids of its path. The module that declares the
call is imported by the first who makes it: of all its calls, an environment answers a few. Where nobody waits for the
environment to start, all of the function's are there before the first call.
"""

import json
from functools import cache
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.config import starts_unawaited
from booking.contracts.base import legal_id
from booking.problems import Problem
from handlers._http import Response, answer_to, for_another_origin
from handlers._operations import OPERATIONS, Operation
from handlers._problems import answered_as_problem, problem
from handlers._runtime import Handler, logger

CALLS: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "calls.json").read_text(encoding="utf-8"))
"""For each function its calls ("GET /v1/bookings"), and the module of ``routes`` that declares each. Written by
`make contract-files`."""


@cache
def operation_of(module: str, method: str, path: str) -> Operation:
    """The call, with what its module needs imported."""
    import_module(f"handlers.routes.{module}")
    return next(each for each in OPERATIONS if (each.method, each.path) == (method, path))


def handler_of(function: str) -> Handler:
    """The handler of this function (named without ``Function``), with a log line a call."""
    calls = CALLS[function]

    def answer_of(event: dict[str, Any]) -> Response:
        method, path = event["httpMethod"], event["resource"]
        module = calls.get(f"{method} {path}")
        if module is None:
            return problem(Problem.NO_SUCH_CALL, "There is no such path, or it has no such method.")
        return answered_as_problem(lambda: answer_to(operation_of(module, method, path), event))

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        path = event.get("pathParameters") or {}
        booking_id = legal_id(path.get("booking_id") or path.get("series_id"))
        change_id = legal_id(path.get("change_id"))
        logger.append_keys(function=context.function_name, booking_id=booking_id, change_id=change_id)
        answer = answer_of(event)
        if answer.status == HTTPStatus.NOT_FOUND:
            logger.append_keys(booking_id=None, change_id=None)  # they name nothing: somebody typed them
        logger.info("answered", method=event["httpMethod"], route=event["resource"], status=answer.status)
        return {
            "statusCode": answer.status,
            "multiValueHeaders": {name: [value] for name, value in {**answer.headers, **for_another_origin()}.items()},
            "body": answer.body,
            "isBase64Encoded": False,
        }

    if starts_unawaited():
        for call, module in calls.items():
            operation_of(module, *call.split())
    return handler
