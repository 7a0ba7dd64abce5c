"""A series' rule, expanded in the therapist's wall-clock time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from booking.codes import ReasonCode
from booking.recurrence import expand

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2027, 3, 15, 17, tzinfo=BERLIN)


def local(rule: str, starts_at: datetime = MONDAY, zone: ZoneInfo = BERLIN) -> list[str]:
    expansion = expand(rule, starts_at, zone)
    assert expansion.reason is None
    return [f"{start.at.astimezone(zone):%a %Y-%m-%d %H:%M %z}" for start in expansion.starts]


def test_five_o_clock_stays_five_o_clock_over_a_clock_change() -> None:
    assert local("FREQ=WEEKLY;COUNT=3") == [
        "Mon 2027-03-15 17:00 +0100",
        "Mon 2027-03-22 17:00 +0100",
        "Mon 2027-03-29 17:00 +0200",
    ]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=3", ["Mon 2027-03-15", "Mon 2027-03-29", "Mon 2027-04-12"]),
        ("FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4", ["Mon 2027-03-15", "Thu 2027-03-18", "Mon 2027-03-22", "Thu 2027-03-25"]),
        ("FREQ=MONTHLY;BYDAY=3MO;COUNT=3", ["Mon 2027-03-15", "Mon 2027-04-19", "Mon 2027-05-17"]),
        ("FREQ=MONTHLY;BYDAY=-3MO,4TH;COUNT=3", ["Mon 2027-03-15", "Thu 2027-03-25", "Mon 2027-04-12"]),
        ("FREQ=WEEKLY;UNTIL=20270329", ["Mon 2027-03-15", "Mon 2027-03-22", "Mon 2027-03-29"]),
        ("FREQ=WEEKLY;UNTIL=20270329T145959Z", ["Mon 2027-03-15", "Mon 2027-03-22"]),
        ("FREQ=WEEKLY;UNTIL=20270329T150000Z", ["Mon 2027-03-15", "Mon 2027-03-22", "Mon 2027-03-29"]),
        ("RRULE:FREQ=WEEKLY;COUNT=1", ["Mon 2027-03-15"]),
    ],
)
def test_the_rules_there_are(rule: str, days: list[str]) -> None:
    assert [each[:14] for each in local(rule)] == days


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ("FREQ=WEEKLY", ReasonCode.RECURRENCE_INVALID),  # never ends
        ("FREQ=DAILY;COUNT=3", ReasonCode.RECURRENCE_INVALID),
        ("FREQ=MONTHLY;COUNT=3", ReasonCode.RECURRENCE_INVALID),  # by weekday only
        ("FREQ=MONTHLY;BYDAY=MO;COUNT=3", ReasonCode.RECURRENCE_INVALID),
        ("FREQ=WEEKLY;BYDAY=2MO;COUNT=3", ReasonCode.RECURRENCE_INVALID),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270401", ReasonCode.RECURRENCE_INVALID),
        ("FREQ=WEEKLY;COUNT=3;COUNT=3", ReasonCode.RECURRENCE_INVALID),
        ("FREQ=WEEKLY;COUNT=0", ReasonCode.RECURRENCE_INVALID),
        ("FREQ=WEEKLY;COUNT=3;BYHOUR=9", ReasonCode.RECURRENCE_INVALID),
        ("FREQ=WEEKLY;UNTIL=20271331", ReasonCode.RECURRENCE_INVALID),
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", ReasonCode.RECURRENCE_INVALID),
        ("every week", ReasonCode.RECURRENCE_INVALID),
        ("", ReasonCode.RECURRENCE_INVALID),
        ("FREQ=WEEKLY;COUNT=53", ReasonCode.RECURRENCE_TOO_LONG),
        ("FREQ=WEEKLY;UNTIL=20280401", ReasonCode.RECURRENCE_TOO_LONG),
        ("FREQ=WEEKLY;UNTIL=20270301", ReasonCode.RECURRENCE_NEVER_MATCHES),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=3", ReasonCode.RECURRENCE_STARTS_ELSEWHERE),
        ("FREQ=MONTHLY;BYDAY=1MO;COUNT=3", ReasonCode.RECURRENCE_STARTS_ELSEWHERE),
    ],
)
def test_a_rule_that_is_none_of_ours_is_refused_with_the_reason(rule: str, refused: ReasonCode) -> None:
    zone = ZoneInfo("Pacific/Kiritimati") if "9999" in rule else BERLIN  # where UTC's last evening is the year 10000
    expansion = expand(rule, MONDAY.astimezone(zone), zone)
    assert (expansion.starts, expansion.reason) == ((), refused)


def test_fifty_two_is_not_too_long() -> None:
    assert len(local("FREQ=WEEKLY;COUNT=52")) == 52


def test_an_occurrence_in_a_gap_is_marked() -> None:
    expansion = expand("FREQ=WEEKLY;COUNT=3", datetime(2027, 3, 21, 2, 30, tzinfo=BERLIN), BERLIN)
    assert [start.skipped for start in expansion.starts] == [False, True, False]


def test_an_occurrence_in_a_fold_is_its_first_reading_unless_the_caller_named_the_second() -> None:
    before = expand("FREQ=WEEKLY;COUNT=2", datetime(2027, 10, 24, 2, 30, tzinfo=BERLIN), BERLIN)
    assert before.starts[1].at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # 02:30 +0200
    second = expand("FREQ=WEEKLY;COUNT=2", datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=BERLIN), BERLIN)
    assert second.starts[0].at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # 02:30 +0100


ZONES = sorted(available_timezones() - {"localtime"})


@given(
    st.sampled_from(ZONES),
    st.dates(date(2024, 1, 1), date(2034, 12, 31)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.integers(1, 4),
    st.integers(1, 52),
)
def test_in_every_zone_the_clock_on_the_wall_reads_the_same_each_time(
    name: str, day: date, start: time, interval: int, count: int
) -> None:
    zone = ZoneInfo(name)
    starts_at = datetime.combine(day, start, zone).astimezone(UTC)
    assume(starts_at.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, start))
    expansion = expand(f"FREQ=WEEKLY;INTERVAL={interval};COUNT={count}", starts_at, zone)
    assert len(expansion.starts) == count
    for number, each in enumerate(expansion.starts):
        reads = each.at.astimezone(zone).replace(tzinfo=None)
        wanted = datetime.combine(day, start) + number * interval * timedelta(days=7)
        assert (reads == wanted) != each.skipped
