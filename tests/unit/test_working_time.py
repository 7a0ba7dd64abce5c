"""When a therapist works, whatever their zone does to its clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.model import Availability, Span, WorkingHours
from booking.working_time import constant_offsets, joined, without, working_time

BERLIN = ZoneInfo("Europe/Berlin")


def on(day: date, zone: ZoneInfo, *spans: tuple[str, str]) -> list[tuple[str, str]]:
    """The working time within eleven hours of a day's noon on the wall clock, with hours on its weekday only."""
    hours = tuple(WorkingHours(day.isoweekday(), _minutes(opens), _minutes(closes)) for opens, closes in spans)
    noon = datetime.combine(day, time(12), zone)
    found = working_time(Availability(hours), zone, noon - timedelta(hours=11), noon + timedelta(hours=11))
    return [tuple(f"{each.astimezone(zone):%d %H:%M %z}" for each in span) for span in found]  # type: ignore[misc]  # two


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


@pytest.mark.parametrize("day", [date(2027, 3, 26), date(2027, 3, 28), date(2027, 10, 31)])  # the clocks change twice
def test_nine_o_clock_stays_nine_o_clock_across_a_clock_change(day: date) -> None:
    [(opens, closes)] = on(day, BERLIN, ("09:00", "17:00"))
    assert opens[3:8] == "09:00"
    assert closes[3:8] == "17:00"


def test_spans_that_touch_are_one_and_may_pass_midnight() -> None:
    assert on(date(2027, 3, 3), BERLIN, ("13:00", "17:00"), ("09:00", "13:00"), ("22:00", "26:00")) == [
        ("03 09:00 +0100", "03 17:00 +0100"),
        ("03 22:00 +0100", "04 02:00 +0100"),
    ]


def test_a_night_shift_goes_on_when_clocks_change_in_it() -> None:
    shift = ("22:00", "28:00")
    assert on(date(2027, 3, 27), BERLIN, shift)[-1] == ("27 22:00 +0100", "28 04:00 +0200"), "five hours"
    assert on(date(2027, 10, 30), BERLIN, shift)[-1] == ("30 22:00 +0200", "31 04:00 +0100"), "seven"


def test_hours_that_a_clock_change_skips_are_none() -> None:
    spring = date(2027, 3, 28)  # 02:00 becomes 03:00
    assert on(spring, BERLIN, ("02:15", "02:45")) == []
    assert on(spring, BERLIN, ("01:30", "03:30")) == [("28 01:30 +0100", "28 03:30 +0200")]  # one hour long
    assert on(spring, BERLIN, ("02:30", "04:00")) == [("28 03:00 +0200", "28 04:00 +0200")]


def test_hours_that_come_twice_are_worked_twice() -> None:
    autumn = date(2027, 10, 31)  # 03:00 becomes 02:00
    assert on(autumn, BERLIN, ("02:15", "02:45")) == [
        ("31 02:15 +0200", "31 02:45 +0200"),
        ("31 02:15 +0100", "31 02:45 +0100"),
    ]
    assert on(autumn, BERLIN, ("01:00", "04:00")) == [("31 01:00 +0200", "31 04:00 +0100")]  # four hours long


def test_a_day_that_a_zone_leaves_out_is_not_worked() -> None:
    samoa = ZoneInfo("Pacific/Apia")  # went from Thursday 29 to Saturday 31 December 2011
    assert on(date(2011, 12, 30), samoa, ("09:00", "17:00")) == []
    assert on(date(2011, 12, 31), samoa, ("09:00", "17:00")) == [("31 09:00 +1400", "31 17:00 +1400")]


def test_a_change_of_half_an_hour() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # 02:00 becomes 02:30 on 3 October 2027
    assert on(date(2027, 10, 3), lord_howe, ("01:30", "03:00")) == [("03 01:30 +1030", "03 03:00 +1100")]


def test_hours_hold_from_their_first_day_to_their_last() -> None:
    hours = WorkingHours(1, 540, 600, date(2027, 3, 8), date(2027, 3, 15))
    found = working_time(
        Availability((hours,)), BERLIN, datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 30, tzinfo=UTC)
    )
    assert [opens.date() for opens, _ in found] == [date(2027, 3, 8), date(2027, 3, 15)]


def at(hour: int) -> datetime:
    return datetime(2027, 3, 3, hour, tzinfo=UTC)


def test_extra_hours_add_to_the_week_and_time_off_wins_over_both() -> None:
    calendar = Availability((WorkingHours(3, 540, 720),), ((at(11), at(14)),), ((at(10), at(12)),))
    assert working_time(calendar, BERLIN, at(0), at(23)) == [(at(8), at(10)), (at(12), at(14))]


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda s: (s[0], s[0] + s[1])), max_size=8)


@given(SPANS, SPANS)
def test_joining_and_taking_away_is_what_sets_of_hours_do(
    some: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    start = datetime(2027, 1, 1, tzinfo=UTC)

    def spans(pairs: list[tuple[int, int]]) -> list[Span]:
        return [(start + timedelta(hours=a), start + timedelta(hours=b)) for a, b in pairs]

    def hours(given: list[Span]) -> set[datetime]:
        return {a + timedelta(hours=n) for a, b in given for n in range((b - a) // timedelta(hours=1))}

    left = without(joined(spans(some)), joined(spans(others)))
    assert hours(left) == hours(spans(some)) - hours(spans(others))
    assert all(one[1] <= other[0] for one, other in pairwise(left))


ZONES = sorted(available_timezones() - {"localtime"})


@given(st.sampled_from(ZONES), st.integers(2024, 2035), st.integers(0, 364), st.integers(1, 20))
def test_a_zone_is_cut_exactly_at_its_clock_changes(name: str, year: int, day: int, days: int) -> None:
    zone, start = ZoneInfo(name), datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day)
    pieces = list(constant_offsets(zone, start, start + timedelta(days=days)))
    assert [begins for begins, _, _ in pieces] == [start, *(ends for _, ends, _ in pieces[:-1])]
    assert pieces[-1][1] == start + timedelta(days=days)
    for begins, ends, offset in pieces:
        assert begins.astimezone(zone).utcoffset() == offset
        assert (ends - timedelta(seconds=1)).astimezone(zone).utcoffset() == offset
