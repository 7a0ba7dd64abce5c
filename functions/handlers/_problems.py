"""Errors of the API as RFC 9457 problem details. The gateway's own errors look the same: see openapi.yaml."""

import json

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from booking.errors import RetryableError
from handlers._runtime import logger

TYPE_PREFIX = "urn:therapist-booking:problem:"


def problem(status: int, kind: str, title: str, detail: str) -> Response[str]:
    """``kind`` is the stable last part of the problem's ``type``."""
    body = {"type": TYPE_PREFIX + kind, "title": title, "status": status, "detail": detail}
    return Response(status_code=status, content_type="application/problem+json", body=json.dumps(body))


def booking_not_found() -> Response[str]:
    """For a booking that does not exist and for one that is someone else's: nobody can tell which."""
    return problem(404, "booking-not-found", "Booking not found", "There is no booking of yours with this id.")


def answer_errors(app: APIGatewayRestResolver) -> APIGatewayRestResolver:
    """Makes the app answer every error as a problem; a bug is logged with its name and answered with none."""

    @app.exception_handler(RetryableError)  # type: ignore[untyped-decorator]  # Powertools does not type it
    def unavailable(error: RetryableError) -> Response[str]:
        logger.error("unavailable", error=type(error).__name__, cause=str(error))
        return problem(503, "unavailable", "Temporarily unavailable", "Try again in a moment.")

    @app.not_found
    def no_such_call(_error: NotFoundError) -> Response[str]:
        return problem(404, "no-such-call", "No such call", "There is no such path, or it has no such method.")

    @app.exception_handler(Exception)  # type: ignore[untyped-decorator]  # the same
    def bug(error: Exception) -> Response[str]:
        logger.exception("bug", error=type(error).__name__)
        return problem(500, "internal-error", "Internal error", "This is our fault. It has been recorded.")

    return app
