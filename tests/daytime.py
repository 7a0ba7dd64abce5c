"""A time zone in which it is day, at whatever hour the tests run: nobody is offered a time at night."""

from datetime import UTC, datetime


def zone_by_day() -> str:
    """The name of a zone whose clocks show noon, or an hour of it."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # signs are the other way round: Etc/GMT-5 is five hours ahead
