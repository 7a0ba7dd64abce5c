"""What the messages say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking import notices
from booking.codes import Actor, Channel, Held, Language, NotificationEvent, Recipient
from booking.gsm import folded, segments
from booking.letters import Letter, Letterhead, LetterMoney, LetterSession
from booking.places import Place
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
        "Your practice\n\n"
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


def test_who_asked_for_whoever_is_free_has_lost_nobody() -> None:
    lost = replace(LETTER, event=NotificationEvent.SLOT_LOST, names_nobody=True)
    assert LETTER.therapist_name not in notices.compose(lost).text
    assert "Ihr Termin (individual session) am" in notices.compose(replace(lost, language=Language.DE)).text


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
    assert "&lt;b&gt;O&#39;Neill &amp; Söhne&lt;/b&gt;" in html
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
    letter = replace(LETTER, service_name="cBT bei Dr. Müller", recipient=Recipient.THERAPIST)
    for event in (NotificationEvent.BOOKING_HANDED_OVER, NotificationEvent.BOOKING_TAKEN_OVER):
        assert "CBT bei Dr. Müller" in notices.compose(replace(letter, event=event)).text


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


BY_PRACTICE = replace(LETTER, actor=Actor.PRACTICE)


@pytest.mark.parametrize(
    ("event", "actor", "to_client", "to_therapist"),
    [
        ("booking_cancelled", "client", "You have cancelled your individual", "Jonas Weber has cancelled their"),
        ("booking_cancelled", "therapist", "The practice has cancelled your", "You have cancelled individual session"),
        ("booking_cancelled", "practice", "The practice has cancelled your", "The practice has cancelled individual"),
        ("booking_confirmed", "client", "Your individual session", "Jonas Weber has booked individual session"),
        ("booking_confirmed", "practice", "The practice has booked for you: ", "The practice has booked individual"),
        ("booking_confirmed", "therapist", "The practice has booked for you: ", "You have booked individual session"),
        ("booking_moved", "client", "You have moved your individual", "Jonas Weber has moved their individual"),
        ("booking_moved", "practice", "The practice has moved your", "The practice has moved individual session for"),
    ],
)
def test_everybody_reads_who_did_it(event: str, actor: str, to_client: str, to_therapist: str) -> None:
    done = replace(LETTER, event=NotificationEvent(event), actor=Actor(actor), moved_from=LETTER.starts[0])
    assert notices.compose(done).body[0].startswith(to_client)
    assert notices.compose(replace(done, recipient=Recipient.THERAPIST)).body[0].startswith(to_therapist)


CANCELLED = replace(
    BY_PRACTICE, event=NotificationEvent.BOOKING_CANCELLED, reason="I am <b>ill</b>: https://evil.example"
)


def test_the_other_side_reads_the_reason_as_it_was_typed() -> None:
    message = notices.compose(CANCELLED)
    assert "The reason given: “I am <b>ill</b>: https://evil.example”" in message.text
    assert "&lt;b&gt;ill&lt;/b&gt;: https://evil.example”" in message.html
    assert 'href="https://evil' not in message.html
    own = notices.compose(replace(CANCELLED, actor=Actor.CLIENT))
    assert "evil" not in own.text, "who gave it knows it"
    assert "evil" not in notices.compose(replace(CANCELLED, is_discreet=True)).text


def test_a_late_cancellation_is_called_late_and_the_policy_is_beside_it() -> None:
    policy = "Later than a day before we charge half."
    [one] = LETTER.sessions
    late = replace(CANCELLED, actor=Actor.CLIENT, sessions=(replace(one, is_late=True),), cancellation_policy=policy)
    text = notices.compose(late).text
    assert "This was a late cancellation" in text
    assert f"Our cancellation policy: {policy}" in text
    assert policy not in notices.compose(replace(late, sessions=(one,))).text
    assert "late cancellation" in notices.compose(replace(late, recipient=Recipient.THERAPIST)).text
    assert policy in notices.compose(replace(LETTER, cancellation_policy=policy)).text


ADLER = Letterhead(
    "Practice Adler", "Street 1\n10115 Berlin", "+49 30 1", "reply@example.com", "https://a.example/privacy"
)
ROOM = Place(Held.AT_PRACTICE, "Trauma room", "Street 1, 10115 Berlin")
VIDEO = Place(Held.VIDEO, video_link="https://meet.example/a?b=1&c=2")


def at(place: Place, letter: Letter = LETTER) -> Letter:
    return replace(letter, sessions=tuple(replace(each, place=place) for each in letter.sessions))


def test_a_message_says_where_the_session_is() -> None:
    assert notices.compose(at(ROOM)).body[1] == "At the practice: Street 1, 10115 Berlin, Trauma room"
    video = notices.compose(at(VIDEO))
    assert video.body[1] == "By video: https://meet.example/a?b=1&c=2"
    assert 'href="https://meet.example/a?b=1&amp;c=2"' in video.html
    assert video.sms.endswith("By video: https://meet.example/a?b=1&c=2")
    phone = at(Place(Held.PHONE))
    assert notices.compose(phone).body[1] == "By phone: we call you at the number you gave us"
    assert notices.compose(replace(phone, recipient=Recipient.THERAPIST)).body[1] == "By phone"
    assert "Street" not in notices.compose(replace(at(ROOM), event=NotificationEvent.BOOKING_CANCELLED)).text
    first, second = SERIES.sessions
    apart = replace(SERIES, sessions=(replace(first, place=ROOM), replace(second, place=VIDEO)))
    assert "CET). At the practice: Street 1, 10115 Berlin, Trauma room\n" in notices.compose(apart).text


def test_messages_are_in_the_name_of_the_practice_unless_they_are_discreet() -> None:
    letter = replace(at(ROOM), practice=ADLER, cancellation_policy="Pay.")
    letter = replace(letter, introduction="Welcome!", closing="Yours\n\nM. Adler")
    message = notices.compose(letter)
    assert message.text.startswith("Practice Adler\n\nHello Jonas Weber,\n\nWelcome!\n\nYour individual session")
    assert message.text.endswith(
        "Yours\n\nM. Adler\n\nPractice Adler\nStreet 1\n10115 Berlin\n+49 30 1\nreply@example.com\n"
        "Privacy: https://a.example/privacy"
    )
    assert message.sms.startswith("Practice Adler: Booked")
    discreet = notices.compose(replace(letter, is_discreet=True))
    whole = f"{discreet.subject} {discreet.text} {discreet.html} {discreet.sms}"
    for told in ("Adler", "individual", "Trauma", "Street", "Welcome", "Yours", "Pay", "a.example", "reply@"):
        assert told not in whole
    assert "+49 30 1" in discreet.text, "somebody to call"
    elsewhere = replace(at(Place(Held.AT_PRACTICE, "Trauma room", "Street 9")), is_discreet=True, practice=ADLER)
    assert "At the practice: Street 9" in notices.compose(elsewhere).text, "what one needs to attend"
    assert VIDEO.link in notices.compose(replace(at(VIDEO), is_discreet=True, practice=ADLER)).text


@pytest.mark.parametrize(
    ("site", "practice", "how", "in_a_text"),
    [
        ("https://b.example", ADLER, "follow the link below", "Accept or decline: https://b.example/offers/booking-1"),
        ("", ADLER, "call us on +49 30 1 or reply to this e-mail", "Accept or decline: +49 30 1"),
        ("", Letterhead(email="reply@example.com"), "reply to this e-mail", "accept or decline where you book"),
        ("", Letterhead(), "go to where you book", "accept or decline where you book"),
    ],
)
def test_an_offer_says_how_to_accept_it(site: str, practice: Letterhead, how: str, in_a_text: str) -> None:
    until = LETTER.starts[0] - timedelta(days=1)
    offer = replace(LETTER, event=NotificationEvent.SLOT_OFFERED, answer_until=until, practice=practice)
    for pauses in (False, True):
        message = notices.compose(replace(offer, pauses_unanswered=pauses), site)
        assert f"To accept or decline, {how}." in message.text
        assert pauses or in_a_text in message.sms
        assert segments(message.sms) == 1


PRICE = LetterMoney("EUR", amount=9000)


@pytest.mark.parametrize(
    ("site", "practice", "how", "in_a_text"),
    [
        ("https://b.example", ADLER, "follow the link below", "Pay EUR 90.00: https://b.example/bookings/booking-1"),
        ("", ADLER, "call us on +49 30 1 or reply to this e-mail", "Pay EUR 90.00 where you book."),
        ("", Letterhead(), "go to where you book", "Pay EUR 90.00 where you book."),
    ],
)
def test_who_is_to_pay_reads_how(site: str, practice: Letterhead, how: str, in_a_text: str) -> None:
    until = LETTER.starts[0] - timedelta(days=1)
    due = replace(LETTER, event=NotificationEvent.PAYMENT_DUE, answer_until=until, practice=practice, money=PRICE)
    message = notices.compose(due, site)
    assert f"To pay, {how}." in message.text
    assert message.sms.endswith(in_a_text)
    assert "<strong>Monday 31 May 2027, 09:00 (Europe/London, BST; 10:00 Europe/Berlin)</strong>" in message.html


def test_a_link_that_is_too_long_for_one_text_is_left_to_the_letter() -> None:
    due = replace(LETTER, event=NotificationEvent.PAYMENT_DUE, answer_until=LETTER.starts[0], money=PRICE)
    message = notices.compose(due, f"https://{'long' * 30}.example")
    assert segments(message.sms) == 1
    assert message.sms.endswith("Pay EUR 90.00 where you book.")
    assert "longlong" in message.text


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (LetterMoney("EUR", paid=9000, back=9000), "You get back the EUR 90.00 that you have paid, in 5 to 10 days."),
        (
            LetterMoney("EUR", paid=9000, back=4000, costs=5000),
            "EUR 40.00 goes back to you, in 5 to 10 days; EUR 50.00",
        ),
        (LetterMoney("EUR", paid=9000, costs=9000), "The fee is EUR 90.00, which you have paid."),
        (LetterMoney("EUR", keeps_card=True, costs=5000), "The fee is EUR 50.00. It is taken from the card"),
        (LetterMoney("EUR", keeps_card=True), "Nothing is charged for it."),
        (LetterMoney("EUR", paid=9000), ""),  # the bank decides: it is disputed
        (None, ""),
    ],
)
def test_a_cancellation_says_what_it_costs_or_what_goes_back(told: LetterMoney | None, said: str) -> None:
    cancelled = replace(LETTER, event=NotificationEvent.BOOKING_CANCELLED, money=told)
    text = notices.compose(cancelled).text
    assert said in text
    assert said or "EUR" not in text
    assert said or "charged" not in text
