"""What each message says. Plain and short; the time is the recipient's, with the zone's name."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from booking.model import NotificationEvent, Recipient
from booking.store.ledger import Letter


@dataclass(frozen=True)
class Message:
    """A message ready to send. Personal data: never log or return it."""

    subject: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def html(self) -> str:
        body = "".join(f"<p>{escape(paragraph)}</p>".replace("\n", "<br>") for paragraph in self.paragraphs)
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f"<title>{escape(self.subject)}</title></head><body>{body}</body></html>"
        )

    @property
    def sms(self) -> str:
        """What the letter says first: no salutation, no details, no signature."""
        return self.paragraphs[1]


def compose(letter: Letter) -> Message:
    """The message for a letter's event and recipient."""
    if letter.asked_sessions:
        return _of_a_series(letter)
    when = local_time(letter.starts[0], letter.zone)
    minutes = int(letter.duration.total_seconds() // 60)
    match letter.event, letter.recipient:
        case NotificationEvent.BOOKING_CONFIRMED, Recipient.CLIENT:
            return _letter(
                "Your session is booked",
                letter.client_name,
                f"Your {letter.service_name} ({minutes} minutes) with {letter.therapist_name} is booked for {when}.",
            )
        case NotificationEvent.BOOKING_CONFIRMED, Recipient.THERAPIST:
            return _letter(
                "New session booked",
                letter.therapist_name,
                f"{letter.client_name} has booked {letter.service_name} ({minutes} minutes) with you for {when}.",
            )
        case NotificationEvent.SLOT_LOST, _:
            return _letter(
                "Your session could not be booked",
                letter.client_name,
                f"Your {letter.service_name} with {letter.therapist_name} on {when} could not be booked: "
                "someone else booked this time just before you. Please choose another time.",
            )
    raise AssertionError(f"no message for {letter.event} to {letter.recipient}")


def _of_a_series(letter: Letter) -> Message:
    first = local_time(letter.starts[0], letter.zone)
    minutes = int(letter.duration.total_seconds() // 60)
    count, left_out = len(letter.starts), letter.asked_sessions - len(letter.starts)
    sessions = f"{count} session{'s' if count > 1 else ''}"
    but = f" {left_out} of the {letter.asked_sessions} asked for could not be booked." if left_out else ""
    each = "The sessions:\n" + "\n".join(local_time(start, letter.zone) for start in letter.starts)
    match letter.event, letter.recipient:
        case NotificationEvent.BOOKING_CONFIRMED, Recipient.CLIENT:
            body = f"Booked: {sessions} of {letter.service_name} ({minutes} minutes) with {letter.therapist_name}."
            said = f"{body} The first is on {first}.{but}"
            return _letter("Your sessions are booked", letter.client_name, said, each)
        case NotificationEvent.BOOKING_CONFIRMED, Recipient.THERAPIST:
            body = f"{letter.client_name} has booked {sessions} of {letter.service_name} ({minutes} minutes) with you."
            return _letter("New sessions booked", letter.therapist_name, f"{body} The first is on {first}.{but}", each)
        case NotificationEvent.SLOT_LOST, _:
            return _letter(
                "Your sessions could not be booked",
                letter.client_name,
                f"Your {letter.asked_sessions} sessions of {letter.service_name} with {letter.therapist_name}, "
                f"the first on {first}, could not be booked: someone else booked one of these times just before you. "
                "Please choose other times.",
            )
    raise AssertionError(f"no message for {letter.event} to {letter.recipient}")


def _letter(subject: str, name: str, body: str, details: str = "") -> Message:
    return Message(subject, (f"Hello {name},", body, *filter(None, [details]), "Your practice"))


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def local_time(instant: datetime, zone: ZoneInfo) -> str:
    """For people: ``Tuesday 24 November 2026, 10:00 (Europe/Berlin, CET)``."""
    local = instant.astimezone(zone)
    return (
        f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}, "
        f"{local:%H:%M} ({zone.key}, {local.tzname()})"
    )
