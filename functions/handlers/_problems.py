"""Errors of the API as RFC 9457 problem details. The gateway's own errors look the same: see openapi.yaml."""

import json
import traceback
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from booking.errors import Refusal, RetryableError
from booking.problems import Problem
from handlers._runtime import logger


def problem(kind: Problem, detail: str, **more: object) -> Response[str]:
    """``more`` are members that only this kind has."""
    body: dict[str, Any] = {"type": kind.type, "title": kind.title, "status": kind.status, "detail": detail, **more}
    return Response(status_code=kind.status, content_type="application/problem+json", body=json.dumps(body))


def answer_errors(app: APIGatewayRestResolver) -> APIGatewayRestResolver:
    """Makes the app answer every error as a problem; a bug is logged with its name and answered with none."""

    @app.exception_handler(Refusal)  # type: ignore[untyped-decorator]  # Powertools does not type it
    def refused(refusal: Refusal) -> Response[str]:
        return problem(refusal.problem, refusal.detail, **refusal.more)

    @app.exception_handler(RetryableError)  # type: ignore[untyped-decorator]  # the same
    def unavailable(error: RetryableError) -> Response[str]:
        logger.error("unavailable", error=type(error).__name__, cause=str(error))
        return problem(Problem.UNAVAILABLE, "Try again in a moment.")

    @app.not_found
    def no_such_call(_error: NotFoundError) -> Response[str]:
        return problem(Problem.NO_SUCH_CALL, "There is no such path, or it has no such method.")

    @app.exception_handler(Exception)  # type: ignore[untyped-decorator]  # the same
    def bug(error: Exception) -> Response[str]:
        where = traceback.extract_tb(error.__traceback__)[-1]  # not its message: that may quote what somebody wrote
        logger.error("bug", error=type(error).__name__, at=f"{where.filename}:{where.lineno}")
        return problem(Problem.INTERNAL_ERROR, "This is our fault. It has been recorded.")

    return app
