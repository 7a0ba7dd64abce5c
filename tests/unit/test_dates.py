"""Dates read as CLDR has them in the reader's language: Babel says how. The clocks are in test_notices.py."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_skeleton

from booking import dates
from booking.codes import Language

LONDON, BERLIN = ZoneInfo("Europe/London"), ZoneInfo("Europe/Berlin")
DAYS = [datetime(2027, 1, 1, 12, 0, tzinfo=UTC) + timedelta(days=day) for day in range(365)]


def cldr_in_words(day: datetime, language: Language) -> str:
    if language == Language.EN:  # the day before the month, as the British write it, without their comma
        return format_date(day, "full", "en_GB").replace(",", "")
    return format_date(day, "full", "de")


def cldr_in_short(day: datetime, language: Language, skeleton: str) -> str:
    """A text message has no room for commas, the t of Sept, or the stop after a German weekday."""
    if language == Language.EN:
        return format_skeleton(skeleton, day, locale="en_001").replace(",", "").replace("Sept", "Sep")
    return format_skeleton(skeleton.replace("MMM", "M"), day, locale="de").replace(".,", "")


@pytest.mark.parametrize("language", Language)
def test_every_weekday_and_month_reads_as_cldr_has_it(language: Language) -> None:
    for day in DAYS:
        written = dates.in_words(day, language, BERLIN)
        assert written.startswith(f"{cldr_in_words(day, language)}, "), written


@pytest.mark.parametrize("language", Language)
def test_so_do_the_short_forms(language: Language) -> None:
    for day in DAYS:
        written = dates.in_short(day, language, BERLIN)
        assert written.startswith(f"{cldr_in_short(day, language, 'yMMMEd')}, "), written
        assert dates.day_and_time(day, language, LONDON).startswith(f"{cldr_in_short(day, language, 'MMMEd')}, ")


def test_every_language_of_messages_has_its_dates() -> None:
    assert set(dates.WEEKDAYS) == set(dates.MONTHS) == set(Language)


def test_another_clock_is_named_only_when_it_reads_another_time() -> None:
    noon = datetime(2027, 6, 1, 12, 0, tzinfo=UTC)
    assert (
        dates.in_short(noon, Language.EN, BERLIN, ZoneInfo("Europe/Paris")) == "Tue 1 Jun 2027, 14:00 (Europe/Berlin)"
    )
    assert dates.in_short(noon, Language.EN, BERLIN, LONDON) == (
        "Tue 1 Jun 2027, 14:00 (Europe/Berlin; 13:00 Europe/London)"
    )
    assert "; Wednesday 00:00 Pacific/Auckland)" in dates.in_words(
        noon, Language.EN, BERLIN, ZoneInfo("Pacific/Auckland")
    )
