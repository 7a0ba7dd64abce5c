"""The slots that are shown, against a computation that knows nothing but a clock on a wall, minute by minute."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from booking import rules
from booking.contracts.calendars import printed
from booking.model import Availability, Facts, Service, Span, Taken, Therapist, WorkingHours
from booking.working_time import constant_offsets, working_time

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ZONES = sorted(available_timezones() - {"localtime"})
BERLIN = ZoneInfo("Europe/Berlin")
THERAPIST = Therapist(UUID(int=1), None, BERLIN, True, timedelta(0), timedelta(days=60))
SERVICE = Service(UUID(int=2), True, timedelta(minutes=50), timedelta(minutes=5), timedelta(minutes=10))
WEEK = Availability(tuple(WorkingHours(day, 540, 720) for day in range(1, 8)))
NOW = datetime(2027, 3, 1, tzinfo=UTC)
NOTHING = Taken()


def shown(day: date, therapist: Therapist = THERAPIST, *, taken: Taken = NOTHING) -> list[str]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=therapist.zone)
    found = rules.slots(therapist, SERVICE, WEEK, taken, (midnight, midnight + DAY), NOW)
    return [f"{start.astimezone(therapist.zone):%H:%M}" for start in found]


def test_a_morning_has_a_slot_every_quarter_of_an_hour_that_still_fits() -> None:
    assert shown(date(2027, 3, 3)) == [
        *("09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45", "11:00")
    ]


def test_a_booking_takes_its_buffers_with_it() -> None:
    ten = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
    taken = Taken(((ten - timedelta(minutes=5), ten + timedelta(minutes=60)),))
    assert shown(date(2027, 3, 3), taken=taken) == []  # nothing fits before it, and 11:05 is too late
    early = Taken(((ten - timedelta(hours=1), ten),))
    assert shown(date(2027, 3, 3), taken=early) == ["10:15", "10:30", "10:45", "11:00"]  # the buffer before needs 5 min


def test_a_full_day_has_none_and_an_inactive_therapist_neither() -> None:
    two = THERAPIST._replace(max_sessions_per_day=2)
    assert shown(date(2027, 3, 3), two, taken=Taken(sessions_on={date(2027, 3, 3): 2})) == []
    assert len(shown(date(2027, 3, 4), two, taken=Taken(sessions_on={date(2027, 3, 3): 2}))) == 9
    assert shown(date(2027, 3, 3), THERAPIST._replace(active=False)) == []


def test_notice_and_window_bound_what_is_shown() -> None:
    noticed = THERAPIST._replace(minimum_notice=timedelta(days=2, hours=9, minutes=20))
    assert shown(date(2027, 3, 3), noticed)[0] == "10:30"  # NOW is 01:00 in Berlin
    assert shown(date(2027, 4, 29)) != []
    assert shown(date(2027, 4, 30)) == []  # the window of 60 days ends at 02:00


def test_across_a_clock_change_the_wall_clock_reads_the_same() -> None:
    assert shown(date(2027, 3, 27)) == shown(date(2027, 3, 28)) == shown(date(2027, 3, 29))


# -- Every zone ------------------------------------------------------------------------------------------------------

HOURS = st.builds(
    lambda weekday, opens, length: WorkingHours(weekday, opens, min(opens + length, opens + 1440)),
    st.integers(1, 7),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
PERIODS = st.lists(st.tuples(st.integers(0, 4 * 1440), st.integers(1, 900)), max_size=3)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[ZoneInfo, datetime, Service, Availability, Taken, Therapist]:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    start = datetime(2024, 1, 1, tzinfo=UTC) + draw(st.integers(0, 12 * 365 * 24 * 60)) * MINUTE
    if draw(st.booleans()):
        start = _near_a_clock_change(zone, start)
    service = Service(
        id=UUID(int=2),
        active=True,
        duration=draw(st.integers(1, 180)) * MINUTE,
        buffer_before=draw(st.integers(0, 30)) * MINUTE,
        buffer_after=draw(st.integers(0, 30)) * MINUTE,
        start_grid=draw(st.sampled_from([1, 5, 15, 20, 30, 60, 90, 720])) * MINUTE,
    )

    def spans(pairs: list[tuple[int, int]]) -> tuple[Span, ...]:
        return tuple((start + a * MINUTE, start + (a + b) * MINUTE) for a, b in pairs)

    weekly = tuple(draw(st.lists(HOURS, max_size=5)))
    availability = Availability(weekly, spans(draw(PERIODS)), spans(draw(PERIODS)))
    occupied: list[Span] = []
    for span in sorted(spans(draw(PERIODS))):
        if not occupied or occupied[-1][1] <= span[0]:
            occupied.append(span)
    maximum = draw(st.none() | st.integers(1, 2))
    days = {(start + n * DAY).astimezone(zone).date(): draw(st.integers(0, 2)) for n in range(-1, 4)}
    notice = draw(st.integers(0, 600)) * MINUTE
    therapist = THERAPIST._replace(zone=zone, max_sessions_per_day=maximum, minimum_notice=notice)
    return zone, start, service, availability, Taken(tuple(occupied), days), therapist


def _near_a_clock_change(zone: ZoneInfo, start: datetime) -> datetime:
    """An hour before the next change of this zone's clocks, if there is one within a year."""
    offset = start.astimezone(zone).utcoffset()
    for hours in range(0, 370 * 24, 6):
        if (start + timedelta(hours=hours)).astimezone(zone).utcoffset() != offset:
            return start + timedelta(hours=hours - 8)
    return start


