"""What one person may cost: the practice's limits, and who has met them. The counting is the database's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg2.extensions import connection as Connection

from booking.store.queries import Queries

queries = Queries(__name__)


class Limits:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock_limits(self) -> dict[str, Any]:
        """The one row, which nobody else changes until the end of the transaction."""
        queries.lock_practice_limits(self._connection)
        return self.get()

    def get(self) -> dict[str, Any]:
        """The one row."""
        return dict(queries.practice_limits(self._connection))

    def put(self, row: dict[str, Any]) -> None:
        """All limits, in place of those there were."""
        queries.change_practice_limits(self._connection, **row)

    def lock_and_check_changes(self, requested_by: str) -> bool:
        """Whether one more change is too many; their other changes wait until the end of the transaction."""
        return bool(queries.lock_and_check_changes(self._connection, requested_by=requested_by))

    def sign_up_is_one_too_many(self, now: datetime) -> bool:
        """Whether one more sign-up within an hour is too many; counted if it is not. Who asks meanwhile waits."""
        return bool(queries.sign_up_is_one_too_many(self._connection, now=now))

    def not_to_be_texted(self, numbers: Sequence[str]) -> list[str]:
        """Those of the numbers whose country the practice does not text to."""
        found = queries.not_to_be_texted(self._connection, numbers=list(numbers))
        return [row["number"] for row in found]
