"""What the messages say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking import notices
from booking.model import Channel, NotificationEvent, Recipient
from booking.store.ledger import Letter

LETTER = Letter(
    event=NotificationEvent.BOOKING_CONFIRMED,
    recipient=Recipient.CLIENT,
    channel=Channel.EMAIL,
    service_name="individual session",
    therapist_name="Miriam Adler",
    client_name="Jonas Weber",
    zone=ZoneInfo("Europe/London"),
    starts=(datetime(2027, 6, 1, 8, 0, tzinfo=UTC),),
    asked_sessions=0,
    duration=timedelta(minutes=50),
    still_true=True,
    address="jonas.weber@example.com",
)


def test_a_client_reads_what_is_booked_in_their_own_time() -> None:
    message = notices.compose(LETTER)
    assert message.subject == "Your session is booked"
    assert message.text == (
        "Hello Jonas Weber,\n\n"
        "Your individual session (50 minutes) with Miriam Adler is booked for "
        "Tuesday 1 June 2027, 09:00 (Europe/London, BST).\n\n"
        "Your practice"
    )


def test_a_therapist_reads_who_comes_in_theirs() -> None:
    letter = replace(LETTER, recipient=Recipient.THERAPIST, zone=ZoneInfo("Europe/Berlin"))
    message = notices.compose(letter)
    assert message.subject == "New session booked"
    assert "Jonas Weber has booked individual session" in message.text
    assert "Tuesday 1 June 2027, 10:00 (Europe/Berlin, CEST)" in message.text


def test_who_lost_the_slot_is_told_so() -> None:
    message = notices.compose(replace(LETTER, event=NotificationEvent.SLOT_LOST))
    assert "could not be booked" in message.text
    assert "09:00 (Europe/London, BST)" in message.text


SERIES = replace(
    LETTER,
    starts=(datetime(2027, 3, 22, 16, 0, tzinfo=UTC), datetime(2027, 4, 5, 15, 0, tzinfo=UTC)),
    zone=ZoneInfo("Europe/Berlin"),
    asked_sessions=3,
)


def test_a_series_is_one_message_with_every_session_in_it() -> None:
    message = notices.compose(SERIES)
    assert message.subject == "Your sessions are booked"
    assert "Monday 22 March 2027, 17:00 (Europe/Berlin, CET)\nMonday 5 April 2027, 17:00 (Europe/Berlin, CEST)" in (
        message.text
    )
    assert "1 of the 3 asked for could not be booked" in message.text
    assert "5 April" not in message.sms  # a text says how many and when the first is
    assert "<br>" in message.html


def test_a_lost_series_and_the_therapists_side() -> None:
    assert "could not be booked" in notices.compose(replace(SERIES, event=NotificationEvent.SLOT_LOST)).text
    assert "has booked 2 sessions" in notices.compose(replace(SERIES, recipient=Recipient.THERAPIST)).text


@pytest.mark.parametrize("recipient", Recipient)
@pytest.mark.parametrize("event", NotificationEvent)
def test_there_is_a_message_for_every_event_and_recipient(event: NotificationEvent, recipient: Recipient) -> None:
    message = notices.compose(replace(LETTER, event=event, recipient=recipient))
    assert message.subject
    assert "2027" in message.sms


def test_a_text_message_is_the_letter_without_its_frame() -> None:
    sms = notices.compose(LETTER).sms
    assert sms.startswith("Your individual session")
    assert "Hello" not in sms


def test_html_is_text_and_never_markup_of_someones_name() -> None:
    html = notices.compose(replace(LETTER, client_name="<b>O'Neill & Söhne</b>")).html
    assert "&lt;b&gt;O&#x27;Neill &amp; Söhne&lt;/b&gt;" in html
    assert '<html lang="en">' in html
