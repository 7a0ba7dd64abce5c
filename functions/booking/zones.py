"""Where the name of a time zone that was kept becomes the zone. Standard library only.

A name that was one when it was kept may be none now: tzdata drops names (US/Pacific-New), and an older tzdata, after a
rollback, has not all of them yet (Europe/Kyiv). That is one row's trouble: its times are shown in UTC, which they are
then called, and a line in the log says whose it is.
"""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

logger = logging.getLogger(__name__)

UTC_ZONE = ZoneInfo("UTC")
ZERO = timedelta(0)


def known_zone(name: str) -> ZoneInfo | None:
    """The zone of this name, or None when tzdata has none (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, as America is
        return None


def zone_of(name: str, whose: str, otherwise: ZoneInfo = UTC_ZONE) -> ZoneInfo:
    """The zone that a row names, or ``otherwise`` when there is no such zone. ``whose``: the row, by its id."""
    zone = known_zone(name)
    if zone is None:
        logger.warning("no such time zone any more: %s", whose)  # not its name: that was typed
        return otherwise
    return zone


def comes_twice(local: datetime) -> bool:
    """Whether the clock reads this local time twice, because it is put back that night (PEP 495)."""
    first, second = local.replace(fold=0), local.replace(fold=1)
    return (first.utcoffset() or ZERO) > (second.utcoffset() or ZERO)
