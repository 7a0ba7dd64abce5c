"""What each message says: the catalogue is ``messages/<language>/<event>.<recipient>.j2``, shown in docs/messages.md.

Plain and short. Times are the recipient's and, where the clocks differ, the therapist's too (booking/dates.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from booking import dates, gsm, layouts, money
from booking.codes import Language, NotificationEvent, Recipient
from booking.letters import Letter, Letterhead, LetterSession
from booking.places import Place

_PART = "\x1e"
"""RECORD SEPARATOR stands between the parts of a rendered template, and in no text that is shown (booking/texts.py)."""

_AND = {Language.EN: "and", Language.DE: "und"}
_WITH = {Language.EN: "with", Language.DE: "bei"}

_DISCREET = {Language.EN: ("session", "your practice"), Language.DE: ("Termin", "Ihrer Praxis")}
"""Instead of the service and the therapist, for clients who ask for it."""

UNNAMED = {Language.EN: "Your practice", Language.DE: "Ihre Praxis"}
"""A practice that has not said its name, or is not to be named."""


@dataclass(frozen=True)
class CalendarFile:
    """A calendar file and its METHOD. Personal data: never log or return it."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Sender:
    """From where messages go out: an e-mail address, and the booking site that links lead to ("": there is none)."""

    email: str
    site: str = ""


@dataclass(frozen=True)
class Message:
    """A message ready to send. Personal data: never log or return it."""

    language: Language
    subject: str
    body: tuple[str, ...]  # paragraphs
    sms: str
    greeting: str = ""
    introduction: str = ""  # the practice's own words
    closing: str = ""
    link: str = ""
    link_label: str = ""
    privacy_label: str = ""
    letterhead: Letterhead = field(default_factory=Letterhead)  # as this recipient may see it
    bold: tuple[str, ...] = ()  # of the body: what many only look for
    own_links: tuple[str, ...] = ()  # the only ones in the body that lead anywhere
    calendar: CalendarFile | None = None  # for e-mail

    @property
    def before_link(self) -> tuple[str, ...]:
        """The paragraphs above the link."""
        return tuple(each for each in (self.greeting, *_paragraphs(self.introduction), *self.body) if each)

    @property
    def after_link(self) -> tuple[str, ...]:
        """And those below it."""
        return _paragraphs(self.closing)

    @property
    def text(self) -> str:
        return layouts.as_text(self)

    @property
    def html(self) -> str:
        return layouts.as_html(self)


