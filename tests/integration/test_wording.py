"""What the practice says of itself, and in its own words, is in the messages that leave."""

from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection
from pydantic import ValidationError

from booking.codes import Group, NotificationEvent
from booking.contracts.wording import WordingBody
from booking.errors import Refusal
from booking.model import Requester
from booking.notices import Message, Sender
from booking.notifications import FOR_CLIENTS
from booking.problems import Problem
from booking.services.notifications.send_notification import deliver
from booking.services.operations.wording import change_practice_words, get_practice_words
from booking.store import Stores
from booking.versions import etag
from tests.asking import NOW, reserve, reserve_input
from tests.fakes import FakeProviders, clock_at
from tests.integration.test_changes import cancel
from tests.rows import rows

OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
WELCOME = WordingBody(introduction="Welcome, <b>all</b>!\r\nhttps://evil.example", closing="Yours,\n\nthe practice")


@pytest.fixture(autouse=True)
def practice(db: Connection) -> None:
    rows(
        db,
        "UPDATE practice SET name = 'Practice Adler', address = E'Street 1\\n10115 Berlin', phone = '+493012345',"
        " email = 'office@example.com', cancellation_policy = '{\"en\": \"A day before.\"}' RETURNING 1",
    )
    rows(db, "UPDATE therapists SET room = NULL RETURNING 1")
    rows(db, "DELETE FROM practice_words RETURNING 1")


def put(stores: Stores, event: str, language: str, body: WordingBody = WELCOME) -> None:
    current = etag(get_practice_words(stores, OPERATOR))
    change_practice_words(stores, OPERATOR, event, language, body, current)


def sent(stores: Stores, db: Connection, event: str, recipient: str = "client") -> Message:
    [row, *_] = rows(
        db,
        "SELECT id FROM notifications WHERE event = %s AND recipient = %s AND channel = 'email'",
        event,
        recipient,
    )
    providers = FakeProviders()
    deliver(stores, providers.channels(), UUID(str(row["id"])), clock_at(NOW), Sender("noreply@example.com"))
    [(_, message)] = providers.email.sent
    return message


def test_what_leaves_is_the_practices(stores: Stores, db: Connection) -> None:
    put(stores, "booking_confirmed", "en")
    put(stores, "booking_confirmed", "de", WordingBody(introduction="Willkommen"))
    reserve(stores, reserve_input())
    message = sent(stores, db, "booking_confirmed")
    assert (message.letterhead.name, message.letterhead.email) == ("Practice Adler", "office@example.com")
    assert "Hello Jonas Weber,\n\nWelcome, <b>all</b>!\nhttps://evil.example\n\nYour" in message.text
    assert "At the practice: Street 1, 10115 Berlin\n" in message.text
    assert "Our cancellation policy: A day before.\n" in message.text
    assert "Yours,\n\nthe practice\n\nPractice Adler\nStreet 1\n10115 Berlin\n" in message.text
    assert "<b>" not in message.html
    assert 'href="https://evil' not in message.html
    assert message.calendar is not None
    assert b"LOCATION:Street 1\\, 10115 Berlin" in message.calendar.content
    therapist = sent(stores, db, "booking_confirmed", "therapist")
    assert "Welcome" not in therapist.text
    assert "A day before" not in therapist.text


@pytest.mark.parametrize(
    ("sub", "group", "to_client", "to_therapist"),
    [
        ("sub-client", Group.CLIENT, "You have cancelled your", "Jonas Weber has cancelled their"),
        ("sub-therapist", Group.THERAPIST, "The practice has cancelled your", "You have cancelled individual"),
        ("sub-operator", Group.OPERATOR, "The practice has cancelled your", "The practice has cancelled individual"),
    ],
)
def test_who_cancelled_is_told_and_why_unless_it_is_internal(
    stores: Stores, db: Connection, sub: str, group: Group, to_client: str, to_therapist: str
) -> None:
    reserve(stores, reserve_input())
    words = "INSERT INTO booking_words VALUES ('change-1', 'reason', %s, 'Ill since', false, now()) RETURNING 1"
    rows(db, words, sub)
    cancel(stores, by={"sub": sub, "groups": group}, change_id="change-1")
    message, other = sent(stores, db, "booking_cancelled"), sent(stores, db, "booking_cancelled", "therapist")
    assert to_client in message.text
    assert to_therapist in other.text
    assert ("Ill since" in message.text, "Ill since" in other.text) == (group != Group.CLIENT, group != Group.THERAPIST)
    rows(db, "UPDATE booking_words SET is_internal = true RETURNING 1")
    rows(db, "UPDATE notifications SET status = 'queued' RETURNING 1")
    assert "Ill since" not in sent(stores, db, "booking_cancelled").text


def test_staff_booked_it_and_a_video_is_attended_by_its_link(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET video_link = 'https://meet.example.com/adler' RETURNING 1")
    reserve(stores, reserve_input(by={"sub": "sub-operator", "groups": "operator"}))
    rows(db, "UPDATE bookings SET held = 'video' RETURNING 1")
    message = sent(stores, db, "booking_confirmed")
    assert "The practice has booked for you: individual session" in message.text
    assert "By video: https://meet.example.com/adler" in message.text
    assert message.calendar is not None
    assert b"\r\nURL:https://meet.example.com/adler\r\n" in message.calendar.content


def test_operators_change_words_from_the_version_they_read(stores: Stores) -> None:
    before = get_practice_words(stores, OPERATOR)
    assert {each.event for each in before.words} == set(FOR_CLIENTS)
    put(stores, "reminder", "en")
    [reminder] = [each for each in get_practice_words(stores, OPERATOR).words if each.introduction]
    assert (reminder.event, reminder.language) == (NotificationEvent.REMINDER, "en")
    assert reminder.introduction == "Welcome, <b>all</b>!\nhttps://evil.example"
    refused: list[tuple[Any, Problem]] = [
        (("reminder", "en", WELCOME, etag(before)), Problem.CHANGED_MEANWHILE),
        (("reminder", "en", WELCOME, None), Problem.IF_MATCH_MISSING),
        (("reminder", "fr", WELCOME, "*"), Problem.MESSAGE_NOT_FOUND),
        (("booking_taken_over", "en", WELCOME, "*"), Problem.MESSAGE_NOT_FOUND),
    ]
    for asked, problem in refused:
        with pytest.raises(Refusal) as raised:
            change_practice_words(stores, OPERATOR, *asked)
        assert raised.value.problem == problem
    with pytest.raises(Refusal):
        get_practice_words(stores, Requester("sub-therapist", frozenset({Group.THERAPIST})))


@pytest.mark.parametrize("text", ["x" * 1001, "a\x00b", "a\x1eb", "\u202eabc", "x" * 100_000])
def test_words_that_cannot_be_shown_are_none(text: str) -> None:
    with pytest.raises(ValidationError):
        WordingBody(introduction=text)
