"""Logins: who was invited, and whose record has which login. Personal data: never log it."""

from datetime import datetime
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking.store.queries import Queries

queries = Queries(__name__)


class Logins:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note_invitation(self, client_id: UUID, address: str, now: datetime) -> None:
        """Whoever proves that the address is theirs may have this record."""
        queries.note_invitation(self._connection, client_id=client_id, address=address, now=now)

    def set_client_login(self, client_id: UUID, sub: str) -> bool:
        """False: the record has another login."""
        return bool(queries.set_client_login(self._connection, client_id=client_id, sub=sub))

    def set_therapist_login(self, therapist_id: UUID, sub: str) -> bool:
        """False: the record has another login."""
        return bool(queries.set_therapist_login(self._connection, therapist_id=therapist_id, sub=sub))

    def practice_naming(self, sub: str) -> tuple[str, list[str], str | None]:
        """What the practice calls itself, its languages (the first is its own), and that of who has this login."""
        row = queries.practice_naming(self._connection, sub=sub)
        return row["name"], row["languages"], row["reader"]
