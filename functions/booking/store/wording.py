"""The practice's own words in messages to clients."""

from typing import NamedTuple

from psycopg2.extensions import connection as Connection

from booking.codes import Language, NotificationEvent
from booking.store.queries import Queries

queries = Queries(__name__)


class OwnWords(NamedTuple):
    """What stands after the greeting, and at the end; "": nothing."""

    introduction: str = ""
    closing: str = ""


class Wording:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> dict[tuple[NotificationEvent, Language], OwnWords]:
        """What the practice has written, by event and language."""
        return {
            (NotificationEvent(row["event"]), Language(row["language"])): OwnWords(row["introduction"], row["closing"])
            for row in queries.wording(self._connection)
        }

    def lock(self) -> None:
        """Nobody else changes them until the end of the transaction."""
        queries.lock_wording(self._connection)

    def put(self, event: NotificationEvent, language: Language, words: OwnWords) -> None:
        """In place of those there were."""
        queries.put_wording(self._connection, event=event, language=language, **words._asdict())
