"""The practice: who it is, and the days on which it is closed."""

from datetime import date
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.store.queries import Queries

queries = Queries(__name__)


class Practices:
    """Part of a ``Store``. There is one practice."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> dict[str, Any]:
        """The one row, in the words of its contract."""
        return dict(queries.practice(self._connection))

    def lock_practice(self) -> dict[str, Any]:
        """The one row, which nobody else changes until the end of the transaction."""
        queries.lock_practice(self._connection)
        return self.get()

    def put(self, row: dict[str, Any]) -> None:
        """All of it, in place of what there was."""
        queries.change_practice(self._connection, **{**row, "cancellation_policy": Json(row["cancellation_policy"])})

    def lock_calendars(self) -> None:
        """Until the end of the transaction nobody books, with whomever."""
        queries.lock_calendars(self._connection)

    def closed_days(self) -> list[tuple[date, str]]:
        """Each day that the practice is closed, with its label; in order."""
        return [(row["day"], row["label"]) for row in queries.closed_days(self._connection)]

    def close_day(self, day: date, label: str) -> None:
        """A day that is closed already gets the label."""
        queries.close_day(self._connection, day=day, label=label)

    def open_day(self, day: date) -> bool:
        """False: it was not closed."""
        return bool(queries.open_day(self._connection, day=day))
