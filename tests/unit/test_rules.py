"""What may be booked, and who may see it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import rules
from booking.model import (
    BookingRequest,
    Client,
    Facts,
    Group,
    ReasonCode,
    Requester,
    Service,
    Therapist,
    WorkingHours,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
STARTS_AT = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)  # Wednesday, 10:00 in Berlin
CLIENT_ID, THERAPIST_ID, SERVICE_ID = UUID(int=1), UUID(int=2), UUID(int=3)

ANNA = Requester("sub-anna", frozenset({Group.CLIENT}))
THE_THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
ANOTHER_THERAPIST = Requester("sub-another", frozenset({Group.THERAPIST}))
AN_OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))

REQUEST = BookingRequest(THERAPIST_ID, SERVICE_ID, None, STARTS_AT)
FOR_A_CLIENT = replace(REQUEST, client_id=CLIENT_ID)
THERAPIST = Therapist(THERAPIST_ID, "sub-therapist", BERLIN, True, timedelta(hours=2), timedelta(days=60))
SERVICE = Service(SERVICE_ID, True, timedelta(minutes=50), timedelta(minutes=5), timedelta(minutes=10))
CLIENT = Client(CLIENT_ID, "sub-anna", True)
HOURS = tuple(WorkingHours(day, time(9), time(17)) for day in range(1, 6))
FACTS = Facts(THERAPIST, SERVICE, CLIENT, True, HOURS)


def codes(
    requester: Requester = ANNA, request: BookingRequest = REQUEST, facts: Facts = FACTS, now: datetime = NOW
) -> list[ReasonCode]:
    return [reason.code for reason in rules.check_request(requester, request, facts, NOW, now)]


def at(starts_at: datetime | None) -> list[ReasonCode]:
    return codes(request=replace(REQUEST, starts_at=starts_at))


def test_a_request_that_breaks_no_rule_has_no_reasons() -> None:
    assert codes() == []


def test_every_reason_has_a_sentence() -> None:
    for code in ReasonCode:
        assert rules.reason(code).message.endswith(".")


def test_all_reasons_are_named_at_once() -> None:
    facts = Facts(replace(THERAPIST, active=False), replace(SERVICE, active=False), None, False, ())
    far = replace(REQUEST, starts_at=NOW + timedelta(days=61, seconds=1))
    assert codes(request=far, facts=facts) == [
        ReasonCode.CLIENT_UNKNOWN,
        ReasonCode.THERAPIST_INACTIVE,
        ReasonCode.SERVICE_INACTIVE,
        ReasonCode.SERVICE_NOT_OFFERED,
        ReasonCode.STARTS_AT_NOT_ON_THE_MINUTE,
        ReasonCode.BEYOND_BOOKING_WINDOW,
        ReasonCode.OUTSIDE_AVAILABILITY,
    ]


def test_what_does_not_exist_is_unknown() -> None:
    assert codes(facts=Facts(None, None, CLIENT, False, ())) == [
        ReasonCode.THERAPIST_UNKNOWN,
        ReasonCode.SERVICE_UNKNOWN,
    ]


@pytest.mark.parametrize("who", [ANNA, THE_THERAPIST, AN_OPERATOR])
def test_clients_book_for_themselves_and_staff_for_someone(who: Requester) -> None:
    assert codes(who, FOR_A_CLIENT) == []


@pytest.mark.parametrize("client", [CLIENT, None])
@pytest.mark.parametrize("who", [Requester("sub-eve", frozenset({Group.CLIENT})), ANOTHER_THERAPIST])
def test_someone_elses_client_and_no_client_look_the_same(who: Requester, client: Client | None) -> None:
    assert codes(who, FOR_A_CLIENT, replace(FACTS, client=client)) == [ReasonCode.REQUESTER_NOT_ALLOWED]


def test_staff_hear_that_a_client_does_not_exist_or_is_inactive() -> None:
    assert codes(AN_OPERATOR, FOR_A_CLIENT, replace(FACTS, client=None)) == [ReasonCode.CLIENT_UNKNOWN]
    inactive = replace(FACTS, client=replace(CLIENT, active=False))
    assert codes(AN_OPERATOR, FOR_A_CLIENT, inactive) == [ReasonCode.CLIENT_INACTIVE]


def test_the_past_the_notice_and_the_window() -> None:
    opening = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    assert at(None) == [ReasonCode.STARTS_AT_INVALID]
    assert at(opening - timedelta(minutes=30)) == [ReasonCode.STARTS_IN_THE_PAST]
    assert at(opening) == [ReasonCode.STARTS_IN_THE_PAST]
    assert at(opening + timedelta(hours=1, minutes=59)) == [ReasonCode.NOTICE_TOO_SHORT]
    assert at(opening + timedelta(hours=2)) == []
    sixty_days = datetime(2027, 4, 30, 9, 0, tzinfo=UTC)
    assert at(sixty_days) == []
    assert at(sixty_days + timedelta(minutes=1)) == [ReasonCode.BEYOND_BOOKING_WINDOW]


def test_a_request_that_waited_for_the_database_is_measured_from_when_it_was_made() -> None:
    soon = replace(REQUEST, starts_at=NOW + timedelta(hours=2))
    assert codes(request=soon, now=NOW + timedelta(hours=1)) == []
    assert codes(request=soon, now=NOW + timedelta(hours=2)) == [ReasonCode.STARTS_IN_THE_PAST]


@pytest.mark.parametrize(
    ("local", "fits"),
    [("09:00", True), ("08:59", False), ("16:10", True), ("16:11", False), ("23:30", False), ("00:00", False)],
)
def test_working_hours_are_the_therapists_wall_clock(local: str, fits: bool) -> None:
    starts_at = datetime.combine(date(2027, 3, 3), time.fromisoformat(local), BERLIN)
    assert at(starts_at) == ([] if fits else [ReasonCode.OUTSIDE_AVAILABILITY])


@pytest.mark.parametrize("day", [date(2027, 3, 26), date(2027, 3, 29)])  # the clocks change on the 28th
def test_nine_o_clock_stays_nine_o_clock_across_a_clock_change(day: date) -> None:
    nine = datetime.combine(day, time(9), BERLIN)
    assert rules.is_within_working_hours(nine, SERVICE.duration, HOURS, BERLIN)
    assert not rules.is_within_working_hours(nine - timedelta(minutes=1), SERVICE.duration, HOURS, BERLIN)


def test_spans_that_touch_are_one_and_midnight_ends_the_day() -> None:
    hours = [
        WorkingHours(3, time(20), time(0)),
        WorkingHours(3, time(13), time(17)),
        WorkingHours(3, time(9), time(13)),
    ]
    local = [
        tuple(instant.astimezone(BERLIN).isoformat() for instant in span)
        for span in rules.working_spans(hours, date(2027, 3, 3), BERLIN)
    ]
    assert local == [
        ("2027-03-03T09:00:00+01:00", "2027-03-03T17:00:00+01:00"),
        ("2027-03-03T20:00:00+01:00", "2027-03-04T00:00:00+01:00"),
    ]


def test_a_session_may_not_cross_midnight() -> None:
    hours = [WorkingHours(day, time(0), time(0)) for day in range(1, 8)]
    late = datetime(2027, 3, 3, 23, 30, tzinfo=BERLIN)
    assert not rules.is_within_working_hours(late, timedelta(minutes=50), hours, BERLIN)
    assert rules.is_within_working_hours(late, timedelta(minutes=30), hours, BERLIN)


ZONES = sorted(available_timezones() - {"localtime"})
TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@given(
    st.sampled_from(ZONES),
    st.dates(date(2024, 1, 1), date(2035, 12, 31)),
    st.lists(st.tuples(TIMES, TIMES).filter(lambda span: span[0] < span[1]), max_size=4),
    TIMES,
    st.integers(1, 180),
)
def test_in_every_zone_a_session_fits_exactly_when_each_of_its_minutes_is_working_time(
    zone_name: str, day: date, spans: list[tuple[time, time]], start: time, minutes: int
) -> None:
    zone = ZoneInfo(zone_name)
    starts_at = datetime.combine(day, start, zone).astimezone(UTC)
    local_day = starts_at.astimezone(zone).date()
    hours = [WorkingHours(local_day.isoweekday(), opens, closes) for opens, closes in spans]
    edges = [
        (datetime.combine(local_day, o, zone).timestamp(), datetime.combine(local_day, c, zone).timestamp())
        for o, c in spans
    ]

    def works(minute: int) -> bool:
        moment = starts_at.timestamp() + minute * 60 + 30  # the middle: no edge of a span falls there
        return any(opens < moment < closes for opens, closes in edges)

    expected = all(works(minute) for minute in range(minutes))
    assert rules.is_within_working_hours(starts_at, timedelta(minutes=minutes), hours, zone) == expected


def test_a_session_is_what_the_client_sees_and_what_the_buffers_add() -> None:
    session = rules.session_of(THERAPIST, SERVICE, CLIENT_ID, STARTS_AT.astimezone(BERLIN))
    assert session.starts_at == STARTS_AT
    assert session.starts_at.tzinfo is UTC
    assert session.ends_at == STARTS_AT + timedelta(minutes=50)
    assert session.occupied_from == STARTS_AT - timedelta(minutes=5)
    assert session.occupied_until == STARTS_AT + timedelta(minutes=60)


@pytest.mark.parametrize(
    ("viewer", "sees"),
    [
        (ANNA, True),
        (THE_THERAPIST, True),
        (AN_OPERATOR, True),
        (Requester("sub-who-asked", frozenset()), True),
        (ANOTHER_THERAPIST, False),
        (Requester("sub-eve", frozenset({Group.CLIENT})), False),
        (Requester("sub-therapist", frozenset({Group.CLIENT})), False),  # no longer a therapist
    ],
)
def test_a_booking_is_seen_by_whom_it_belongs_to(viewer: Requester, sees: bool) -> None:
    assert rules.may_see(viewer, "sub-who-asked", "sub-anna", "sub-therapist") is sees


def test_a_booking_of_nobody_is_not_everybodys() -> None:
    assert not rules.may_see(Requester("x", frozenset({Group.THERAPIST})), "sub-who-asked", None, None)
