"""What rows of several queries have in common."""

from booking.model import Reason, ReasonCode

RequestText = dict[str, str]
"""A request as the caller wrote it, without what was left out."""


def reasons_of(rows: list[dict[str, str]]) -> list[Reason]:
    """As they were kept: codes and sentences."""
    return [Reason(ReasonCode(row["code"]), row["message"]) for row in rows]
