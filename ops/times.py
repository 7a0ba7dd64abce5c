"""Times as operators type and read them. Instants are UTC, and say so."""

import re
from datetime import UTC, datetime, timedelta

from ops.output import refuse

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def ago(moment: datetime, now: datetime) -> str:
    """``3 min ago``."""
    seconds = (now - moment).total_seconds()
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit} ago"
    return f"{max(seconds, 0):.0f} s ago"


def shown(moment: datetime) -> str:
    """``2027-03-01 09:00Z``."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%MZ}"


def written(moment: datetime) -> str:
    """For a command line, and exact: ``2027-03-01T09:00:00.123456Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant(text: str, now: datetime) -> datetime:
    """``30m``, ``2h``, ``3d`` before now, or a time with its zone. Refuses anything else in a line."""
    match = re.fullmatch(r"(\d{1,5})([smhd])", text)
    if match is not None:
        return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        refuse(f"{text!r} is neither a duration (30m, 2h, 3d) nor a time (2027-03-01T09:00:00Z)")
    if moment.tzinfo is None:
        refuse(f"{text} has no zone: 2027-03-01T09:00:00Z")
    return moment.astimezone(UTC)
