"""A practice says who it is, where it meets, and on which days it is closed."""

from collections import Counter
from datetime import date, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Group, Held, Outcome, ReasonCode
from booking.contracts.bookings import BookingsQuery
from booking.contracts.places import PlaceBody
from booking.contracts.practice import ClosedDayBody, PracticeBody
from booking.errors import Refusal
from booking.model import Requester
from booking.problems import Problem
from booking.services.bookings.get_booking import get_booking, list_bookings
from booking.services.bookings.place import set_place
from booking.services.bookings.validate_request import validate_request
from booking.services.practice.closed_days import close_day, closed_days, open_day
from booking.services.practice.identity import change_practice, get_practice
from booking.store import Stores
from booking.versions import etag
from booking.working_time import working_time
from local import demo
from tests.asking import NOW, STARTS_AT, body, requested_by, reserve, validate_input, validated_input
from tests.at_once import together
from tests.fakes import FakeWorkflows, clock_at
from tests.integration.test_changes import move
from tests.integration.test_races import clients
from tests.integration.test_series import decide
from tests.rows import bookings, rows

OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
WEDNESDAY = date(2032, 3, 3)
"""STARTS_AT is on it, in Berlin and in Tokyo."""

at_now = clock_at(NOW)


def close(stores: Stores, day: date = WEDNESDAY, *, proceed: bool = False) -> list[str] | None:
    """The ids of the bookings that stay in spite of it."""
    answer = close_day(stores, OPERATOR, ClosedDayBody(day=day, label="Works outing", proceed=proceed), at_now)
    return None if answer.bookings_left is None else [each.booking_id for each in answer.bookings_left]


def test_who_the_practice_is(stores: Stores) -> None:
    before = get_practice(stores)
    assert (before.name, before.phone) == ("Practice Adler", "+493023125000")
    wanted = PracticeBody.model_validate({**before.model_dump(), "name": "Haus Adler", "consent_version": "2032-03"})
    with pytest.raises(Refusal):
        change_practice(stores, THERAPIST, wanted, etag(before))
    after = change_practice(stores, OPERATOR, wanted, etag(before))
    assert (after.name, after.consent_version) == ("Haus Adler", "2032-03")
    with pytest.raises(Refusal) as stale:
        change_practice(stores, OPERATOR, wanted, etag(before))
    assert stale.value.problem == Problem.CHANGED_MEANWHILE


def test_nobody_books_on_a_closed_day_and_it_has_no_slots(stores: Stores, db: Connection) -> None:
    close(stores)
    refused = decide(stores, "b-1")
    assert [reason.code for reason in refused.reasons] == [ReasonCode.PRACTICE_CLOSED]
    anyone = decide(stores, "b-2", therapist_id=None)
    assert ReasonCode.PRACTICE_CLOSED in [reason.code for reason in anyone.reasons]
    assert decide(stores, "b-3", STARTS_AT + timedelta(days=1)).outcome == Outcome.RESERVED
    assert move(stores, to=STARTS_AT, booking_id="b-3").reasons[0].code == ReasonCode.PRACTICE_CLOSED
    assert open_day(stores, OPERATOR, "2032-03-03").closed_days == []
    assert decide(stores, "b-4", STARTS_AT + timedelta(hours=1)).outcome == Outcome.RESERVED


def test_it_is_that_date_on_each_therapists_own_clock(stores: Stores) -> None:
    """Wednesday 23:30 UTC is Thursday in Berlin and in Tokyo, and still Wednesday in New York."""
    close(stores)
    zones = {
        demo.THERAPIST_ID: ZoneInfo("Europe/Berlin"),
        demo.OTHER_THERAPIST_ID: ZoneInfo("Asia/Tokyo"),
        demo.THIRD_THERAPIST_ID: ZoneInfo("America/New_York"),
    }
    with stores.autocommit() as store:
        calendars = store.calendars.of(demo.SERVICE_ID, None, NOW, NOW + timedelta(days=6))

    for calendar in calendars:
        zone = zones[calendar.therapist.id]
        found = working_time(calendar.availability, zone, NOW, NOW + timedelta(days=6))
        days = Counter(start.astimezone(zone).date() for start, _ in found)
        assert WEDNESDAY not in days
        assert date(2032, 3, 2) in days
        assert date(2032, 3, 4) in days


def test_closing_a_day_over_bookings_lists_them(stores: Stores, db: Connection) -> None:
    decide(stores, "b-1")
    decide(stores, "b-2", STARTS_AT + timedelta(days=1))
    with pytest.raises(Refusal) as refused:
        close(stores)
    assert refused.value.problem == Problem.BOOKINGS_ON_CLOSED_DAY
    more: Any = refused.value.more
    assert [each["booking_id"] for each in more["bookings"]] == ["b-1"]
    assert closed_days(stores).closed_days == []
    assert close(stores, proceed=True) == ["b-1"]
    assert bookings(db)["b-1"] == "confirmed"
    assert close(stores, proceed=True) == ["b-1"], "sent twice"
    assert [(each.day, each.label) for each in closed_days(stores).closed_days] == [(WEDNESDAY, "Works outing")]