@cache
def _templates() -> Environment:
    # Text, not HTML: what becomes HTML is escaped there.
    made = Environment(
        loader=FileSystemLoader(layouts.FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # as above
    )
    made.filters["sentence_start"] = lambda text: text[:1].upper() + text[1:]  # and the rest as it was written
    return made


class _Rendered(NamedTuple):
    """The parts of ``<language>/layout.j2``, in its order."""

    subject: str
    greeting: str
    body: str
    link_label: str
    privacy_label: str
    sms: str


class _Fitting(NamedTuple):
    """What a text message has of all that it could say."""

    practice: str = ""
    by: str = ""  # what one answers or attends by: a link, a number
    is_brief: bool = False  # without the names of service and therapist


def compose(letter: Letter, site: str = "") -> Message:
    """The message for a letter's event, recipient and language.

    Its link leads to a page of the booking site that *shows* the booking or the offer. Nothing happens by following it:
    mail scanners follow links.
    """
    page = letter.kind.page if letter.kind.page_lists else f"{letter.kind.page}/{letter.booking_id}"
    link = f"{site}/{page}" if site and letter.kind.page else ""
    written = _rendered(letter, link)
    letterhead = _letterhead(letter)
    is_own = not letter.is_discreet  # the practice's own words may name anything
    return Message(
        language=letter.language,
        subject=written.subject,
        body=_paragraphs(written.body),
        sms=_sms(letter, link, letterhead.name if is_own and letter.practice.name else ""),
        greeting=written.greeting,
        introduction=letter.introduction if is_own else "",
        closing=letter.closing if is_own else "",
        link=link,
        link_label=written.link_label if link else "",
        privacy_label=written.privacy_label,
        letterhead=letterhead,
        bold=_bold(letter),
        own_links=_own_links(letter),
    )


def _bold(letter: Letter) -> tuple[str, ...]:
    """When the one session is, and until when to answer."""
    when = _when(letter.sessions[0], letter) if len(letter.sessions) == 1 else ""
    return tuple(filter(None, (when, _until(letter))))


def _until(letter: Letter) -> str:
    until = letter.answer_until
    return "" if until is None else dates.in_words(until, letter.language, letter.zone, letter.therapist_zone)


def _own_links(letter: Letter) -> tuple[str, ...]:
    links = [each.place.link for each in letter.sessions if each.place]
    return tuple(dict.fromkeys(filter(None, [*links, letter.money.receipt if letter.money else ""])))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(each.strip("\n") for each in text.split("\n\n") if each.strip())


def _letterhead(letter: Letter) -> Letterhead:
    """The practice as the recipient may see it: who asks for discretion finds a number to call, and no name."""
    practice = letter.practice
    if letter.is_discreet:
        practice = Letterhead(phone=practice.phone, accent_colour=practice.accent_colour)
    return replace(practice, name=practice.name or UNNAMED[letter.language])


def _sms(letter: Letter, link: str, practice: str) -> str:
    """The fullest text that fits one message; the last, if none does."""
    sms = ""
    for fitting in _fittings(letter, link, practice):
        sms = gsm.folded(_rendered(letter, link, fitting).sms)
        if gsm.segments(sms) == 1:
            break
    return sms


def _fittings(letter: Letter, link: str, practice: str) -> Iterator[_Fitting]:
    """From the fullest to the briefest. What one answers or attends by comes before the names."""
    place, ways = letter.sessions[0].place, [""]
    if letter.kind.asks:
        can_be_told = letter.event == NotificationEvent.SLOT_OFFERED
        ways = [link, letter.practice.phone] if can_be_told else [link]
    elif letter.kind.tells_where and place is not None:
        ways = [place.link]
    for by in (*filter(None, ways), ""):
        for name in dict.fromkeys((practice, "")):
            for is_brief in (False, True):
                yield _Fitting(name, by, is_brief)


def _rendered(letter: Letter, link: str, fitting: _Fitting = _Fitting()) -> _Rendered:  # noqa: B008  # it never changes
    service, therapist = summary(letter), "" if letter.names_nobody else _therapists(letter)
    if letter.is_discreet or fitting.is_brief:
        service, therapist = _DISCREET[letter.language]
    first, asked, until = letter.sessions[0], letter.series_length, letter.answer_until
    reader, therapist_zone = (letter.language, letter.zone), first.therapist_zone or letter.therapist_zone
    place, *others = _places(letter) or [None]
    place = None if others else place  # each session says its own
    tells_policy = letter.recipient == Recipient.CLIENT and (letter.kind.tells_policy or letter.late > 0)
    rendered: str = (
        _templates()
        .get_template(f"{letter.language}/{letter.event}.{letter.recipient}.j2")
        .render(
            part=_PART,
            recipient_name=letter.recipient_name,
            service=service,
            therapist=therapist,
            client=letter.client_name,
            done_by=letter.done_by,
            minutes=int(letter.duration.total_seconds() // 60),
            when=_when(first, letter),
            when_short=dates.in_short(first.starts_at, *reader, None if fitting.is_brief else therapist_zone),
            # on the recipient's clock only: the session may have been with another therapist then
            before=dates.in_words(letter.moved_from, *reader) if letter.moved_from is not None else "",
            sessions=[_line(each, letter) for each in letter.sessions],
            place=place.in_words(letter.language, letter.recipient) if place is not None else "",
            held=place.name(letter.language) if place is not None else "",
            until=_until(letter),
            until_short=dates.day_and_time(until, *reader) if until is not None else "",
            pauses_unanswered=letter.pauses_unanswered,
            reason="" if letter.is_discreet or letter.done_by == "you" else letter.reason,
            late=letter.late,
            is_cancelled=letter.is_cancelled,
            ended_by=letter.ended_by or "",
            money=_money(letter),
            tells_fees=letter.kind.tells_fees,
            policy=letter.cancellation_policy if tells_policy and not letter.is_discreet else "",
            phone=letter.practice.phone,
            answers_arrive=bool(letter.practice.email),
            practice=fitting.practice,
            by=fitting.by,
            link=link,
            count=len(letter.sessions),
            asked=asked if asked > 1 else 0,  # a series of one reads like one session
            left_out=sum(each.is_refused for each in letter.all_sessions) if asked > 1 else 0,
        )
    )
    return _Rendered(*(part.strip() for part in rendered.split(_PART)))


class _Money(NamedTuple):
    """Amounts as the reader's language writes them; "": there is none of it."""

    keeps_card: bool
    amount: str
    paid: str
    back: str
    costs: str
    late_fee: str
    no_show_fee: str
    receipt: str


def _money(letter: Letter) -> _Money | None:
    told = letter.money
    if told is None:
        return None

    def in_words(amount: int) -> str:
        return money.in_words(amount, told.currency, letter.language) if amount else ""

    return _Money(
        told.keeps_card,
        in_words(told.amount),
        in_words(told.paid),
        in_words(told.back),
        in_words(told.costs),
        in_words(told.late_fee),
        in_words(told.no_show_fee),
        told.receipt,
    )


def _therapists(letter: Letter) -> str:
    """Whom the sessions are with: one name, or all of them in the order of the sessions."""
    names = list(dict.fromkeys(each.therapist_name or letter.therapist_name for each in letter.sessions))
    if letter.recipient != Recipient.CLIENT or len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} {_AND[letter.language]} {names[-1]}"


def _when(session: LetterSession, letter: Letter) -> str:
    therapist_zone = session.therapist_zone or letter.therapist_zone
    return dates.in_words(session.starts_at, letter.language, letter.zone, therapist_zone)


def _line(session: LetterSession, letter: Letter) -> str:
    """One session of several: when, and with whom and where if these differ."""
    line, place = _when(session, letter), place_of(session, letter)
    differ = len({each.therapist_name for each in letter.sessions}) > 1
    if letter.recipient == Recipient.CLIENT and not letter.is_discreet and differ:
        line = f"{line} {_WITH[letter.language]} {session.therapist_name}"
    if place is not None and len(_places(letter)) > 1:
        line = f"{line}. {place.in_words(letter.language, letter.recipient)}"
    return line


def _places(letter: Letter) -> list[Place | None]:
    """Where the sessions are held, each once; nothing where a message does not say so."""
    if not letter.kind.tells_where:
        return []
    return list(dict.fromkeys(place_of(each, letter) for each in letter.sessions))


def place_of(session: LetterSession, letter: Letter) -> Place | None:
    """Where a session is held, as this recipient is told."""
    if session.place is None or not letter.is_discreet:
        return session.place
    return session.place.discreet(letter.practice.address)


def summary(letter: Letter) -> str:
    """What the session is called in front of this recipient."""
    return _DISCREET[letter.language][0] if letter.is_discreet else letter.service_name
