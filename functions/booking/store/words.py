"""Notes and reasons. Personal data: never log it."""

from datetime import datetime
from typing import NamedTuple

from psycopg2.extensions import connection as Connection

from booking.codes import WordsKind
from booking.store.queries import Queries

queries = Queries(__name__)


class Written(NamedTuple):
    """Words as they were written."""

    text: str
    is_internal: bool = False


class Words:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock_and_count_loose(self, writer: str, key: str) -> int:
        """How many words of theirs name nothing, those under this key aside; what they put meanwhile waits."""
        queries.lock_writer(self._connection, writer=writer)
        return int(queries.count_loose(self._connection, writer=writer, key=key))

    def put(
        self, key: str, kind: WordsKind, written: Written, writer: str, now: datetime, *, is_kept: bool = False
    ) -> None:
        """In place of what this writer had put there. ``is_kept``: it counts already, whatever becomes of its key."""
        queries.put_words(
            self._connection,
            key=key,
            kind=kind,
            body=written.text,
            is_internal=written.is_internal,
            writer=writer,
            now=now,
            is_kept=is_kept,
        )

    def lock(self, key: str) -> None:
        """Who replaces the words under this key meanwhile waits until the end of the transaction."""
        queries.lock_words(self._connection, key=key)

    def remove(self, key: str, kind: WordsKind, writer: str | None = None) -> None:
        """This writer's words, or everybody's."""
        queries.remove_words(self._connection, key=key, kind=kind, writer=writer)

    def reason(self, change_id: str) -> Written | None:
        """Why a change was asked for, if it was said."""
        row = queries.reason_of(self._connection, change_id=change_id)
        return row and Written(row["body"], row["is_internal"])

    def settle_loose(self, before: datetime, limit: int) -> int:
        """Of the words put before then, at most ``limit``, those that count are kept, the others go; how many."""
        return int(queries.settle_loose_words(self._connection, before=before, limit=limit))