def test_those_of_the_days_beside_it_hide_none_of_a_closed_day(stores: Stores, db: Connection) -> None:
    """More sessions on the day before than a page holds, each of another therapist."""
    decide(stores, "b-1")
    with db.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO therapists (id, name, time_zone, minimum_notice_minutes, booking_window_days)
            SELECT ('00000000-0000-4000-a000-' || lpad(n::text, 12, '0'))::uuid, 'T', 'Europe/Berlin', 0, 90
            FROM generate_series(1, 201) AS n;
            INSERT INTO clients (id, name, time_zone) SELECT id, name, time_zone FROM therapists WHERE name = 'T';
            INSERT INTO bookings
            SELECT (jsonb_populate_record(booking, jsonb_build_object(
                'id', 'before-' || other.id, 'therapist_id', other.id, 'client_id', other.id, 'day', booking.day - 1,
                'during', tstzrange(lower(during) - interval '1 day', upper(during) - interval '1 day'),
                'occupied', tstzrange(lower(occupied) - interval '1 day', upper(occupied) - interval '1 day')
            ))).*
            FROM bookings AS booking, therapists AS other WHERE other.name = 'T'
            """
        )
    assert close(stores, proceed=True) == ["b-1"]


def test_only_operators_close_and_open(stores: Stores) -> None:
    for requester in (THERAPIST, CLIENT):
        with pytest.raises(Refusal):
            close_day(stores, requester, ClosedDayBody(day=WEDNESDAY), at_now)
    for text in ("2032-03-03", "christmas", "2032-02-30"):
        with pytest.raises(Refusal) as refused:
            open_day(stores, OPERATOR, text)
        assert refused.value.problem == Problem.CLOSED_DAY_NOT_FOUND


def test_who_was_judged_before_the_day_was_closed_is_judged_anew(stores: Stores) -> None:
    given = validate_input(body())
    judged = validated_input(given, validate_request(stores, given, at_now))
    close(stores)
    decision = reserve(stores, judged)
    assert (decision.outcome, [reason.code for reason in decision.reasons]) == (
        Outcome.INVALID,
        [ReasonCode.PRACTICE_CLOSED],
    )


def test_a_day_that_is_closed_while_bookings_come_in_has_those_that_it_lists(
    crew: list[Stores], stores: Stores, db: Connection
) -> None:
    demo.open_limits(db)
    ids = clients(db, 5)
    for n, client in enumerate(ids):
        rows(db, "UPDATE clients SET user_sub = %s WHERE id = %s RETURNING 1", f"sub-{n}", client)
    for round_ in range(12):
        day = WEDNESDAY + timedelta(days=7 * round_)
        start = STARTS_AT + timedelta(days=7 * round_)
        booking = [
            partial(_decide, key=f"r{round_}-{n}", start=start + n * timedelta(hours=1), sub=f"sub-{n}")
            for n in range(5)
        ]
        listed, *_ = together(crew, [partial(close, day=day, proceed=True), *booking])
        standing = rows(db, "SELECT id FROM bookings WHERE status = 'confirmed' AND day = %s", day)
        assert {row["id"] for row in standing} == set(listed)
    assert rows(db, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [{"deadlocks": 0}]


def _decide(stores: Stores, key: str, start: object, sub: str) -> object:
    return decide(stores, key, start, requested_by(sub))  # type: ignore[arg-type]


def place(stores: Stores, requester: Requester, key: str = "b-1") -> tuple[Held, str | None, str | None, str | None]:
    answer = get_booking(stores, FakeWorkflows(), requester, key, at_now).place
    assert answer is not None
    return answer.held, answer.room, answer.address, answer.video_link


def test_where_a_session_is_held(stores: Stores, db: Connection) -> None:
    decide(stores, "b-1")
    assert place(stores, CLIENT) == (Held.AT_PRACTICE, "Room 2", "Lindenstraße 12\n10969 Berlin", None)
    rows(db, "UPDATE therapists SET address = 'Hinterhaus' RETURNING 1")
    assert place(stores, CLIENT)[2] == "Hinterhaus", "where it is, is as it is today"
    rows(db, "UPDATE services SET held = 'phone' RETURNING 1")
    assert place(stores, CLIENT)[0] == Held.AT_PRACTICE, "how it is held is as it was agreed"

    video = PlaceBody(held=Held.VIDEO, video_link=None)
    with pytest.raises(Refusal):
        set_place(stores, CLIENT, "b-1", video, at_now)
    set_place(stores, THERAPIST, "b-1", video, at_now)
    assert place(stores, CLIENT) == (Held.VIDEO, None, None, "https://video.example.com/adler")
    set_place(stores, OPERATOR, "b-1", PlaceBody(held=Held.VIDEO, video_link="https://video.example.com/b"), at_now)
    assert place(stores, CLIENT)[3] == "https://video.example.com/b"
    [listed] = list_bookings(stores, CLIENT, BookingsQuery()).bookings
    assert listed.place is not None
    assert listed.place.held == Held.VIDEO
    assert rows(db, "SELECT count(*) FROM booking_events WHERE event = 'place_changed'") == [{"count": 2}]


def test_a_colleague_who_takes_it_over_has_a_link_of_their_own(stores: Stores, db: Connection) -> None:
    decide(stores, "b-1")
    own = PlaceBody(held=Held.VIDEO, video_link="https://video.example.com/b")
    set_place(stores, THERAPIST, "b-1", own, at_now)
    rows(db, "UPDATE therapists SET video_link = 'https://video.example.com/' || left(name, 4) RETURNING 1")
    move(stores, to=STARTS_AT + timedelta(hours=1), booking_id="b-1")
    assert place(stores, CLIENT)[3] == "https://video.example.com/b"
    move(stores, to=STARTS_AT, booking_id="b-1", therapist_id=str(demo.OTHER_THERAPIST_ID))
    assert place(stores, CLIENT)[3] == "https://video.example.com/Aiko"


def test_a_rejected_request_is_held_nowhere(stores: Stores) -> None:
    decide(stores, "b-1")
    decide(stores, "b-2")
    assert get_booking(stores, FakeWorkflows(), CLIENT, "b-2", at_now).place is None
    with pytest.raises(Refusal):
        set_place(stores, OPERATOR, "b-2", PlaceBody(held=Held.PHONE), at_now)
