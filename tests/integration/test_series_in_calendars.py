"""A series' whole life as its people's calendars show it: message by message, and whatever arrives first."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from booking import invitations, notices
from booking.codes import Channel, Outcome
from booking.contracts.steps import Decision
from booking.services.bookings.judging import occurrence_id
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, requested_by
from tests.calendars import by_ical_js, by_vobject, ical_js_is_missing
from tests.integration.test_changes import HOUR, cancel, move
from tests.integration.test_series import WEEK, decide
from tests.rows import letter_of, rows

OPERATOR = requested_by("sub-operator", "operator")
OTHER_THERAPIST = str(demo.OTHER_THERAPIST_ID)
ADDRESSES = {
    "client": "jonas.weber@example.com",
    "therapist": "miriam.adler@example.com",
    "colleague": "aiko.tanaka@example.com",
}
Read = Callable[[Sequence[str]], list[datetime]]
READERS = [
    pytest.param(by_vobject, id="vobject"),
    pytest.param(
        by_ical_js, id="ical.js", marks=pytest.mark.skipif(bool(ical_js_is_missing()), reason=ical_js_is_missing())
    ),
]


@pytest.fixture(autouse=True)
def open_all_day(db: Connection) -> None:
    rows(db, "UPDATE therapists SET booking_window_days = 400, max_sessions_per_day = NULL RETURNING 1")
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")


class Mailboxes:
    """The calendar files that arrive, by whose calendar they are for, as they would be sent now."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self.arrived: dict[str, list[str]] = {who: [] for who in ADDRESSES}

    def send(self, *decisions: Decision) -> None:
        for decision in decisions:
            for each in decision.notifications:
                if each.channel == Channel.EMAIL:
                    self._send(each.notification_id)

    def _send(self, notification_id: Any) -> None:
        letter = letter_of(self._stores, notification_id)
        if not letter.still_true:
            return
        made = invitations.calendar_file(letter, notices.compose(letter), "practice@example.com", NOW)
        assert made is not None
        [who] = [name for name, address in ADDRESSES.items() if address == letter.address]
        self.arrived[who].append(made.content.decode())


def standing(db: Connection, who: str) -> list[datetime]:
    """The starts (UTC) of the series' confirmed sessions with this person."""
    therapist = {"therapist": str(demo.THERAPIST_ID), "colleague": OTHER_THERAPIST}.get(who)
    query = """SELECT lower(during) AS at FROM bookings
        WHERE status = 'confirmed' AND (%s::uuid IS NULL OR therapist_id = %s::uuid) ORDER BY 1"""
    return [row["at"].astimezone(UTC) for row in rows(db, query, therapist, therapist)]


def book(stores: Stores, count: int = 6) -> tuple[Decision, list[str]]:
    """Six Wednesdays at ten in Berlin, the clocks put forward after the fourth."""
    booked = decide(stores, "s-1", recurrence=f"FREQ=WEEKLY;COUNT={count}")
    assert booked.outcome == Outcome.RESERVED
    return booked, [occurrence_id("s-1", number) for number in range(1, count + 1)]


def all_agree(read: Read, mail: Mailboxes, db: Connection) -> None:
    for who in ADDRESSES:
        assert read(mail.arrived[who]) == standing(db, who), who


@pytest.mark.parametrize("read", READERS)
def test_every_message_leaves_the_calendar_as_the_api_says(stores: Stores, db: Connection, read: Read) -> None:
    mail = Mailboxes(stores)
    booked, ids = book(stores)  # not sent yet, as if the provider were down
    moved = move(stores, STARTS_AT + WEEK + 3 * HOUR, ids[1])
    given = move(stores, STARTS_AT + 2 * WEEK + HOUR, ids[2], OPERATOR, therapist_id=OTHER_THERAPIST)
    mail.send(booked, moved, given)  # all at once, when it is mended
    all_agree(read, mail, db)
    mail.send(cancel(stores, ids[4]))
    all_agree(read, mail, db)
    mail.send(cancel(stores, ids[3], scope="following"))
    all_agree(read, mail, db)
    mail.send(cancel(stores, ids[0], scope="all"))
    all_agree(read, mail, db)
    assert standing(db, "client") == []


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_whatever_arrives_first(stores: Stores, db: Connection, read: Read, order: tuple[int, ...]) -> None:
    if read is by_ical_js and order not in ((3, 2, 1, 0), (1, 2, 3, 0), (2, 0, 3, 1)):
        pytest.skip("a start of node for each: three orders will do")
    mail = Mailboxes(stores)
    booked, ids = book(stores)
    mail.send(booked)
    mail.send(move(stores, STARTS_AT + WEEK + 3 * HOUR, ids[1]))
    mail.send(cancel(stores, ids[1]))
    mail.send(cancel(stores, ids[4], scope="following"))
    files = mail.arrived["client"]
    assert read([files[number] for number in order]) == standing(db, "client")


@pytest.mark.parametrize("read", READERS)
def test_a_session_is_named_in_the_series_own_zone_for_ever(stores: Stores, db: Connection, read: Read) -> None:
    mail = Mailboxes(stores)
    booked, ids = book(stores)
    mail.send(booked)
    rows(db, "UPDATE therapists SET time_zone = 'America/New_York' WHERE user_sub = 'sub-therapist' RETURNING 1")
    mail.send(move(stores, STARTS_AT + WEEK + 3 * HOUR, ids[1]))
    mail.send(move(stores, STARTS_AT + 2 * WEEK + HOUR, ids[2], OPERATOR, therapist_id=OTHER_THERAPIST))
    mail.send(cancel(stores, ids[2]))
    all_agree(read, mail, db)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("hour", [0, 1])
