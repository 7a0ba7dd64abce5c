"""Calendar files (RFC 5545, RFC 5546): a booking is an event of the recipient's calendar, and stays the same one.

Instants are UTC, which every calendar knows and no clock change makes ambiguous; only a series, whose rule is of the
wall clock, names a time zone: the one it was booked in, for ever, whoever has a session of it by now. The UID is the
booking's, or its series'; SEQUENCE rises with each move and cancellation, over the whole of a series, so that calendars
take the newer one whatever arrives first.

A series is one event with its rule. A file of the whole says where each session is *now*: EXDATE for those that do not
stand, an event with RECURRENCE-ID for those that are not as the rule has them. One changed session is sent by itself.
Several cancelled at once are the series anew, shortened: not every reader takes several events of a CANCEL.

Where a session is held is its LOCATION. A video session's link is its URL, which every calendar shows, and its
CONFERENCE (RFC 7986, 5.11), by which some offer to join it.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from icalendar import Calendar, Event, vCalAddress, vRecur, vText, vUri

from booking.codes import NotificationEvent, Recipient
from booking.letters import Letter, LetterSession
from booking.notices import CalendarFile, Message, place_of, summary
from booking.notifications import CalendarChange
from booking.vtimezone import vtimezone
from booking.zones import comes_twice

DAY = timedelta(days=1)
REQUEST, CANCEL = "REQUEST", "CANCEL"

_IN_A_MAILTO = "@!$'*+="  # besides letters, digits and -._~; a ? would begin headers (RFC 6068)


def calendar_file(letter: Letter, message: Message, organizer: str, now: datetime) -> CalendarFile | None:
    """The calendar file that goes with a message, or None when nothing of the calendar changes."""
    if letter.address is None or letter.kind.calendar is None:
        return None
    takes_away = letter.kind.calendar == CalendarChange.TAKES_AWAY
    method, events = _method_and_events(letter)
    calendar = Calendar()
    calendar.add("prodid", "-//Therapist Booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in events:
        event.add("uid", letter.uid)
        event.add("summary", summary(letter))
        if method == CANCEL or not takes_away:  # beside a session that stands nobody is to read that it is cancelled
            event.add("description", message.body[0])
        event.add("dtstamp", now.astimezone(UTC))
        event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
        event.add("organizer", _person(organizer, message.letterhead.name))
        attendee = _person(letter.address, letter.recipient_name)
        attendee.params["partstat"] = vText("ACCEPTED")
        attendee.params["rsvp"] = vText("FALSE")
        event.add("attendee", attendee)
        calendar.add_component(event)
    if (
        calendar.get_missing_tzids()
    ):  # a series names its zone: every clock change from a year before it to a year after
        starts = [each.first_booked_for for each in letter.all_sessions]
        calendar.add_component(vtimezone(letter.series_zone, min(starts) - 400 * DAY, max(starts) + 400 * DAY))
    return CalendarFile(method, calendar.to_ical())


def _person(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{quote(address, safe=_IN_A_MAILTO)}")
    person.params["cn"] = vText(name.replace('"', "'"))  # RFC 5545, 3.2: no parameter may hold a quotation mark
    return person


def _method_and_events(letter: Letter) -> tuple[str, list[Event]]:
    method = CANCEL if letter.kind.calendar == CalendarChange.TAKES_AWAY else REQUEST
    if letter.recurrence is None:
        return method, [_event(each, letter) for each in letter.sessions]
    # A therapist may get back a session that their calendar has no longer: only the whole series brings it again.
    is_the_therapists = letter.recipient == Recipient.THERAPIST and method == REQUEST
    if letter.event == NotificationEvent.BOOKING_CONFIRMED or is_the_therapists:
        return REQUEST, _series(letter)
    if letter.event == NotificationEvent.BOOKING_CANCELLED:
        if not any(each.stands for each in letter.all_sessions):
            return CANCEL, _series(letter)[:1]
        if len(letter.sessions) > 1:
            return REQUEST, _series(letter)
    return method, [_event(each, letter, _by_the_rule(each, letter)) for each in letter.sessions]


def _series(letter: Letter) -> list[Event]:
    """The series as it is now: its rule first, then each session that is not as the rule has it.

    All of one SEQUENCE: what is said of a session here is as new as the rule, and as all that was said of it before.
    """
    every = letter.all_sessions
    sequence = max(each.sequence for each in every)
    standing = [number for number, each in enumerate(every, 1) if each.stands]
    every = every[: max(standing, default=len(every))]
    event = Event()
    event.add("sequence", sequence)
    event.add("dtstart", _by_the_rule(every[0], letter))
    event.add("duration", letter.duration)  # an end by the wall clock could come before the start when clocks go back
    rule = vRecur.from_ical((letter.recurrence or "").removeprefix("RRULE:"))
    rule.pop("UNTIL", None)  # it would have to be UTC here (RFC 5545, 3.3.10), and clients write it as they like
    rule["COUNT"] = len(every)
    event.add("rrule", rule)
    _locate(event, every[0], letter)
    left_out = [_by_the_rule(each, letter) for each in every if not each.stands]
    if left_out and standing:
        event.add("exdate", left_out)
    apart = [
        replace(each, sequence=sequence)
        for each in every
        if each.stands and not (_is_as_ruled(each, letter) and each.place == every[0].place)
    ]
    return [event, *(_event(each, letter, _by_the_rule(each, letter)) for each in apart)]


def _by_the_rule(session: LetterSession, letter: Letter) -> datetime:
    """What the clock reads when the rule has this session, or would have, if it skips that hour: its RECURRENCE-ID."""
    first = letter.all_sessions[0].first_booked_for.astimezone(letter.series_zone)
    local = session.first_booked_for.astimezone(letter.series_zone)
    is_skipped_past_midnight = session.is_refused and local.time() < first.time()  # as the last hour of a day may be
    day = local.date() - timedelta(days=is_skipped_past_midnight)
    return datetime.combine(day, first.time().replace(fold=0), letter.series_zone)


def _is_as_ruled(session: LetterSession, letter: Letter) -> bool:
    """Whether every calendar finds the session at its time by the rule; of an hour that comes twice some do not."""
    by_the_rule = _by_the_rule(session, letter)
    return session.starts_at == by_the_rule.astimezone(UTC) and not comes_twice(by_the_rule)


def _event(session: LetterSession, letter: Letter, recurrence_id: datetime | None = None) -> Event:
    event = Event()
    event.add("sequence", session.sequence)
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", (session.starts_at + letter.duration).astimezone(UTC))
    if recurrence_id is not None:
        event.add("recurrence-id", recurrence_id)
    _locate(event, session, letter)
    return event


def _locate(event: Event, session: LetterSession, letter: Letter) -> None:
    place = place_of(session, letter)
    if place is None or letter.kind.calendar == CalendarChange.TAKES_AWAY:
        return
    event.add("location", place.location or place.name(letter.language))
    if place.link:
        event.add("url", place.link)
        conference = vUri(place.link)
        conference.params["value"] = vText("URI")
        conference.params["feature"] = vText("VIDEO")
        conference.params["label"] = vText(place.name(letter.language))
        event.add("conference", conference)
