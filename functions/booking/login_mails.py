"""What the user pool's own mails say: codes and invitations. Cognito puts in the code, and sends them.

In the practice's name where it is known, else in neutral words: a code must go out while PostgreSQL is down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from booking.codes import Language
from booking.letters import Letterhead
from booking.notices import Message

_SECTIONS = "\n=====\n"

_LONGEST_SUBJECT = 140
"""Characters that Cognito takes."""

_NAMELESS = {Language.EN: ("your practice", "Your practice"), Language.DE: ("Ihre Praxis", "Ihre Praxis")}
"""Instead of the practice's name: in a sentence, and below it."""


class Purpose(StrEnum):
    """What somebody is written to for."""

    SIGN_UP = "sign_up"
    SIGN_IN = "sign_in"
    ADDRESS = "address"
    PASSWORD = "password"  # noqa: S105  # a word
    INVITATION = "invitation"


@dataclass(frozen=True)
class Naming:
    """What the practice calls itself, the languages it writes in, and the one of who reads."""

    name: str = ""  # "": not known
    languages: tuple[Language, ...] = tuple(Language)  # the first is its own
    reader: Language | None = None  # None: not known


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "messages" / "logins"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # text: Message.html escapes it as a whole
    )
    made.filters["sentence_start"] = lambda text: text[:1].upper() + text[1:]
    return made


def compose(
    purpose: Purpose, languages: Sequence[Language], practice: str, *, code: str = "", address: str = "", site: str = ""
) -> Message:
    """The mail, in one language or in several. ``code`` and ``address`` are what Cognito puts the code and the login's
    name in place of: the code has one place.
    """
    kind = "invitation" if purpose == Purpose.INVITATION else "code"
    written = [
        _templates()
        .get_template(f"{language}/{kind}.j2")
        .render(practice=practice or _NAMELESS[language][0], purpose=purpose, code=code, address=address)
        .strip()
        .split(_SECTIONS)
        for language in languages
    ]
    subject = " / ".join(each[0] for each in written)
    label = written[0][2] if len(written[0]) > 2 else ""
    return Message(
        languages[0],
        subject if len(subject) <= _LONGEST_SUBJECT else written[0][0],
        tuple(_around_the_code([each[1].split("\n\n") for each in written], code)),
        sms="",
        link=site if label else "",
        link_label=label,
        letterhead=Letterhead(name=practice or _NAMELESS[languages[0]][1]),
        bold=(code,) if code else (),
    )


def _around_the_code(bodies: list[list[str]], code: str) -> list[str]:
    """The paragraphs of all: what each says before the code, the code, and what each says after it."""
    places = [body.index(code) if code in body else len(body) for body in bodies]
    before = [paragraph for body, place in zip(bodies, places, strict=True) for paragraph in body[:place]]
    after = [paragraph for body, place in zip(bodies, places, strict=True) for paragraph in body[place + 1 :]]
    return [*before, *([code] if code in bodies[0] else []), *after]
