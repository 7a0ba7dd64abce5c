"""Concurrent edits: a version is a digest of what GET answers, and a change names the one it was made from."""

import hashlib

from pydantic import BaseModel

from booking.errors import Refusal
from booking.problems import Problem


def etag(answer: BaseModel) -> str:
    """The entity tag (RFC 9110, 8.8.3) of an answer."""
    return f'"{hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:32]}"'


def demand_current(if_match: str | None, current: BaseModel) -> None:
    """Raises ``Refusal`` without an If-Match, and when it names another version."""
    if if_match is None:
        raise Refusal(Problem.IF_MATCH_MISSING, "Send the ETag of the version you have changed as If-Match.")
    named = {each.strip() for each in if_match.split(",")}
    if not named & {"*", etag(current)}:
        raise Refusal(Problem.CHANGED_MEANWHILE, "If-Match is not the current ETag: read it again, then change that.")
