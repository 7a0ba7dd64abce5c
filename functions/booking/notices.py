"""What each message says. Plain and short; the time is the recipient's, with the zone's name."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from booking.model import NotificationEvent, Recipient
from booking.store import Letter


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
        body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs)
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f"<title>{escape(self.subject)}</title></head><body>{body}</body></html>"
        )

    @property
    def sms(self) -> str:
        """The middle of the letter: no salutation, no signature."""
        return " ".join(self.paragraphs[1:-1])


def compose(letter: Letter) -> Message:
    """The message for a letter's event and recipient."""
    when = local_time(letter.starts_at, letter.zone)
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


def _letter(subject: str, name: str, body: str) -> Message:
    return Message(subject, (f"Hello {name},", body, "Your practice"))


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
