"""Notes and reasons on real PostgreSQL: whose count, who reads them, and what becomes of those that nobody needs."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection
from pydantic import ValidationError

from booking.codes import Group
from booking.contracts.words import NoteBody, ReasonBody
from booking.errors import Refusal
from booking.model import Requester
from booking.problems import Problem
from booking.services.bookings.get_booking import get_booking
from booking.services.bookings.reject_booking import reject_booking
from booking.services.bookings.words import MAX_LOOSE, put_note, put_reason, put_staff_note
from booking.services.changes.get_change import get_change
from booking.services.people.client_data import forget_clients
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, reject_input, requested_by, reserve, reserve_input
from tests.fakes import FakeWorkflows, clock_at
from tests.integration.test_changes import HOUR, STAFF, cancel, move
from tests.integration.test_get_booking import must_not_be_asked
from tests.integration.test_retention import act, everything
from tests.integration.test_series import decide
from tests.rows import rows

CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
EVE = Requester("sub-other-client", frozenset({Group.CLIENT}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
COLLEAGUE = Requester("sub-other-therapist", frozenset({Group.THERAPIST}))
OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
DAY = timedelta(days=1)


def note(stores: Stores, text: str | None, by: Requester = CLIENT, key: str = "booking-1", at: Any = NOW) -> None:
    put_note(stores, by, key, NoteBody(text=text), clock_at(at))


def reason(stores: Stores, text: str, by: Requester = CLIENT, key: str = "c-1", *, internal: bool = False) -> None:
    put_reason(stores, by, key, ReasonBody(text=text, internal=internal), clock_at(NOW))


def seen(stores: Stores, by: Requester, key: str = "booking-1") -> Any:
    return get_booking(stores, FakeWorkflows(must_not_be_asked), by, key, clock_at(NOW))


def refused(call: Any) -> Problem:
    with pytest.raises(Refusal) as refusal:
        call()
    return refusal.value.problem


def test_a_note_put_before_the_booking_is_read_by_whose_it_is_and_in_no_workflow(stores: Stores) -> None:
    note(stores, "I sleep badly.\nSince March.")
    given = reserve_input()
    decided = reserve(stores, given)
    assert "sleep" not in given.model_dump_json() + decided.model_dump_json()
    for reader in (CLIENT, THERAPIST, OPERATOR):
        assert seen(stores, reader).note == "I sleep badly.\nSince March."
    note(stores, "Better now.")
    assert seen(stores, THERAPIST).note == "Better now."
    note(stores, None)
    assert seen(stores, THERAPIST).note is None


def test_nobody_puts_words_on_anothers_booking_or_reads_them_by_guessing(stores: Stores, db: Connection) -> None:
    note(stores, "by Eve", EVE)  # she has guessed the key before it was used
    reason(stores, "by Eve", EVE)
    reserve(stores, reserve_input())
    assert seen(stores, CLIENT).note is None
    note(stores, "by the client")
    assert seen(stores, THERAPIST).note == "by the client"
    assert refused(lambda: note(stores, "by Eve", EVE)) == Problem.BOOKING_NOT_FOUND
    assert refused(lambda: note(stores, None, EVE)) == Problem.BOOKING_NOT_FOUND
    assert refused(lambda: note(stores, "by staff", THERAPIST)) == Problem.FORBIDDEN
    cancel(stores, change_id="c-1")
    assert seen(stores, OPERATOR).reason is None
    assert refused(lambda: reason(stores, "by Eve", EVE)) == Problem.CHANGE_NOT_FOUND
    forget_clients(stores, 10, clock_at(NOW + 2 * DAY))
    assert "by Eve" not in everything(db)
    assert seen(stores, CLIENT).note == "by the client"


def test_a_staff_note_is_for_who_keeps_the_calendar(stores: Stores) -> None:
    def staff_note(by: Requester, text: str = "pays in cash", key: str = "booking-1") -> None:
        put_staff_note(stores, by, key, NoteBody(text=text), clock_at(NOW))

    assert refused(lambda: staff_note(OPERATOR)) == Problem.BOOKING_NOT_FOUND, "there is no booking yet"
    reserve(stores, reserve_input())
    staff_note(THERAPIST)
    staff_note(OPERATOR, "pays by card")
    assert [seen(stores, each).staff_note for each in (CLIENT, THERAPIST, OPERATOR)] == [
        *(None, "pays by card", "pays by card"),
    ]
    assert refused(lambda: staff_note(CLIENT)) == Problem.FORBIDDEN
    assert refused(lambda: staff_note(COLLEAGUE)) == Problem.BOOKING_NOT_FOUND


@pytest.mark.parametrize("internal", [False, True])
def test_why_a_booking_was_cancelled_is_told_unless_it_is_internal(stores: Stores, *, internal: bool) -> None:
    reserve(stores, reserve_input())
    reason(stores, "She is ill.", THERAPIST, internal=internal)
    cancel(stores, by=STAFF, change_id="c-1")
    for reader in (THERAPIST, OPERATOR):
        assert seen(stores, reader).reason.model_dump() == {"text": "She is ill.", "internal": internal}
    told = seen(stores, CLIENT).reason
    assert told is None if internal else told.text == "She is ill."
    change = get_change(stores, FakeWorkflows(), CLIENT, "c-1")
    assert change.reason == told
    assert refused(lambda: reason(stores, "another", THERAPIST)) == Problem.IDEMPOTENCY_KEY_USED
    assert refused(lambda: note(stores, "too late")) == Problem.BOOKING_NOT_STANDING


def test_why_a_booking_was_moved_is_said_with_the_change(stores: Stores) -> None:
    reserve(stores, reserve_input())
    reason(stores, "My train is late.")
    move(stores, STARTS_AT + 3 * HOUR, change_id="c-1")
    change = get_change(stores, FakeWorkflows(), THERAPIST, "c-1")
    assert change.reason is not None
    assert change.reason.text == "My train is late."
    assert refused(lambda: reason(stores, "x", key="c-2", internal=True)) == Problem.FORBIDDEN, "clients hide nothing"


def test_a_series_has_one_note_until_a_session_gets_its_own(stores: Stores, db: Connection) -> None:
    note(stores, "for all", key="s-1")
    decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=3")
    ids = [row["id"] for row in rows(db, "SELECT id FROM bookings ORDER BY occurrence")]
    note(stores, "for this one", key=ids[1])
    assert [seen(stores, THERAPIST, each).note for each in ids] == ["for all", "for this one", "for all"]


def test_words_that_nothing_followed_go_after_a_day_and_are_few(stores: Stores, db: Connection) -> None:
    note(stores, "kept", key="booking-1")
    reserve(stores, reserve_input())
    late = reserve_input("booking-2", client_id=demo.OTHER_CLIENT_ID, by=requested_by("sub-other-client"))
    note(stores, "of a rejection", EVE, key="booking-2")
    reject_booking(stores, reject_input(late, reserve(stores, late)))
    for number in range(MAX_LOOSE):
        note(stores, "loose", key=f"loose-{number}")
    assert refused(lambda: note(stores, "loose", key="one-more")) == Problem.RULE_BROKEN
    note(stores, "loose, and changed", key="loose-1")
    note(stores, "somebody else's", EVE, key="loose-1")
    forget_clients(stores, 10, clock_at(NOW + DAY))
    assert len(rows(db, "SELECT FROM booking_words")) == MAX_LOOSE + 3, "not yet a day"
    for _ in range(2):
        forget_clients(stores, 10, clock_at(NOW + DAY + HOUR))
        assert rows(db, "SELECT body, is_kept FROM booking_words") == [{"body": "kept", "is_kept": True}]


def test_words_are_given_out_with_a_clients_data_and_go_with_them(stores: Stores, db: Connection) -> None:
    note(stores, "first saying")
    reserve(stores, reserve_input())
    put_staff_note(stores, THERAPIST, "booking-1", NoteBody(text="second saying"), clock_at(NOW))
    reason(stores, "third saying", THERAPIST, internal=True)
    cancel(stores, by=STAFF, change_id="c-1")
    note(stores, "fourth saying", key="never-used")
    file = act(stores, "export").file
    assert file is not None
    assert {each["text"] for each in file["bookings"][0]["words"]} == {"first saying", "second saying", "third saying"}
    act(stores, "erase")
    assert "saying" not in everything(db)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("x" * 501, "at most 500 characters"),
        ("x" * 100_000, "at most 500 characters"),
        ("   \n ", "at least 1 character"),
        ("before\x00after", "U+0000"),
        ("before\tafter", "U+0009"),
        ("before\u202eafter", "U+202E"),
        ("before\u2028after", "U+2028"),
    ],
)
def test_what_a_note_may_not_be_is_named_and_not_repeated(text: str, rule: str) -> None:
    with pytest.raises(ValidationError) as error:
        NoteBody.model_validate({"text": text})
    [wrong] = error.value.errors(include_input=False)
    assert wrong["loc"] == ("text",)
    assert rule in wrong["msg"]


@pytest.mark.parametrize("text", ["<b>bold</b> & https://example.com", "two\r\nlines", "שלום", "👩🏽‍⚕️ danke"])
def test_markup_and_every_script_are_text(text: str) -> None:
    assert NoteBody(text=text).text == text.replace("\r\n", "\n")
