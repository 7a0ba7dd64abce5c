"""What each message says: the catalogue is ``messages/<language>/<event>.<recipient>.j2``, shown in docs/messages.md.

Plain and short. Times are the recipient's and, where the clocks differ, the therapist's too (booking/dates.py).
"""

from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from booking import dates, gsm
from booking.codes import Language, Recipient
from booking.letters import Letter, LetterSession

_SECTIONS = "\n=====\n"

_AND = {Language.EN: "and", Language.DE: "und"}
_WITH = {Language.EN: "with", Language.DE: "bei"}

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
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "messages"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # as above
    )
    made.filters["sentence_start"] = lambda text: text[:1].upper() + text[1:]  # and the rest as it was written
    return made


def compose(letter: Letter, site: str = "") -> Message:
    """The message for a letter's event, recipient and language.

    Its link leads to a page of the booking site that *shows* the booking or the offer. Nothing happens by following it:
    mail scanners follow links.
    """
    page = letter.kind.page
    link = f"{site}/{page}/{letter.booking_id}" if site and page else ""
    subject, body, sms = _rendered(letter, link)
    sms = gsm.folded(sms)
    if gsm.segments(sms) > 1:  # then without the names of service and therapist
        sms = gsm.folded(_rendered(letter, link, is_brief=True)[2])
    return Message(letter.language, subject, tuple(body.split("\n\n")), sms, link)


def _rendered(letter: Letter, link: str, *, is_brief: bool = False) -> list[str]:
    """Subject, letter and text message."""
    service, therapist = summary(letter), _therapists(letter)
    if letter.is_discreet or is_brief:
        service, therapist = _DISCREET[letter.language]
    first, asked, until = letter.sessions[0], letter.series_length, letter.answer_until
    reader, therapist_zone = (letter.language, letter.zone), first.therapist_zone or letter.therapist_zone
    rendered: str = (
        _templates()
        .get_template(f"{letter.language}/{letter.event}.{letter.recipient}.j2")
        .render(
            recipient_name=letter.recipient_name,
            service=service,
            therapist=therapist,
            client=letter.client_name,
            minutes=int(letter.duration.total_seconds() // 60),
            when=dates.in_words(first.starts_at, *reader, therapist_zone),
            when_short=dates.in_short(first.starts_at, *reader, None if is_brief else therapist_zone),
            # on the recipient's clock only: the session may have been with another therapist then
            before=dates.in_words(letter.moved_from, *reader) if letter.moved_from is not None else "",
            sessions=[_line(each, letter) for each in letter.sessions],
            until=dates.in_words(until, *reader, letter.therapist_zone) if until is not None else "",
            until_short=dates.day_and_time(until, *reader) if until is not None else "",
            pauses_unanswered=letter.pauses_unanswered,
            link=link,
            count=len(letter.sessions),
            asked=asked if asked > 1 else 0,  # a series of one reads like one session
            left_out=sum(each.is_refused for each in letter.all_sessions) if asked > 1 else 0,
        )
    )
    return rendered.strip().split(_SECTIONS)


def _therapists(letter: Letter) -> str:
    """Whom the sessions are with: one name, or all of them in the order of the sessions."""
    names = list(dict.fromkeys(each.therapist_name or letter.therapist_name for each in letter.sessions))
    if letter.recipient != Recipient.CLIENT or len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} {_AND[letter.language]} {names[-1]}"


def _line(session: LetterSession, letter: Letter) -> str:
    """One session of several: when, and with whom where they differ."""
    therapist_zone = session.therapist_zone or letter.therapist_zone
    when = dates.in_words(session.starts_at, letter.language, letter.zone, therapist_zone)
    differ = len({each.therapist_name for each in letter.sessions}) > 1
    if letter.recipient != Recipient.CLIENT or letter.is_discreet or not differ:
        return when
    return f"{when} {_WITH[letter.language]} {session.therapist_name}"


def summary(letter: Letter) -> str:
    """What the session is called in front of this recipient."""
    return _DISCREET[letter.language][0] if letter.is_discreet else letter.service_name
