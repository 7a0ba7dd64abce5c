"""An e-mail's two forms, of the same words: ``messages/letter.txt.j2`` and ``messages/letter.html.j2``.

Everything that somebody has typed is text: Jinja escapes it, and only links of our own fields become links.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from booking.colours import colour_of, text_on

if TYPE_CHECKING:
    from booking.notices import Message

FOLDER = Path(__file__).parent / "messages"


def as_text(message: "Message") -> str:
    """The e-mail as text."""
    rendered: str = _environment().get_template("letter.txt.j2").render(_named(message))
    return rendered.strip()


def as_html(message: "Message") -> str:
    """The e-mail as an HTML page."""
    colour = colour_of(message.letterhead.accent_colour)
    rendered: str = (
        _environment()
        .get_template("letter.html.j2")
        .render(_named(message), colour=colour, text_colour=text_on(colour))
    )
    return rendered


def _named(message: "Message") -> dict[str, Any]:
    return {
        "language": message.language,
        "subject": message.subject,
        "before": message.before_link,
        "after": message.after_link,
        "link": message.link,
        "link_label": message.link_label,
        "letterhead": message.letterhead,
        "privacy_label": message.privacy_label,
        "bold": message.bold,
        "own_links": [each for each in message.own_links if _is_web(each)],
    }


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=lambda name: name == "letter.html.j2",  # noqa: S701  # the other one is text
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["marked"] = _marked
    made.filters["is_web"] = _is_web
    made.filters["dialled"] = lambda phone: re.sub(r"[^+0-9]", "", phone)
    return made


def _is_web(url: str) -> bool:
    """Whether a link may be one: a row that names another scheme has text instead."""
    return url.startswith(("https://", "http://"))


@pass_context
def _marked(context: Context, paragraph: str) -> Markup:
    """A paragraph with its lines, its times in bold, and links of our own as links."""
    marks = {escape(each): Markup("<strong>{}</strong>").format(each) for each in context["bold"]}
    marks |= {
        escape(each): Markup('<a href="{0}" style="color:inherit">{0}</a>').format(each)
        for each in context["own_links"]
    }
    text = escape(paragraph)
    if marks:
        either = "|".join(re.escape(each) for each in sorted(marks, key=len, reverse=True))
        text = Markup(re.sub(either, lambda found: marks[Markup(found[0])], text))  # noqa: S704  # escaped above
    return Markup("<br>").join(Markup(line) for line in text.split("\n"))  # noqa: S704  # likewise
