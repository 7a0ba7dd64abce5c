"""The catalogue of messages, as they read: docs/messages.md, from the templates and the table of kinds."""

from pathlib import Path

from booking import notices
from booking.gsm import segments
from booking.notifications import KINDS
from local import documents
from local.letters import catalogue

HEAD = """# Messages

Every message there is: event × recipient × channel, in each language, as it reads for one session and for a series.
`make contract-files` writes this page from `booking/notifications.py` and the templates in
`functions/booking/messages/`. E-mails about a booking that is made, moved or cancelled carry a calendar file. Clients
who ask for discretion get the same texts without therapist, service, practice and what is typed freely. The practice
adds an introduction and a closing of its own (`/v1/practice/words`): `make messages` shows them. The link is there
where the practice has a booking site (`BookingSiteUrl`); it leads to a page that shows, and acts only when one says so
there.
"""

SITE = "https://booking.example.com"


def files() -> dict[Path, str]:
    """The one page."""
    return {documents.ROOT / "docs" / "messages.md": _page()}


def _page() -> str:
    parts = [HEAD, _table()]
    for about, letter in catalogue():
        message = notices.compose(letter, SITE)
        parts.append(f"## {letter.event} to the {letter.recipient}, {letter.language}, {about}\n")
        parts.append(f"E-mail: **{message.subject}**\n\n```\n{message.text}\n```\n")
        parts.append(f"Text ({segments(message.sms)} segment):\n\n```\n{message.sms}\n```\n")
    return "\n".join(parts)


def _table() -> str:
    """The kinds of notifications, as they are declared."""
    head = ("event", "to", "page", "calendar file", "of use until", "calls an operator when it fails")
    rows = [
        (
            f"`{kind.event}`",
            ", ".join(kind.recipients),
            f"`/{kind.page}`" if kind.page else "",
            (kind.calendar or "").replace("_", " "),
            kind.of_use_until.replace("_", " "),
            "yes" if kind.calls_for_attention else "no",
        )
        for kind in KINDS.values()
    ]
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines).replace("|  |", "| |") + "\n"