def test_a_series_through_the_hour_that_comes_twice(stores: Stores, db: Connection, read: Read, hour: int) -> None:
    """Half past two in Berlin on Sundays; on 31 October it is that twice."""
    rows(db, "UPDATE availability SET opens = 0, closes = 1440, weekday = 7 WHERE weekday = 1 RETURNING 1")
    rows(db, "UPDATE services SET duration_minutes = 50, buffer_after_minutes = 0 RETURNING 1")
    first = datetime(2032, 10, 31, hour, 30, tzinfo=UTC)
    decision = decide(stores, "s-1", first, recurrence="FREQ=WEEKLY;COUNT=3")
    if decision.outcome != Outcome.RESERVED:
        pytest.fail(str(decision.reasons))
    mail = Mailboxes(stores)
    mail.send(decision)
    assert read(mail.arrived["client"]) == standing(db, "client")
    for text in mail.arrived["client"]:
        assert "DTEND;TZID" not in text, "an end by the wall clock could come before the start"


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;COUNT=52", "FREQ=WEEKLY;INTERVAL=16;COUNT=9"])
def test_a_series_through_more_than_a_year(stores: Stores, db: Connection, read: Read, rule: str) -> None:
    rows(db, "UPDATE therapists SET booking_window_days = 2000 RETURNING 1")
    mail = Mailboxes(stores)
    mail.send(decide(stores, "s-1", STARTS_AT + 5 * WEEK - HOUR, recurrence=rule))  # ten in Berlin, in summer
    assert len(standing(db, "client")) in (52, 9)
    assert read(mail.arrived["client"]) == standing(db, "client")


@pytest.mark.parametrize("read", READERS)
def test_a_session_that_comes_back_is_in_the_calendar_again(stores: Stores, db: Connection, read: Read) -> None:
    mail = Mailboxes(stores)
    booked, ids = book(stores)

    def give(number: int, therapist: str, hours: int) -> Decision:
        to = STARTS_AT + number * WEEK + hours * HOUR
        return move(stores, to, ids[number], OPERATOR, therapist_id=therapist)

    mail.send(give(2, OTHER_THERAPIST, 1), booked)  # her rule leaves it out
    mail.send(give(2, str(demo.THERAPIST_ID), 2))
    all_agree(read, mail, db)
    mail.send(give(5, OTHER_THERAPIST, 1))
    mail.send(cancel(stores, ids[3], requested_by("sub-therapist", "therapist"), scope="following"))
    all_agree(read, mail, db)
    mail.send(give(5, str(demo.THERAPIST_ID), 2))  # beyond where her series ended
    all_agree(read, mail, db)


def test_what_stands_does_not_read_that_it_is_cancelled(stores: Stores) -> None:
    mail = Mailboxes(stores)
    booked, ids = book(stores)
    mail.send(booked, cancel(stores, ids[3], scope="following"))
    first, shortened = mail.arrived["client"]
    assert "DESCRIPTION" in first
    assert "METHOD:REQUEST" in shortened
    assert "DESCRIPTION" not in shortened


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("zone", "start", "rule"),
    [
        ("Africa/Casablanca", datetime(2032, 12, 13, 0, 45, tzinfo=UTC), "FREQ=MONTHLY;BYDAY=2MO;COUNT=6"),
        ("America/Nuuk", datetime(2032, 3, 14, 1, 30, tzinfo=UTC), "FREQ=WEEKLY;COUNT=4"),
        ("Australia/Lord_Howe", datetime(2032, 3, 20, 0, 0, tzinfo=UTC), "FREQ=WEEKLY;COUNT=8"),
        ("Asia/Tokyo", STARTS_AT, "FREQ=WEEKLY;COUNT=4"),
    ],
)
def test_the_clocks_of_the_world(
    stores: Stores, db: Connection, read: Read, zone: str, start: datetime, rule: str
) -> None:
    """An hour back for Ramadan; half an hour; an hour that is skipped before midnight; none at all."""
    rows(
        db,
        "UPDATE therapists SET time_zone = %s, booking_window_days = 2000 WHERE user_sub = 'sub-therapist' RETURNING 1",
        zone,
    )
    rows(
        db,
        "INSERT INTO availability (therapist_id, weekday, opens, closes) SELECT %s, day, 0, 1440 "
        "FROM generate_series(1, 7) AS day RETURNING 1",
        str(demo.THERAPIST_ID),
    )
    decision = decide(stores, "s-1", start, recurrence=rule, on_conflict="skip")
    assert decision.outcome == Outcome.RESERVED, decision.reasons
    mail = Mailboxes(stores)
    mail.send(decision)
    assert len(standing(db, "client")) > 2
    assert read(mail.arrived["client"]) == standing(db, "client")


def test_the_text_names_each_sessions_therapist_and_time(stores: Stores) -> None:
    booked, ids = book(stores, 2)
    move(stores, STARTS_AT + WEEK + HOUR, ids[1], OPERATOR, therapist_id=OTHER_THERAPIST)
    [message] = [each for each in booked.notifications if (each.recipient, each.channel) == ("client", "email")]
    text = notices.compose(letter_of(stores, message.notification_id)).text
    assert "with Miriam Adler and Aiko Tanaka" in text
    moved = STARTS_AT + WEEK + timedelta(hours=1)
    assert f"{moved:%H:%M} (Europe/London, GMT; 19:00 Asia/Tokyo) with Aiko Tanaka" in text
