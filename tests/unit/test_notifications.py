"""The table of kinds of notifications, and what else there is of each."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from booking import notices
from booking.codes import Language, NotificationEvent
from booking.letters import Letter
from booking.notifications import FOR_CLIENTS, KINDS, NotificationKind, OfUseUntil
from local import documents
from local.letters import letters, name_of

FOLDER = documents.ROOT / "functions" / "booking" / "messages"


def test_every_event_is_declared() -> None:
    assert list(KINDS) == list(NotificationEvent)


@pytest.mark.parametrize("language", Language)
def test_a_kind_has_a_template_for_each_of_its_recipients_and_there_are_no_others(language: Language) -> None:
    needed = {f"{kind.event}.{recipient}.j2" for kind in KINDS.values() for recipient in kind.recipients}
    assert {path.name for path in (FOLDER / language).iterdir()} == {*needed, "layout.j2"}
    whole = {"letter.txt.j2", "letter.html.j2", "logins"}  # those of all letters, and of the user pool itself
    assert {path.name for path in FOLDER.iterdir()} == {*Language, *whole}


def test_clients_can_leave_out_on_the_site_what_they_are_told() -> None:
    listed = (documents.ROOT / "web" / "record.js").read_text().partition("MESSAGES = ")[2].partition("]")[0]
    assert set(re.findall(r'"(\w+)"', listed)) == set(FOR_CLIENTS)


def entering() -> dict[str, str]:
    """The queries that enter notifications, by name."""
    found = {}
    for path in (documents.ROOT / "functions" / "booking" / "sql").glob("*.sql"):
        for query in path.read_text().split("-- name: ")[1:]:
            if "INSERT INTO notifications" in query:
                found[query.split("(")[0]] = query
    return found


def test_every_kind_is_entered_by_a_query() -> None:
    queries = "".join(entering().values())
    assert [event for event in NotificationEvent if f"'{event}'" not in queries] == []


def test_who_is_told_is_asked_in_one_place() -> None:
    """What enters a reminder is started for recipients that were found so, by reminders_due."""
    queries = entering()
    assert [name for name, text in queries.items() if "recipients_of(" not in text] == [
        "skip_reminder",
        "prepare_reminder",
    ]
    assert [name for name, text in queries.items() if "_contacts" in text] == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.event)
def test_a_message_links_to_its_page(kind: NotificationKind) -> None:
    [letter, *_] = [each for each in letters() if each.event == kind.event]
    link = notices.compose(letter, "https://booking.example.com").link
    of_one = "" if kind.page_lists else "/booking-1"
    assert link == (f"https://booking.example.com/{kind.page}{of_one}" if kind.page else "")


@pytest.mark.parametrize("letter", letters(), ids=name_of)
def test_a_message_is_of_use_until_what_it_is_about_has_passed(letter: Letter) -> None:
    assert (
        letter.of_use_until
        == {
            OfUseUntil.FIRST_SESSION_STARTS: letter.starts[0],
            OfUseUntil.LAST_SESSION_ENDS: letter.starts[-1] + timedelta(minutes=50),
            OfUseUntil.OFFER_ENDS: letter.answer_until,
            OfUseUntil.HOLD_ENDS: letter.answer_until,
            OfUseUntil.ALWAYS: datetime.max.replace(tzinfo=UTC),
        }[letter.kind.of_use_until]
    )
