"""Calendar files: read back by a second library, and what a calendar makes of one after the other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from email import message_from_bytes, policy
from io import StringIO

import pytest
import vobject
from dateutil.rrule import rruleset, rrulestr
from dateutil.tz import tzical
from icalendar import Calendar

from booking import notices
from booking.channels.email import as_mime
from booking.codes import NotificationEvent
from booking.invitations import calendar_file
from booking.letters import Letter, LetterSession
from booking.notifications import CalendarChange
from local.letters import BY_VIDEO, ONE, SERIES, START, letters, name_of

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def text(letter: Letter) -> str:
    made = calendar_file(letter, notices.compose(letter), "practice@example.com", NOW)
    assert made is not None
    return made.content.decode()


def read(letter: Letter) -> list[vobject.base.Component]:
    """The events, as a second library reads them."""
    return list(vobject.readOne(text(letter)).vevent_list)


def zone_in(file: str) -> tzinfo:
    """The time zone that the file itself defines."""
    begin, end = file.index("BEGIN:VTIMEZONE"), file.index("END:VTIMEZONE") + len("END:VTIMEZONE")
    zone: tzinfo = tzical(StringIO(file[begin:end])).get()
    return zone


def test_a_booking_is_an_event_with_its_time_and_its_people() -> None:
    [event] = read(ONE)
    assert event.uid.value == "booking-1@therapist-booking"
    assert event.dtstart.value == START
    assert event.dtend.value == START + timedelta(minutes=50)
    assert event.organizer.value == "mailto:practice@example.com"
    assert event.attendee.value == "mailto:jonas.weber@example.com"
    assert (event.organizer.params["CN"], event.attendee.params["CN"]) == (["Practice Adler"], ["Jonas Weber"])
    assert "METHOD:REQUEST" in text(ONE)
    assert f"DTSTART:{START:%Y%m%dT%H%M%SZ}" in text(ONE)


def test_where_a_session_is_held_is_in_the_calendar() -> None:
    [event] = read(ONE)
    assert event.location.value == "Lindenstraße 12, 10969 Berlin, Room 2, second floor"
    video = replace(ONE, sessions=(replace(ONE.sessions[0], place=BY_VIDEO),))
    for letter in (video, replace(video, is_discreet=True)):
        [event] = read(letter)
        assert (event.location.value, event.url.value) == ("By video", BY_VIDEO.link)
        assert event.conference.value == BY_VIDEO.link
        assert event.conference.params["FEATURE"] == ["VIDEO"]
    [event] = read(replace(ONE, is_discreet=True))
    assert event.location.value == "At the practice"
    assert "Adler" not in text(replace(ONE, is_discreet=True))
    assert "LOCATION" not in text(replace(ONE, event=NotificationEvent.BOOKING_CANCELLED))


def test_a_session_of_a_series_that_is_held_elsewhere_is_an_event_of_its_own() -> None:
    first, second = SERIES.all_sessions
    apart = (first, replace(second, place=BY_VIDEO))
    whole, other = read(replace(SERIES, sessions=apart, all_sessions=apart))
    assert whole.location.value.startswith("Lindenstraße")
    assert (other.location.value, other.url.value) == ("By video", BY_VIDEO.link)
    assert other.dtstart.value == second.starts_at


def test_a_move_and_a_cancellation_are_the_same_event_later() -> None:
    moved = LetterSession("booking-1", START + timedelta(hours=2), START, sequence=1)
    [event] = read(replace(ONE, event=NotificationEvent.BOOKING_MOVED, sessions=(moved,)))
    assert (event.uid.value, event.sequence.value) == ("booking-1@therapist-booking", "1")
    assert event.dtstart.value == START + timedelta(hours=2)
    gone = replace(ONE, event=NotificationEvent.BOOKING_CANCELLED, sessions=(replace(moved, sequence=2),))
    [event] = read(gone)
    assert (event.sequence.value, event.status.value) == ("2", "CANCELLED")
    assert "METHOD:CANCEL" in text(gone)


def test_a_series_is_one_event_whose_rule_gives_its_sessions() -> None:
    starts = [START, datetime(2027, 3, 29, 15, 0, tzinfo=UTC), datetime(2027, 4, 5, 15, 0, tzinfo=UTC)]
    every = tuple(LetterSession(f"booking-{n}", start, start) for n, start in enumerate(starts, 1))
    refused = (every[0], replace(every[1], stands=False, is_refused=True), every[2])
    series = replace(SERIES, recurrence="FREQ=WEEKLY;COUNT=3", sessions=(every[0], every[2]), all_sessions=refused)
    [event] = read(series)
    dates = rruleset()
    dates.rrule(rrulestr(event.rrule.value, dtstart=event.dtstart.value.replace(tzinfo=None)))
    for left_out in event.exdate.value:
        dates.exdate(left_out.replace(tzinfo=None))
    zone = zone_in(text(series))
    found = [each.replace(tzinfo=zone).astimezone(UTC) for each in dates]
    assert found == [starts[0], starts[2]], "the refused one is left out"


def test_one_session_of_a_series_is_named_by_the_time_it_was_first_booked_for() -> None:
    every = SERIES.all_sessions
    moved = replace(every[1], starts_at=every[1].starts_at + timedelta(hours=1), sequence=1)
    letter = replace(SERIES, event=NotificationEvent.BOOKING_MOVED, sessions=(moved,))
    [event] = read(letter)
    zone = zone_in(text(letter))
    assert event.recurrence_id.value.replace(tzinfo=zone) == every[1].first_booked_for
    assert event.dtstart.value == moved.starts_at
    gone = tuple(replace(each, stands=False) for each in every)
    whole = replace(SERIES, event=NotificationEvent.BOOKING_CANCELLED, sessions=gone, all_sessions=gone)
    [event] = read(whole)
    assert not hasattr(event, "recurrence_id")


@pytest.mark.parametrize("letter", letters(), ids=name_of)
def test_a_message_has_the_calendar_file_that_its_kind_declares(letter: Letter) -> None:
    made = calendar_file(letter, notices.compose(letter), "p@example.com", NOW)
    declared = letter.kind.calendar
    assert (made is not None) == (declared is not None)
    if made is not None and letter.recurrence is None:
        assert made.method == ("CANCEL" if declared == CalendarChange.TAKES_AWAY else "REQUEST")


def test_the_file_is_folded_and_quoted_as_the_standard_says() -> None:
    letter = replace(ONE, service_name="Gespräch; mit, allem " * 8)
    lines = text(letter).split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    [event] = Calendar.from_ical(text(letter)).walk("VEVENT")
    assert event["summary"] == letter.service_name


def test_the_mail_carries_text_html_and_the_event() -> None:
    message = notices.compose(ONE)
    message = replace(message, calendar=calendar_file(ONE, message, "practice@example.com", NOW))
    assert message.calendar is not None
    mail = message_from_bytes(
        as_mime(message, "practice@example.com", "jonas.weber@example.com"), policy=policy.default
    )
    kinds = {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
    assert list(kinds) == ["text/plain", "text/html", "text/calendar", "application/ics"]
    invitation, attached = kinds["text/calendar"], kinds["application/ics"]
    assert invitation["content-type"].params["method"] == "REQUEST"
    assert invitation["content-disposition"] is None, "some programs would not offer the event"
    assert vobject.readOne(invitation.get_content()).vevent.uid.value == "booking-1@therapist-booking"
    assert attached.get_filename() == "session.ics"
    assert attached.get_content() == message.calendar.content
    assert mail["auto-submitted"] == "auto-generated"
