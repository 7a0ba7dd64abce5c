"""What the messages say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking import notices
from booking.codes import Channel, Language, NotificationEvent, Recipient
from booking.gsm import folded, segments
from booking.letters import Letter, LetterSession
from local.letters import letters, name_of


def session(start: datetime, booking_id: str = "booking-1", sequence: int = 0) -> LetterSession:
    return LetterSession(booking_id, start, start, sequence)


LETTER = Letter(
    event=NotificationEvent.BOOKING_CONFIRMED,
    recipient=Recipient.CLIENT,
    channel=Channel.EMAIL,
    service_name="individual session",
    therapist_name="Miriam Adler",
    client_name="Jonas Weber",
    zone=ZoneInfo("Europe/London"),
    therapist_zone=ZoneInfo("Europe/Berlin"),
    language=Language.EN,
    is_discreet=False,
    booking_id="booking-1",
    uid="booking-1@therapist-booking",
    recurrence=None,
    series_zone=ZoneInfo("Europe/Berlin"),
    sessions=(session(datetime(2027, 6, 1, 8, 0, tzinfo=UTC)),),
    all_sessions=(),
    moved_from=None,
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
        "Tuesday 1 June 2027, 09:00 (Europe/London, BST; 10:00 Europe/Berlin).\n\n"
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
    assert "09:00 (Europe/London, BST; 10:00 Europe/Berlin)" in message.text


SERIES = replace(
    LETTER,
    zone=ZoneInfo("Europe/Berlin"),
    sessions=(
        session(datetime(2027, 3, 22, 16, 0, tzinfo=UTC), "booking-1"),
        session(datetime(2027, 4, 5, 15, 0, tzinfo=UTC), "booking-3"),
    ),
    all_sessions=(
        session(datetime(2027, 3, 22, 16, 0, tzinfo=UTC), "booking-1"),
        replace(session(datetime(2027, 3, 29, 15, 0, tzinfo=UTC), "booking-2"), stands=False, is_refused=True),
        session(datetime(2027, 4, 5, 15, 0, tzinfo=UTC), "booking-3"),
    ),
    recurrence="FREQ=WEEKLY;COUNT=3",
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


@pytest.mark.parametrize("letter", letters(), ids=name_of)
def test_every_message_can_be_read_in_every_form(letter: Letter) -> None:
    for discreet in (False, True):
        message = notices.compose(replace(letter, is_discreet=discreet and letter.recipient == Recipient.CLIENT))
        assert message.subject
        assert "2027" in message.sms
        assert "{" not in message.text + message.sms
        assert "reply" not in message.sms.lower(), "carriers take a reply for an opt-out"
        assert segments(message.sms) == 1
        if discreet and letter.recipient == Recipient.CLIENT:
            assert "Adler" not in message.text + message.sms + message.subject
            assert "individual" not in message.text + message.sms + message.subject


def test_segments_are_counted_as_carriers_do() -> None:
    assert [segments("a" * n) for n in (160, 161, 306, 307)] == [1, 2, 2, 3]
    assert [segments("ж" * n) for n in (70, 71)] == [1, 2]
    assert segments("€" * 80) == 1
    assert segments("€" * 81) == 2
    assert segments("😀" * 36) == 2


def test_one_accent_does_not_halve_what_fits_a_message() -> None:
    letter = replace(LETTER, recipient=Recipient.THERAPIST, client_name="Łukasz Wiśniewski – “Jr.”")
    sms = notices.compose(letter).sms
    assert 'Lukasz Wisniewski - "Jr."' in sms
    assert segments(sms) == 1
    assert folded("Ω Äé Иван 😀") == "Ω Äé Иван 😀", "what GSM-7 has, and what has no plain form"


def test_names_that_are_too_long_for_one_text_are_left_to_the_letter() -> None:
    long = replace(
        LETTER,
        service_name="Psychotherapeutische Sprechstunde und Erstgespräch für Angehörige",
        therapist_name="Dr. med. Alexandra von Hohenstein-Mühlberg",
        language=Language.DE,
    )
    message = notices.compose(long)
    assert segments(message.sms) == 1
    assert "Hohenstein" not in message.sms
    assert "Hohenstein-Mühlberg" in message.text


def test_the_other_clock_says_its_day_when_that_is_another() -> None:
    evening = session(datetime(2027, 6, 7, 17, 0, tzinfo=UTC))
    letter = replace(LETTER, sessions=(evening,), therapist_zone=ZoneInfo("Pacific/Auckland"))
    text = notices.compose(letter).text
    assert "Monday 7 June 2027, 18:00 (Europe/London, BST; Tuesday 05:00 Pacific/Auckland)" in text


def test_german_is_german() -> None:
    message = notices.compose(replace(LETTER, language=Language.DE, zone=ZoneInfo("Europe/Berlin")))
    assert message.subject == "Ihr Termin ist gebucht"
    assert "Dienstag, 1. Juni 2027, 10:00 Uhr (Europe/Berlin, CEST)" in message.text
    assert '<html lang="de">' in message.html


def test_a_text_message_is_the_letter_without_its_frame() -> None:
    sms = notices.compose(LETTER).sms
    when = "Tue 1 Jun 2027, 09:00 (Europe/London; 10:00 Europe/Berlin)"
    assert sms == f"Booked: individual session with Miriam Adler, {when}."
    assert "Hello" not in sms


def test_html_is_text_and_never_markup_of_someones_name() -> None:
    html = notices.compose(replace(LETTER, client_name="<b>O'Neill & Söhne</b>")).html
    assert "&lt;b&gt;O&#x27;Neill &amp; Söhne&lt;/b&gt;" in html
    assert '<html lang="en">' in html


def test_sessions_with_several_therapists_are_told_with_whom_each_is() -> None:
    first, second = SERIES.sessions
    other = replace(second, therapist_name="Aiko Tanaka", therapist_zone=ZoneInfo("Asia/Tokyo"))
    letter = replace(SERIES, sessions=(replace(first, therapist_name="Miriam Adler"), other))
    text = notices.compose(letter).text
    assert "with Miriam Adler and Aiko Tanaka" in text
    assert "Monday 22 March 2027, 17:00 (Europe/Berlin, CET) with Miriam Adler\n" in text
    assert "17:00 (Europe/Berlin, CEST; Tuesday 00:00 Asia/Tokyo) with Aiko Tanaka" in text
    german = notices.compose(replace(letter, language=Language.DE)).text
    assert "bei Miriam Adler und Aiko Tanaka" in german
    assert "Tanaka" not in notices.compose(replace(letter, is_discreet=True)).text
    assert "with Miriam" not in notices.compose(replace(letter, recipient=Recipient.THERAPIST)).text


@pytest.mark.parametrize("language", Language)
def test_one_session_is_one(language: Language) -> None:
    one = replace(SERIES, language=language, sessions=SERIES.sessions[:1], all_sessions=SERIES.all_sessions[:1])
    for recipient in Recipient:
        alone = notices.compose(replace(one, recipient=recipient))
        whole = f"{alone.subject} {alone.text} {alone.sms}"
        assert "sessions" not in whole
        assert "Termine" not in whole
        partly = notices.compose(replace(one, recipient=recipient, all_sessions=SERIES.all_sessions))
        assert "1 sessions" not in partly.text
        assert "1 Termine" not in partly.text
        assert "sessions" not in partly.subject
        assert "Termine" not in partly.subject


def test_a_name_at_the_start_of_a_sentence_is_written_as_it_is() -> None:
    letter = replace(
        LETTER, service_name="cBT bei Dr. Müller", recipient=Recipient.THERAPIST, moved_from=LETTER.starts[0]
    )
    for event in (NotificationEvent.BOOKING_MOVED, NotificationEvent.BOOKING_CANCELLED):
        assert "CBT bei Dr. Müller for Jonas Weber" in notices.compose(replace(letter, event=event)).text


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # 02:30 in Berlin, and an hour later again
    texts = []
    for start in (first, first + timedelta(hours=1)):
        letter = replace(LETTER, zone=ZoneInfo("Europe/Berlin"), sessions=(session(start),))
        message = notices.compose(letter)
        texts.append((message.text, message.sms))
        german = notices.compose(replace(letter, language=Language.DE, zone=ZoneInfo("UTC")))
        assert "02:30 CE" in german.sms, "and on the other's clock"
    (summer, summer_sms), (winter, winter_sms) = texts
    assert ("CEST" in summer, "CET" in winter) == (True, True)
    assert "02:30 CEST (Europe/Berlin)" in summer_sms
    assert "02:30 CET (Europe/Berlin)" in winter_sms
    usual = notices.compose(replace(LETTER, zone=ZoneInfo("Europe/Berlin"))).sms
    assert "CEST" not in usual
    offered = replace(LETTER, event=NotificationEvent.SLOT_OFFERED, zone=ZoneInfo("Europe/Berlin"), answer_until=first)
    assert "02:30 CEST" in notices.compose(offered).subject
