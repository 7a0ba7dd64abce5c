"""What operators look for: rows of ids, times and codes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking.store.history import Attention
from booking.store.queries import Queries
from booking.store.rows import Row

queries = Queries(__name__)


class Finding:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def clients_between(self, starts_from: datetime, starts_before: datetime) -> list[UUID]:
        """Whose sessions start in this time."""
        found = queries.sessions_of_day(self._connection, starts_from=starts_from, starts_before=starts_before)
        return [row["client_id"] for row in found]

    def bookings_of(
        self, client_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime, limit: int
    ) -> list[Row]:
        """The sessions of these clients that start in this time, in order."""
        found = queries.bookings_of(
            self._connection,
            client_ids=list(client_ids),
            starts_from=starts_from,
            starts_before=starts_before,
            limit=limit,
        )
        return [_with_attention(row) for row in found]

    def needing_attention(self, limit: int) -> list[Row]:
        """What needs a person, the newest first."""
        return [_with_attention(row) for row in queries.needing_attention(self._connection, limit=limit)]

    def booking_of_message(self, notification_id: UUID) -> Row | None:
        """The booking that a message of the ledger is about, or None when there is no such message."""
        row = queries.booking_of_message(self._connection, notification_id=notification_id)
        return None if row is None else _with_attention(row)

    def sessions(self, booking_ids: Collection[str]) -> list[Row]:
        """When these bookings are, as far as they have a time."""
        return [dict(row) for row in queries.sessions(self._connection, booking_ids=list(booking_ids))]

    def visits(self, client_ids: Sequence[UUID], now: datetime) -> list[Row]:
        """When each of these clients was here last, and comes next."""
        return [dict(row) for row in queries.visits(self._connection, client_ids=list(client_ids), now=now)]


def _with_attention(row: Any) -> Row:
    """The row with why the booking needs a person under ``attention``; None: it does not."""
    found = dict(row)
    status, error, since = found.pop("attention_status"), found.pop("error"), found.pop("since")
    found["attention"] = None if status is None else Attention(status, error, since)._asdict()
    return found
