"""What one person may cost: the practice's limits, and who has met them. The counting is the database's."""

from collections.abc import Sequence
from typing import Any

from psycopg2.extensions import connection as Connection

from booking.store.queries import queries


class Limits:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, *, lock: bool = False) -> dict[str, Any]:
        """The one row; ``lock``: nobody else changes it until the end of the transaction."""
        if lock:
            queries.lock_practice_limits(self._connection)
        return dict(queries.practice_limits(self._connection))

    def put(self, row: dict[str, Any]) -> None:
        """All limits, in place of those there were."""
        queries.change_practice_limits(self._connection, **row)

    def changes_are_too_many(self, requested_by: str) -> bool:
        """Whether one more change today is too many; their other changes wait until the end of the transaction."""
        return bool(queries.changes_are_too_many(self._connection, requested_by=requested_by))

    def not_to_be_texted(self, numbers: Sequence[str]) -> list[str]:
        """Those of the numbers whose country the practice does not text to."""
        found = queries.not_to_be_texted(self._connection, numbers=list(numbers))
        return [row["number"] for row in found]
