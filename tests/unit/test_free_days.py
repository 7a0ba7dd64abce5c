"""What a calendar's page is told of each day: its free starts, or why it has none."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.codes import WhyNone
from booking.free_days import FreeDay, free_days
from booking.model import Availability, Calendar, Service, Span, Taken, Therapist, WorkingHours

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
NOW = datetime(2027, 3, 3, 12, 0, tzinfo=UTC)  # a Wednesday, 13:00 in Berlin
THERAPIST = Therapist(UUID(int=1), None, BERLIN, True, timedelta(hours=2), timedelta(days=10))
COLLEAGUE = THERAPIST._replace(id=UUID(int=3))
SERVICE = Service(UUID(int=2), True, timedelta(minutes=50), timedelta(0), timedelta(minutes=10))
MORNINGS = Availability(tuple(WorkingHours(day, 540, 720) for day in range(1, 6)))
MIDNIGHT = datetime(2027, 3, 1, tzinfo=BERLIN)
NOTHING = Taken()
TWO_WEEKS = (MIDNIGHT, MIDNIGHT + 14 * DAY)


def calendar(
    availability: Availability = MORNINGS, *, taken: Taken = NOTHING, therapist: Therapist = THERAPIST
) -> Calendar:
    return Calendar(therapist, SERVICE, availability, taken)


def days(
    *calendars: Calendar, within: Span = (MIDNIGHT, MIDNIGHT + 14 * DAY), zone: ZoneInfo = BERLIN
) -> list[FreeDay]:
    return list(free_days(calendars, zone, within, NOW))


def whys(found: list[FreeDay]) -> list[str | None]:
    return [each.reason and str(each.reason) for each in found]


def morning(day: int) -> Span:
    return (MIDNIGHT + (day - 1) * DAY + 8 * HOUR, MIDNIGHT + (day - 1) * DAY + 13 * HOUR)


def test_every_day_has_its_free_starts_or_says_why_not() -> None:
    off = MORNINGS._replace(time_off=(morning(8),))
    found = days(calendar(off, taken=Taken((morning(5),))))
    assert [each.day for each in found] == [date(2027, 3, day) for day in range(1, 15)]
    assert [each.free for each in found] == [0, 0, 0, 9, 0, 0, 0, 0, 9, 9, 9, 9, 0, 0]
    assert whys(found) == [
        *("past", "past", "past", None, "full", "no_hours", "no_hours"),  # today she is done since noon
        *("away", None, None, None, None, "no_hours", "no_hours"),
    ]
    assert found[3].starts[THERAPIST.id][0] == datetime(2027, 3, 4, 8, 0, tzinfo=UTC)


def test_what_is_too_near_or_too_far_is_told_apart_from_what_is_full() -> None:
    all_day = Availability(tuple(WorkingHours(day, 540, 1080) for day in range(1, 8)))
    noticed = THERAPIST._replace(minimum_notice=timedelta(hours=20), booking_window=timedelta(days=2))
    found = days(calendar(all_day, therapist=noticed), within=(MIDNIGHT + 2 * DAY, MIDNIGHT + 7 * DAY))
    assert whys(found) == ["too_soon", None, None, "not_yet_open", "not_yet_open"]
    one_a_day = noticed._replace(max_sessions_per_day=1)
    full = calendar(all_day, taken=Taken((), {date(2027, 3, 4): 1}), therapist=one_a_day)
    assert whys(days(full, within=(MIDNIGHT + 3 * DAY, MIDNIGHT + 4 * DAY))) == ["full"]


def test_of_several_the_reason_is_that_of_who_is_nearest_to_a_time() -> None:
    away = calendar(MORNINGS._replace(time_off=(morning(4),)))
    busy = calendar(taken=Taken((morning(4),)), therapist=COLLEAGUE)
    day = (MIDNIGHT + 3 * DAY, MIDNIGHT + 4 * DAY)
    assert whys(days(away, within=day)) == [WhyNone.AWAY]
    assert whys(days(away, busy, within=day)) == [WhyNone.FULL]
    [found] = days(away, calendar(therapist=COLLEAGUE), within=day)
    assert (found.free, found.reason, list(found.starts)) == (9, None, [COLLEAGUE.id])
    [both] = days(calendar(), calendar(therapist=COLLEAGUE), within=day)
    assert both.free == 9, "times, not therapists"


def test_days_are_those_of_the_asked_zone_and_its_clock_changes() -> None:
    evening = Availability((WorkingHours(4, 1380, 1500),))  # 23:00 to 01:00
    found = days(calendar(evening), within=(MIDNIGHT + 3 * DAY, MIDNIGHT + 5 * DAY), zone=ZoneInfo("Asia/Tokyo"))
    assert [(each.day.day, each.free) for each in found] == [(4, 0), (5, 5), (6, 0)]
    change = datetime(2027, 3, 28, tzinfo=BERLIN)
    spring = days(calendar(therapist=THERAPIST._replace(booking_window=60 * DAY)), within=(change, change + 2 * DAY))
    assert [each.day.day for each in spring] == [28, 29]
    assert spring[0].ends_at - change.astimezone(UTC) == 23 * HOUR
    samoa = ZoneInfo("Pacific/Apia")  # had no 30th
    leap = datetime(2011, 12, 29, tzinfo=samoa).astimezone(UTC)
    assert [each.day.day for each in free_days([], samoa, (leap, leap + 2 * DAY), NOW)] == [29, 31]


def test_an_inactive_therapist_has_no_hours() -> None:
    found = days(calendar(therapist=THERAPIST._replace(active=False)), within=(MIDNIGHT + 3 * DAY, MIDNIGHT + 4 * DAY))
    assert whys(found) == ["no_hours"]


def test_a_closed_day_is_told_from_the_therapists_own_time_off() -> None:
    closed = MORNINGS._replace(closed_days=(date(2027, 3, 4), date(2027, 3, 6)), time_off=(morning(5),))
    found = days(calendar(closed), within=(MIDNIGHT + 3 * DAY, MIDNIGHT + 6 * DAY))
    assert whys(found) == ["closed", "away", "no_hours"], "nobody works on a Saturday"
