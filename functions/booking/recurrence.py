"""The recurrence rules of a series: a subset of RFC 5545, expanded in the therapist's wall-clock time.

``FREQ=WEEKLY`` with ``BYDAY=MO,TH``, or ``FREQ=MONTHLY`` with ``BYDAY=2TU`` or ``-1FR``; ``INTERVAL``; and ``COUNT`` up
to 52 or ``UNTIL``, so that every rule ends. python-dateutil expands them on the clock on the wall; what an instant that
is, only ``zoneinfo`` says.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.codes import ReasonCode

MAX_OCCURRENCES = 52
LAST_YEAR = 9900
"""Beyond it some zone or some buffer would need a year 10000."""

_WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_ORDINAL = "[+-]?[1-5]"
_PARTS = {
    "FREQ": "WEEKLY|MONTHLY",
    "INTERVAL": "[1-9][0-9]?",
    "BYDAY": f"(?:{_ORDINAL})?{_WEEKDAY}(?:,(?:{_ORDINAL})?{_WEEKDAY})*",
    "COUNT": "[1-9][0-9]{0,2}",
    "UNTIL": "[0-9]{8}(?:T[0-9]{6}Z?)?",
}


class Start(NamedTuple):
    """One occurrence. ``skipped``: a clock change leaves out this reading of the clock; ``at`` is then the instant that
    RFC 5545 gives it, by the offset before the gap."""

    at: datetime  # UTC
    skipped: bool = False


class Expansion(NamedTuple):
    """The occurrences of a rule, or why there are none."""

    starts: tuple[Start, ...] = ()
    reason: ReasonCode | None = None


def expand(rule: str, starts_at: datetime, zone: ZoneInfo) -> Expansion:
    """The occurrences from ``starts_at`` on, which must be the first of them.

    A local time that comes twice is its first occurrence (RFC 5545, 3.3.5), but for ``starts_at`` itself, an instant.
    """
    parts = _parts(rule)
    if parts is None:
        return Expansion(reason=ReasonCode.RECURRENCE_INVALID)
    first = starts_at.astimezone(zone).replace(tzinfo=None)
    try:
        local = list(islice(_local_starts(parts, first, zone), MAX_OCCURRENCES + 1))
    except (ValueError, OverflowError):  # an UNTIL that is no day, or none that this zone can say
        return Expansion(reason=ReasonCode.RECURRENCE_INVALID)
    if not local:
        return Expansion(reason=ReasonCode.RECURRENCE_NEVER_MATCHES)
    if local[0] != first:
        return Expansion(reason=ReasonCode.RECURRENCE_STARTS_ELSEWHERE)
    if len(local) > MAX_OCCURRENCES:
        return Expansion(reason=ReasonCode.RECURRENCE_TOO_LONG)
    if local[-1].year > LAST_YEAR:
        return Expansion(reason=ReasonCode.RECURRENCE_INVALID)
    later = (_instant(each, zone) for each in local[1:])
    return Expansion((Start(starts_at.astimezone(UTC)), *later))


def _parts(rule: str) -> dict[str, str] | None:
    """The rule's parts by name, or None when it is not one of ours."""
    named = [part.partition("=")[::2] for part in rule.removeprefix("RRULE:").split(";")]
    parts = dict(named)
    known = all(name in _PARTS and re.fullmatch(_PARTS[name], value) for name, value in named)
    if not known or len(parts) < len(named) or "FREQ" not in parts or ("COUNT" in parts) == ("UNTIL" in parts):
        return None
    by_day = parts.get("BYDAY", "")
    ordinals = len(re.findall("[1-5]", by_day))
    if parts["FREQ"] == "WEEKLY":
        return parts if ordinals == 0 else None
    return parts if by_day and ordinals == len(by_day.split(",")) else None


def _local_starts(parts: dict[str, str], first: datetime, zone: ZoneInfo) -> Iterable[datetime]:
    from dateutil import rrule  # most bookings are no series: they need not pay for it

    weekdays = [
        getattr(rrule, day[-2:])(int(day[:-2])) if day[:-2] else getattr(rrule, day)
        for day in filter(None, parts.get("BYDAY", "").split(","))
    ]
    starts: Iterable[datetime] = rrule.rrule(
        getattr(rrule, parts["FREQ"]),
        dtstart=first,
        interval=int(parts.get("INTERVAL", "1")),
        byweekday=weekdays or None,
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"], zone) if "UNTIL" in parts else None,
    )
    return starts


def _until(text: str, zone: ZoneInfo) -> datetime:
    """The last local time: a day means all of it, a time with Z is UTC."""
    if len(text) == 8:
        return datetime.strptime(text, "%Y%m%d") + timedelta(hours=23, minutes=59, seconds=59)  # noqa: DTZ007  # wall clock
    local = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007  # wall clock
    return local.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if text.endswith("Z") else local


def _instant(local: datetime, zone: ZoneInfo) -> Start:
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    return Start(instant, skipped=instant.astimezone(zone).replace(tzinfo=None) != local)
