"""Codes that are texted to a number, to see whose it is. Personal data: never log it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking.store.queries import Queries

queries = Queries(__name__)

DAY = timedelta(days=1)


class Proofs:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock_codes(self) -> None:
        """Whoever asks for a code waits until the end of the transaction."""
        queries.lock_codes(self._connection)

    def are_too_many(self, client_id: UUID, number: str, now: datetime) -> bool:
        """Whether one more code in 24 hours is too many: for this record, to this number, or for the practice."""
        return bool(queries.codes_are_too_many(self._connection, client_id=client_id, number=number, since=now - DAY))

    def add(
        self, client_id: UUID, number: str, salt: bytes, digest: bytes, now: datetime, expires_at: datetime
    ) -> UUID:
        """The id of a code that is being sent."""
        made: UUID = queries.add_code(
            self._connection,
            client_id=client_id,
            number=number,
            salt=salt,
            digest=digest,
            now=now,
            expires_at=expires_at,
        )
        return made

    def take_back(self, code_id: UUID) -> None:
        """It was not sent, and does not count."""
        queries.take_back_code(self._connection, code_id=code_id)

    def to_try(self, client_id: UUID, number: str, max_tries: int, now: datetime) -> dict[str, Any] | None:
        """The last code that was sent to this number of this record, if it may still be given back."""
        row = queries.code_to_try(self._connection, client_id=client_id, number=number, max_tries=max_tries, now=now)
        return row and dict(row)

    def count_try(self, code_id: UUID) -> None:
        queries.count_try(self._connection, code_id=code_id)

    def prove(self, client_id: UUID, number: str, code_id: UUID, now: datetime) -> None:
        """The number is theirs, and the code is used."""
        queries.prove(self._connection, client_id=client_id, number=number, code_id=code_id, now=now)
