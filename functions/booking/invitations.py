"""Calendar files (RFC 5545, RFC 5546): a booking is an event of the recipient's calendar, and stays the same one.

Times are UTC, which every calendar knows; only a series, whose rule is of the wall clock, names its time zone. The UID
is the booking's, or its series'; SEQUENCE rises with each move and cancellation, so that calendars take the
newer one. A series is one event with its rule; a session of it that is changed is named by its RECURRENCE-ID, the time
it was first booked for.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vRecur, vText

from booking.model import NotificationEvent
from booking.notices import CalendarFile, Message, summary
from booking.store.ledger import Letter, LetterSession

REQUEST, CANCEL = "REQUEST", "CANCEL"
_IN_A_MAILTO = "@!$'*+="  # besides letters, digits and -._~; a ? would begin headers (RFC 6068)
TAKES_AWAY = (NotificationEvent.BOOKING_CANCELLED, NotificationEvent.BOOKING_HANDED_OVER)


def calendar_file(letter: Letter, message: Message, organizer: str, now: datetime) -> CalendarFile | None:
    """The calendar file that goes with a message, or None when nothing of the calendar changes."""
    if letter.address is None:
        return None
    method = CANCEL if letter.event in TAKES_AWAY else REQUEST
    if letter.event in (NotificationEvent.SLOT_LOST, NotificationEvent.REMINDER, NotificationEvent.SLOT_OFFERED):
        return None
    calendar = Calendar()
    calendar.add("prodid", "-//Therapist Booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in _events(letter):
        event.add("summary", summary(letter))
        event.add("description", message.paragraphs[1])
        event.add("dtstamp", now.astimezone(UTC))
        event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
        event.add("organizer", vCalAddress(f"mailto:{organizer}"))
        attendee = vCalAddress(f"mailto:{quote(letter.address, safe=_IN_A_MAILTO)}")
        attendee.params["partstat"] = vText("ACCEPTED")
        attendee.params["rsvp"] = vText("FALSE")
        event.add("attendee", attendee)
        calendar.add_component(event)
    first = min(letter.starts).date()
    calendar.add_missing_timezones(first - timedelta(days=400), first + timedelta(days=4000))
    return CalendarFile(method, calendar.to_ical())


def _events(letter: Letter) -> list[Event]:
    sessions = letter.sessions
    if letter.recurrence is None:
        return [_event(letter, each, each.starts_at, ZoneInfo("UTC")) for each in sessions]
    zone = letter.therapist_zone
    is_cancelled_whole = letter.event == NotificationEvent.BOOKING_CANCELLED and len(sessions) == letter.asked_sessions
    if not (letter.event == NotificationEvent.BOOKING_CONFIRMED or is_cancelled_whole):
        events = [_event(letter, each, each.starts_at, zone) for each in sessions]
        for event, each in zip(events, sessions, strict=True):
            event.add("recurrence-id", each.first_booked_for.astimezone(zone))
        return events
    every = letter.all_sessions
    event = _event(letter, sessions[0], every[0].first_booked_for, zone)
    event["sequence"] = max(each.sequence for each in sessions)
    rule = vRecur.from_ical(letter.recurrence.removeprefix("RRULE:"))
    rule.pop("UNTIL", None)  # it would have to be UTC here (RFC 5545, 3.3.10), and clients write it as they like
    rule["COUNT"] = len(every)
    event.add("rrule", rule)
    booked = {each.booking_id for each in sessions}
    left_out = [each.first_booked_for.astimezone(zone) for each in every if each.booking_id not in booked]
    if left_out:
        # As the rule reads them: one that a clock change skips is an hour later by the clock.
        reading = every[0].first_booked_for.astimezone(zone).time()
        event.add("exdate", [datetime.combine(each.date(), reading, zone) for each in left_out])
    return [event]


def _event(letter: Letter, session: LetterSession, starts_at: datetime, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", f"{letter.uid}@therapist-booking")
    event.add("sequence", session.sequence)
    event.add("dtstart", starts_at.astimezone(zone))
    event.add("dtend", (starts_at + letter.duration).astimezone(zone))
    return event
