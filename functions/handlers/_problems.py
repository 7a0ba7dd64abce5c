"""Errors of the API as RFC 9457 problem details. The gateway's own errors look the same: see openapi.yaml."""

import json
import traceback
from collections.abc import Callable
from typing import Any

from booking.errors import Refusal, RetryableError
from booking.problems import Problem
from handlers._http import Response
from handlers._runtime import logger


def problem(kind: Problem, detail: str, **more: object) -> Response:
    """``more`` are members that only this kind has."""
    body: dict[str, Any] = {"type": kind.type, "title": kind.title, "status": kind.status, "detail": detail, **more}
    return Response(kind.status, json.dumps(body), {"Content-Type": "application/problem+json"})


def answered_as_problem(answer: Callable[[], Response]) -> Response:
    """The answer, or every error as a problem; a bug is logged with its name and answered with none."""
    try:
        return answer()
    except Refusal as refusal:
        return problem(refusal.problem, refusal.detail, **refusal.more)
    except RetryableError as error:
        logger.error("unavailable", error=type(error).__name__, cause=str(error))
        return problem(Problem.UNAVAILABLE, "Try again in a moment.")
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]  # not its message: that may quote what somebody wrote
        logger.error("bug", error=type(error).__name__, at=f"{where.filename}:{where.lineno}")
        return problem(Problem.INTERNAL_ERROR, "This is our fault. It has been recorded.")
