"""How the executions are called that move money: by the movement's key, so that Step Functions starts each once."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

LONGEST = 80
"""Characters in an execution's name
(https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html). A booking's id may have as
many, and a key of its money more.
"""

HOUR = timedelta(hours=1)


def movement_name(key: str) -> str:
    """Of the execution that moves what is intended under a key."""
    return _short(key)


def page_name(key: str, now: datetime) -> str:
    """Of the execution that opens a page on which a fee is paid: one in an hour."""
    return _short(f"page-{key}-{int(now.timestamp() // HOUR.total_seconds())}")


def booking_of(key: str) -> str:
    """Whose money a key of ours moves: ``refund-<booking>-<n>``, ``fee-<booking>-<n>``."""
    return key.partition("-")[2].rpartition("-")[0]


def _short(name: str) -> str:
    kind = name.partition("-")[0]
    return name if len(name) <= LONGEST else f"{kind}-{uuid5(NAMESPACE_URL, f'urn:therapist-booking:payment:{name}')}"
