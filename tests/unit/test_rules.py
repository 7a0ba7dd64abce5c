"""What may be booked: the rules of a request. The slots are in test_slots.py."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from booking import access, rules
from booking.codes import Group, ReasonCode
from booking.model import Availability, BookingRequest, Client, Facts, Requester, Service, Therapist, WorkingHours
from booking.reasons import explained
from booking.working_time import working_time

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
STARTS_AT = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)  # Wednesday, 10:00 in Berlin
CLIENT_ID, THERAPIST_ID, SERVICE_ID = UUID(int=1), UUID(int=2), UUID(int=3)

ANNA = Requester("sub-anna", frozenset({Group.CLIENT}))
THE_THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
ANOTHER_THERAPIST = Requester("sub-another", frozenset({Group.THERAPIST}))
AN_OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))

REQUEST = BookingRequest(THERAPIST_ID, SERVICE_ID, None, STARTS_AT)
FOR_A_CLIENT = REQUEST._replace(client_id=CLIENT_ID)
THERAPIST = Therapist(THERAPIST_ID, "sub-therapist", BERLIN, True, timedelta(hours=2), timedelta(days=60))
SERVICE = Service(
    SERVICE_ID, True, timedelta(minutes=50), timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=10)
)
CLIENT = Client(CLIENT_ID, "sub-anna", True)
HOURS = Availability(tuple(WorkingHours(day, 9 * 60, 17 * 60) for day in range(1, 6)))
FACTS = Facts(THERAPIST, SERVICE, CLIENT, True, HOURS)


def codes(
    requester: Requester = ANNA, request: BookingRequest = REQUEST, facts: Facts = FACTS, now: datetime = NOW
) -> list[ReasonCode]:
    start, zone = request.starts_at or NOW, facts.therapist.zone if facts.therapist else BERLIN
    working = working_time(facts.availability, zone, start, start + SERVICE.duration)
    general = rules.against_request(requester, request, facts)
    return [reason.code for reason in (*general, *rules.against_start(request.starts_at, facts, NOW, now, working))]


def at(starts_at: datetime | None) -> list[ReasonCode]:
    return codes(request=REQUEST._replace(starts_at=starts_at))


def test_a_request_that_breaks_no_rule_has_no_reasons() -> None:
    assert codes() == []


def test_every_reason_has_a_sentence() -> None:
    for code in ReasonCode:
        assert explained(code).message.endswith(".")


def test_all_reasons_are_named_at_once() -> None:
    facts = Facts(THERAPIST._replace(active=False), SERVICE._replace(active=False), None, False, Availability())
    far = REQUEST._replace(starts_at=NOW + timedelta(days=61, seconds=1))
    assert codes(request=far, facts=facts) == [
        ReasonCode.CLIENT_RECORD_MISSING,
        ReasonCode.THERAPIST_INACTIVE,
        ReasonCode.SERVICE_INACTIVE,
        ReasonCode.SERVICE_NOT_OFFERED,
        ReasonCode.STARTS_AT_NOT_ON_THE_MINUTE,
        ReasonCode.BEYOND_BOOKING_WINDOW,
        ReasonCode.OUTSIDE_AVAILABILITY,
    ]


def test_what_does_not_exist_is_unknown() -> None:
    assert codes(facts=Facts(None, None, CLIENT, False, Availability())) == [
        ReasonCode.THERAPIST_UNKNOWN,
        ReasonCode.SERVICE_UNKNOWN,
    ]


@pytest.mark.parametrize("who", [ANNA, THE_THERAPIST, AN_OPERATOR])
def test_clients_book_for_themselves_and_staff_for_someone(who: Requester) -> None:
    assert codes(who, FOR_A_CLIENT) == []


@pytest.mark.parametrize("client", [CLIENT, None])
@pytest.mark.parametrize("who", [Requester("sub-eve", frozenset({Group.CLIENT})), ANOTHER_THERAPIST])
def test_someone_elses_client_and_no_client_look_the_same(who: Requester, client: Client | None) -> None:
    assert codes(who, FOR_A_CLIENT, FACTS._replace(client=client)) == [ReasonCode.REQUESTER_NOT_ALLOWED]


def test_staff_hear_that_a_client_does_not_exist_or_is_inactive() -> None:
    assert codes(AN_OPERATOR, FOR_A_CLIENT, FACTS._replace(client=None)) == [ReasonCode.CLIENT_UNKNOWN]
    inactive = FACTS._replace(client=CLIENT._replace(active=False))
    assert codes(AN_OPERATOR, FOR_A_CLIENT, inactive) == [ReasonCode.CLIENT_INACTIVE]


def test_the_past_the_notice_and_the_window() -> None:
    opening = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    assert at(None) == [ReasonCode.STARTS_AT_INVALID]
    assert at(opening - timedelta(minutes=30)) == [ReasonCode.STARTS_IN_THE_PAST]
    assert at(opening) == [ReasonCode.STARTS_IN_THE_PAST]
    assert at(opening + timedelta(hours=1, minutes=50)) == [ReasonCode.NOTICE_TOO_SHORT]
    assert at(opening + timedelta(hours=2)) == []
    sixty_days = datetime(2027, 4, 30, 9, 0, tzinfo=UTC)
    assert at(sixty_days) == []
    assert at(sixty_days + timedelta(minutes=10)) == [ReasonCode.BEYOND_BOOKING_WINDOW]


def test_a_request_that_waited_for_the_database_is_measured_from_when_it_was_made() -> None:
    soon = REQUEST._replace(starts_at=NOW + timedelta(hours=2))
    assert codes(request=soon, now=NOW + timedelta(hours=1)) == []
    assert codes(request=soon, now=NOW + timedelta(hours=2)) == [ReasonCode.STARTS_IN_THE_PAST]


@pytest.mark.parametrize(
    ("local", "fits"),
    [("09:00", True), ("08:50", False), ("16:10", True), ("16:20", False), ("23:30", False), ("00:00", False)],
)
def test_working_hours_are_the_therapists_wall_clock(local: str, fits: bool) -> None:
    starts_at = datetime.combine(date(2027, 3, 3), time.fromisoformat(local), BERLIN)
    assert at(starts_at) == ([] if fits else [ReasonCode.OUTSIDE_AVAILABILITY])


@pytest.mark.parametrize("local", ["09:05", "09:15", "12:01"])
def test_a_session_starts_on_the_grid_of_the_wall_clock(local: str) -> None:
    starts_at = datetime.combine(date(2027, 3, 3), time.fromisoformat(local), BERLIN)
    assert at(starts_at) == [ReasonCode.STARTS_AT_OFF_THE_GRID]


def test_time_off_is_another_reason_than_the_usual_hours() -> None:
    away = Availability(HOURS.weekly, time_off=((STARTS_AT + timedelta(minutes=40), STARTS_AT + timedelta(hours=5)),))
    assert codes(facts=FACTS._replace(availability=away)) == [ReasonCode.THERAPIST_AWAY]
    evening = REQUEST._replace(starts_at=STARTS_AT + timedelta(hours=10))
    assert codes(request=evening, facts=FACTS._replace(availability=away)) == [ReasonCode.OUTSIDE_AVAILABILITY]


def test_a_session_is_what_the_client_sees_and_what_the_buffers_add() -> None:
    session = rules.session_of(THERAPIST, SERVICE, CLIENT_ID, STARTS_AT.astimezone(BERLIN), "booking-1")
    assert session.starts_at == STARTS_AT
    assert session.starts_at.tzinfo is UTC
    assert session.ends_at == STARTS_AT + timedelta(minutes=50)
    assert session.occupied_from == STARTS_AT - timedelta(minutes=5)
    assert session.occupied_until == STARTS_AT + timedelta(minutes=60)
    assert session.day == date(2027, 3, 3)


@pytest.mark.parametrize(
    ("requester", "sees"),
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
def test_a_booking_is_seen_by_whom_it_belongs_to(requester: Requester, sees: bool) -> None:
    assert access.may_see(requester, "sub-who-asked", "sub-anna", "sub-therapist", took_time=False) is sees


def test_who_asked_sees_what_never_took_time_and_no_more() -> None:
    asked = Requester("sub-who-asked", frozenset({Group.THERAPIST}))
    assert access.may_see(asked, "sub-who-asked", "sub-anna", "sub-therapist", took_time=False)
    assert not access.may_see(asked, "sub-who-asked", "sub-anna", "sub-therapist", took_time=True)
    assert not access.may_act(asked, "sub-anna", "sub-therapist")


def test_a_booking_of_nobody_is_not_everybodys() -> None:
    stranger = Requester("x", frozenset({Group.THERAPIST}))
    assert not access.may_see(stranger, "sub-who-asked", None, None, took_time=False)
    assert not access.may_act(stranger, None, None)


BERLIN = ZoneInfo("Europe/Berlin")


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def test_the_night_is_the_clients() -> None:
    assert [rules.is_night(berlin(1, hour), BERLIN) for hour in (7, 8, 20, 21, 23, 0)] == [
        *(True, False, False, True, True, True)
    ]
    assert rules.is_night(berlin(1, 12), ZoneInfo("Asia/Tokyo")) is False  # 20:00
    assert rules.is_night(berlin(1, 13), ZoneInfo("Asia/Tokyo")) is True


@pytest.mark.parametrize(
    ("made", "hours", "ends"),
    [
        (berlin(1, 12), 2, berlin(1, 14)),
        (berlin(1, 19), 2, berlin(1, 21) + timedelta(hours=11)),  # the night begins as it would end
        (berlin(1, 20), 2, berlin(2, 9)),  # an hour today, an hour tomorrow
        (berlin(1, 20), 14, berlin(2, 21) + timedelta(hours=11)),
        (berlin(1, 12), 48, berlin(3, 12)),  # of days, nights and all
        (berlin(1, 12), 36, berlin(3, 8)),  # but none ends at night
        (berlin(27, 20), 2, berlin(28, 9)),  # the clocks are put forward in that night
    ],
)
def test_an_offer_does_not_end_while_who_it_was_made_to_sleeps(made: datetime, hours: int, ends: datetime) -> None:
    assert rules.offer_ends(made, timedelta(hours=hours), BERLIN) == ends


def test_a_change_at_the_last_moment_that_is_free_is_free() -> None:
    day, moment = timedelta(days=1), timedelta(microseconds=1)
    assert not rules.is_late(STARTS_AT, day, STARTS_AT - day)
    assert rules.is_late(STARTS_AT, day, STARTS_AT - day + moment)
