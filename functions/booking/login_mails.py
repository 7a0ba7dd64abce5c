"""What the user pool's own mails say: codes and invitations. Cognito puts in the code, and sends them.

In the practice's name where it is known, else in neutral words: a code must go out while PostgreSQL is down.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from booking.codes import Language
from booking.letters import Letterhead
from booking.notices import Message

_SECTIONS = "\n=====\n"

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
    """What the practice calls itself, and the language it writes in unless one asks for another."""

    name: str = ""  # "": not known
    language: Language = Language.EN


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
    purpose: Purpose, language: Language, practice: str, *, code: str = "", address: str = "", site: str = ""
) -> Message:
    """The mail. ``code`` and ``address`` are what Cognito puts the code and the login's name in place of."""
    kind = "invitation" if purpose == Purpose.INVITATION else "code"
    in_a_sentence, signature = (practice, practice) if practice else _NAMELESS[language]
    rendered = (
        _templates()
        .get_template(f"{language}/{kind}.j2")
        .render(practice=in_a_sentence, purpose=purpose, code=code, address=address)
    )
    subject, body, *label = rendered.strip().split(_SECTIONS)
    return Message(
        language,
        subject,
        tuple(body.split("\n\n")),
        sms="",
        link=site if label else "",
        link_label=label[0] if label else "",
        letterhead=Letterhead(name=signature),
        bold=(code,) if code else (),
    )
