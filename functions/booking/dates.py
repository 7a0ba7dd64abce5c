"""How an instant reads: in words and in short, in each language, on the reader's clock. Standard library only.

Weekdays, months and the order of their parts are CLDR's, and tests/unit/test_dates.py holds them to Babel's: its data
would make each function's zip 30 MB larger.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from booking.codes import Language
from booking.zones import comes_twice

WEEKDAYS = {
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    Language.DE: ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
MONTHS = {
    Language.EN: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    Language.DE: (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
}


def in_words(instant: datetime, language: Language, zone: ZoneInfo, other_zone: ZoneInfo | None = None) -> str:
    """``Tuesday 24 November 2026, 10:00 (Europe/Berlin, CET)``, in ``zone``.

    ``other_zone``: whose clock is named as well, if it reads another time.
    """
    local = instant.astimezone(zone)
    zones = f"{zone.key}, {local.tzname()}{_other_clock(local, language, other_zone)}"
    if language == Language.DE:
        return f"{_date_in_words(local, language)}, {local:%H:%M} Uhr ({zones})"
    return f"{_date_in_words(local, language)}, {local:%H:%M} ({zones})"


def in_short(instant: datetime, language: Language, zone: ZoneInfo, other_zone: ZoneInfo | None = None) -> str:
    """For text messages: ``Tue 24 Nov 2026, 10:00 (Europe/Berlin)``; ``other_zone`` as in ``in_words``.

    An hour that comes twice has the zone's abbreviation, which tells one from the other.
    """
    local = instant.astimezone(zone)
    zones = f"{zone.key}{_other_clock(local, language, other_zone)}"
    return f"{_short_date(local, language)}, {_time(local)} ({zones})"


def day_and_time(instant: datetime, language: Language, zone: ZoneInfo) -> str:
    """``Tue 24 Nov, 10:00``: without year and zone, for a subject."""
    local = instant.astimezone(zone)
    return f"{_short_date(local, language, with_year=False)}, {_time(local)}"


def _date_in_words(local: datetime, language: Language) -> str:
    weekday, month = WEEKDAYS[language][local.weekday()], MONTHS[language][local.month - 1]
    if language == Language.DE:
        return f"{weekday}, {local.day}. {month} {local.year}"
    return f"{weekday} {local.day} {month} {local.year}"


def _short_date(local: datetime, language: Language, *, with_year: bool = True) -> str:
    weekday, month = WEEKDAYS[language][local.weekday()], MONTHS[language][local.month - 1]
    if language == Language.DE:
        return f"{weekday[:2]} {local.day}.{local.month}.{local.year if with_year else ''}"
    return f"{weekday[:3]} {local.day} {month[:3]}{f' {local.year}' if with_year else ''}"


def _time(local: datetime) -> str:
    """``10:00``, or ``02:30 CEST`` where the clock reads this time twice that night."""
    return f"{local:%H:%M} {local.tzname()}" if comes_twice(local) else f"{local:%H:%M}"


def _other_clock(local: datetime, language: Language, zone: ZoneInfo | None) -> str:
    """What another clock reads, if it differs: ``; 09:00 Europe/Berlin``, with the weekday if that differs too."""
    if zone is None:
        return ""
    other = local.astimezone(zone)
    if other.utcoffset() == local.utcoffset():
        return ""
    day = f"{WEEKDAYS[language][other.weekday()]} " if other.date() != local.date() else ""
    return f"; {day}{_time(other)} {zone.key}"
