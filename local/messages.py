"""``make messages``: every message as it reads, in the name and the words of the running laptop cloud's practice.

Without one, of a sample. ``make messages FOLDER=somewhere`` also writes each e-mail's HTML there, to look at.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import RealDictCursor

from booking import notices
from booking.codes import Recipient
from booking.letters import Letter
from booking.store.ledger import letterhead_of
from local.cloud import read_stack
from local.command import run
from local.errors import LocalCloudError
from local.letters import catalogue

SITE = "https://booking.example.com"


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    named = _naming()
    for about, sample in catalogue():
        message = notices.compose(named(sample), SITE)
        title = f"{sample.event} to the {sample.recipient}, {sample.language}, {about}"
        print(f"== {title}\n\n[{message.subject}]\n\n{message.text}\n\n[text] {message.sms}\n")
        if folder is not None:
            (folder / f"{title.replace(', ', '-').replace(' ', '-')}.html").write_text(message.html)
    return 0


def _naming() -> Callable[[Letter], Letter]:
    """What makes a sample a letter of the practice whose cloud runs here, or leaves it as it is."""
    try:
        url = read_stack()["database_url"]
        connection = psycopg2.connect(url, cursor_factory=RealDictCursor)
    except (LocalCloudError, psycopg2.OperationalError):
        print("No laptop cloud is running (make run): these are a sample's.\n")
        return lambda letter: letter
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT name AS practice_name, address AS practice_address, phone AS practice_phone,"
            " email AS practice_email, privacy_page, accent_colour, cancellation_policy FROM practice"
        )
        practice: dict[str, Any] = dict(cursor.fetchone() or {})
        cursor.execute("SELECT event, language, introduction, closing FROM practice_words")
        words = {(row["event"], row["language"]): row for row in map(dict[str, Any], cursor)}
    connection.close()

    def named(letter: Letter) -> Letter:
        letter = replace(letter, practice=letterhead_of(practice))
        if letter.recipient != Recipient.CLIENT:
            return letter
        own = words.get((letter.event, letter.language), {"introduction": "", "closing": ""})
        return replace(
            letter,
            cancellation_policy=practice["cancellation_policy"].get(letter.language, ""),
            introduction=own["introduction"],
            closing=own["closing"],
        )

    return named


if __name__ == "__main__":
    run(main)