@given(calendars())
def test_what_is_shown_is_what_a_clock_on_a_wall_says_minute_by_minute(
    drawn: tuple[ZoneInfo, datetime, Service, Availability, Taken, Therapist],
) -> None:
    zone, start, service, availability, taken, therapist = drawn
    end = start + timedelta(hours=16)
    now = start - timedelta(hours=2, microseconds=7)

    def works(minute: datetime) -> bool:
        local = minute.astimezone(zone)
        reading = local.hour * 60 + local.minute
        yesterday = local.isoweekday() - 1 or 7
        weekly = any(
            (hours.weekday == local.isoweekday() and hours.opens <= reading < hours.closes)
            or (hours.weekday == yesterday and hours.opens <= reading + 1440 < hours.closes)
            for hours in availability.weekly
        )
        extra = any(a <= minute < b for a, b in availability.extra_hours)
        return (weekly or extra) and not any(a <= minute < b for a, b in availability.time_off)

    minutes = [start + n * MINUTE for n in range(16 * 60 + 181)]
    working = [works(minute) for minute in minutes]
    length = service.duration // MINUTE
    expected = []
    for n in range(16 * 60):
        minute = minutes[n]
        local = minute.astimezone(zone)
        occupied = (minute - service.buffer_before, minute + service.duration + service.buffer_after)
        maximum = therapist.max_sessions_per_day
        if (
            (local.hour * 60 + local.minute) % (service.start_grid // MINUTE) == 0
            and all(working[n : n + length])
            and minute >= now + therapist.minimum_notice
            and not any(a < occupied[1] and occupied[0] < b for a, b in taken.occupied)
            and (maximum is None or taken.sessions_on.get(local.date(), 0) < maximum)
        ):
            expected.append(minute)

    found = rules.slots(therapist, service, availability, taken, (start, end), now)
    assert found == expected
    elsewhere = ZoneInfo("Pacific/Chatham")
    bounds = (start.astimezone(elsewhere), end.astimezone(elsewhere))
    assert rules.slots(therapist, service, availability, taken, bounds, now) == found  # from and to in any zone


@given(st.sampled_from(ZONES), st.integers(0, 364), st.integers(1, 60), st.booleans())
def test_starts_are_printed_as_the_clock_reads_on_a_day_of_a_change_too(
    name: str, day: int, grid: int, changes: bool
) -> None:
    zone, year = ZoneInfo(name), datetime(2027, 1, 1, tzinfo=UTC)
    ends = [end for _, end, _ in constant_offsets(zone, year, year + 365 * DAY)]
    midnight = (
        (ends[0] if changes else year + day * DAY).astimezone(zone).replace(hour=0, minute=0, fold=0).astimezone(UTC)
    )
    starts = [midnight + n * grid * MINUTE for n in range(24 * 60 // grid)]
    starts = [start for start in starts if start.astimezone(zone).date() == midnight.astimezone(zone).date()]
    assert printed(starts, zone) == [start.astimezone(zone).isoformat() for start in starts]


@given(calendars())
def test_no_slot_is_shown_that_validate_request_refuses_and_none_is_hidden_that_it_accepts(
    drawn: tuple[ZoneInfo, datetime, Service, Availability, Taken, Therapist],
) -> None:
    zone, start, service, availability, _, therapist = drawn
    facts = Facts(therapist, service, None, True, availability)
    found = set(rules.slots(therapist, service, availability, Taken(), (start, start + timedelta(hours=6)), start))
    for n in range(6 * 60):
        minute = start + n * MINUTE
        working = working_time(availability, zone, minute, minute + service.duration)
        refused = rules.against_start(minute, facts, start, start, working)
        assert (minute in found) == (not refused)
