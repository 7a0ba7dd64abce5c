"""Bookings for the books."""

from datetime import datetime
from zoneinfo import ZoneInfo

from psycopg2.extensions import connection as Connection

from booking.store.queries import Queries
from booking.store.rows import Row
from booking.zones import zone_of

queries = Queries(__name__)


class Books:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def zone(self) -> ZoneInfo:
        """The practice's."""
        return zone_of(queries.practice_zone(self._connection), "the practice")

    def sessions(
        self, starts_from: datetime, starts_before: datetime, after: tuple[datetime, str] | None, limit: int
    ) -> list[Row]:
        """The sessions of these times, in order, after the one named by its start and id."""
        after_start, after_id = after or (None, None)
        return list(
            queries.sessions_between(
                self._connection,
                starts_from=starts_from,
                starts_before=starts_before,
                after_start=after_start,
                after_id=after_id,
                limit=limit,
            )
        )
