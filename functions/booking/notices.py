"""What each message says: the catalogue is ``messages/<language>/<event>.<recipient>.j2``, shown in docs/messages.md.

Plain and short. Times are the recipient's and, where the clocks differ, the therapist's too.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from booking import gsm
from booking.model import Language, NotificationEvent
from booking.store.ledger import Letter

_SECTIONS = "\n=====\n"

_WEEKDAYS = {
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    Language.DE: ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
_MONTHS = {
    Language.EN: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    Language.DE: (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
}
_PAGES = {NotificationEvent.SLOT_OFFERED: "offers", NotificationEvent.BOOKING_HANDED_OVER: ""}
"""Who has handed a booking over may not see it any more."""

_DISCREET = {Language.EN: ("session", "your practice"), Language.DE: ("Termin", "Ihrer Praxis")}
"""Instead of the service and the therapist, for clients who ask for it."""


@dataclass(frozen=True)
class CalendarFile:
    """A calendar file and its METHOD. Personal data: never log or return it."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Sender:
    """In whose name messages go out: an e-mail address, and the booking site that links lead to ("": there is none)."""

    email: str
    site: str = ""


@dataclass(frozen=True)
class Message:
    """A message ready to send. Personal data: never log or return it."""

    language: Language
    subject: str
    paragraphs: tuple[str, ...]
    sms: str
    link: str = ""
    calendar: CalendarFile | None = None  # for e-mail

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def html(self) -> str:
        body = "".join(f"<p>{escape(paragraph)}</p>".replace("\n", "<br>") for paragraph in self.paragraphs)
        if self.link:
            link = escape(self.link)
            body = body.replace(link, f'<a href="{link}">{link}</a>', 1)
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            f"<title>{escape(self.subject)}</title></head><body>{body}</body></html>"
        )


@cache
def _templates() -> Environment:
    # Text, not HTML: what becomes HTML is escaped as a whole.
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "messages"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # as above
    )


def compose(letter: Letter, site: str = "") -> Message:
    """The message for a letter's event, recipient and language.

    Its link leads to a page of the booking site that *shows* the booking or the offer. Nothing happens by following it:
    mail scanners follow links.
    """
    page = _PAGES.get(letter.event, "bookings")
    link = f"{site}/{page}/{letter.booking_id}" if site and page else ""
    subject, body, sms = _rendered(letter, link)
    sms = gsm.folded(sms)
    if gsm.segments(sms) > 1:  # then without the names of service and therapist
        sms = gsm.folded(_rendered(letter, link, is_brief=True)[2])
    return Message(letter.language, subject, tuple(body.split("\n\n")), sms, link)


def _rendered(letter: Letter, link: str, *, is_brief: bool = False) -> list[str]:
    """Subject, letter and text message."""
    service, therapist = summary(letter), letter.therapist_name
    if letter.is_discreet or is_brief:
        service, therapist = _DISCREET[letter.language]
    first = letter.starts[0]
    rendered: str = (
        _templates()
        .get_template(f"{letter.language}/{letter.event}.{letter.recipient}.j2")
        .render(
            recipient_name=letter.recipient_name,
            service=service,
            therapist=therapist,
            client=letter.client_name,
            minutes=int(letter.duration.total_seconds() // 60),
            when=local_time(first, letter),
            when_short=short_time(first, letter, is_brief=is_brief),
            before=local_time(letter.moved_from, letter) if letter.moved_from is not None else "",
            sessions=[local_time(start, letter) for start in letter.starts],
            until=local_time(letter.answer_until, letter) if letter.answer_until is not None else "",
            until_short=_day_and_time(letter.answer_until, letter) if letter.answer_until is not None else "",
            pauses_unanswered=letter.pauses_unanswered,
            link=link,
            count=len(letter.starts),
            asked=letter.asked_sessions,
            left_out=letter.asked_sessions and letter.asked_sessions - len(letter.starts),
        )
    )
    return rendered.strip().split(_SECTIONS)


def summary(letter: Letter) -> str:
    """What the session is called in front of this recipient."""
    return _DISCREET[letter.language][0] if letter.is_discreet else letter.service_name


def local_time(instant: datetime, letter: Letter) -> str:
    """For people: ``Tuesday 24 November 2026, 10:00 (Europe/Berlin, CET)``, with the therapist's time if it differs."""
    local = instant.astimezone(letter.zone)
    zone = f"{letter.zone.key}, {local.tzname()}{_theirs(local, letter)}"
    weekday, month = _WEEKDAYS[letter.language][local.weekday()], _MONTHS[letter.language][local.month - 1]
    if letter.language == Language.DE:
        return f"{weekday}, {local.day}. {month} {local.year}, {local:%H:%M} Uhr ({zone})"
    return f"{weekday} {local.day} {month} {local.year}, {local:%H:%M} ({zone})"


def short_time(instant: datetime, letter: Letter, *, is_brief: bool = False) -> str:
    """For text messages: ``Tue 24 Nov 2026, 10:00 (Europe/Berlin)``, with the therapist's time if it differs."""
    local = instant.astimezone(letter.zone)
    zone = letter.zone.key if is_brief else f"{letter.zone.key}{_theirs(local, letter)}"
    weekday, month = _WEEKDAYS[letter.language][local.weekday()], _MONTHS[letter.language][local.month - 1]
    if letter.language == Language.DE:
        return f"{weekday[:2]} {local.day}.{local.month}.{local.year}, {local:%H:%M} ({zone})"
    return f"{weekday[:3]} {local.day} {month[:3]} {local.year}, {local:%H:%M} ({zone})"


def _theirs(local: datetime, letter: Letter) -> str:
    """What the therapist's clock reads, if it is another: ``; 09:00 Europe/Berlin``, with the day if that is too."""
    theirs = local.astimezone(letter.therapist_zone)
    if theirs.utcoffset() == local.utcoffset():
        return ""
    day = f"{_WEEKDAYS[letter.language][theirs.weekday()]} " if theirs.date() != local.date() else ""
    return f"; {day}{theirs:%H:%M} {letter.therapist_zone.key}"


def _day_and_time(instant: datetime, letter: Letter) -> str:
    """When an offer ends, for a subject or a text: ``Tue 24 Nov, 10:00``."""
    local = instant.astimezone(letter.zone)
    weekday, month = _WEEKDAYS[letter.language][local.weekday()], _MONTHS[letter.language][local.month - 1]
    if letter.language == Language.DE:
        return f"{weekday[:2]} {local.day}.{local.month}., {local:%H:%M}"
    return f"{weekday[:3]} {local.day} {month[:3]}, {local:%H:%M}"
