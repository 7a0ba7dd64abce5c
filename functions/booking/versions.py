"""Versions are digests of what GET answers: a change names the one it was made from, a reader the one they have."""

import hashlib

from pydantic import BaseModel

from booking.errors import Refusal
from booking.problems import Problem


def etag(answer: BaseModel) -> str:
    """The entity tag (RFC 9110, 8.8.3) of an answer."""
    return f'"{hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:32]}"'


def weak_etag(text: str) -> str:
    """The entity tag of an answer that is only read: weak, for the gateway may send the same compressed."""
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def is_named(if_none_match: str | None, tag: str) -> bool:
    """Whether who asks has this version already, by weak comparison (RFC 9110, 13.1.2): CDNs make strong tags weak."""
    named = {each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")}
    return bool(named & {"*", tag.removeprefix("W/")})


def demand_current(if_match: str | None, current: BaseModel) -> None:
    """Raises ``Refusal`` without an If-Match, and when it names another version."""
    if if_match is None:
        raise Refusal(Problem.IF_MATCH_MISSING, "Send the ETag of the version you have changed as If-Match.")
    named = {each.strip() for each in if_match.split(",")}
    if not named & {"*", etag(current)}:
        raise Refusal(Problem.CHANGED_MEANWHILE, "If-Match is not the current ETag: read it again, then change that.")
