"""All that operators may know of a booking, beyond what the API shows, as rows in the words of their contracts."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from psycopg2.extensions import connection as Connection

from booking.codes import Channel
from booking.store.queries import Queries
from booking.store.reminders import Reminder
from booking.store.rows import Row

queries = Queries(__name__)

Item = TypeVar("Item")
ByBooking = dict[str, list[Item]]
"""What there is of each booking; one that has nothing is not in it."""


class BookingFiles:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sessions(self, series_id: str) -> list[Row]:
        """The sessions of a series besides its first, in their order. None, when it is no series."""
        return [dict(row) for row in queries.sessions(self._connection, series_id=series_id)]

    def messages(self, booking_ids: list[str]) -> ByBooking[Row]:
        """Each of their messages, with what became of it."""
        return _by_booking(queries.messages(self._connection, booking_ids=booking_ids))

    def changes(self, booking_ids: list[str]) -> ByBooking[Row]:
        """Their changes, oldest first."""
        return _by_booking(queries.changes(self._connection, booking_ids=booking_ids))

    def events(self, booking_ids: list[str]) -> ByBooking[Row]:
        """Their history, oldest first."""
        return _by_booking(queries.events(self._connection, booking_ids=booking_ids))

    def payments(self, booking_ids: list[str]) -> ByBooking[Row]:
        """What the ledger of payments has of them, oldest first."""
        return _by_booking(queries.payments(self._connection, booking_ids=booking_ids))

    def reminders(self, booking_ids: list[str]) -> ByBooking[tuple[Reminder, int]]:
        """Their reminders, and how often the booking was changed until now."""
        found = _by_booking(queries.reminders(self._connection, booking_ids=booking_ids))
        return {booking_id: [_reminder(row) for row in some] for booking_id, some in found.items()}

    def offer(self, booking_id: str) -> Row | None:
        """The offer that it is, or was; None: it is none."""
        row = queries.offer(self._connection, booking_id=booking_id)
        return None if row is None else dict(row)

    def workflow_attention(self, booking_id: str) -> Row | None:
        """Why its workflow asks for a person, or None."""
        row = queries.workflow_attention(self._connection, booking_id=booking_id)
        return None if row is None else dict(row)

    def unreached_since(self, booking_id: str) -> datetime | None:
        """Since when somebody is reached on no channel (UTC), or None."""
        at: datetime | None = queries.unreached_since(self._connection, booking_id=booking_id)
        return at and at.astimezone(UTC)


def _by_booking(found: Iterable[Row]) -> ByBooking[Row]:
    """These rows by the bookings that they are of, in their order."""
    kept: ByBooking[Row] = {}
    for row in found:
        kept.setdefault(row["booking_id"], []).append(dict(row))
    return kept


def _reminder(row: Row) -> tuple[Reminder, int]:
    at = row["starts_at"].astimezone(UTC)
    return Reminder(row["booking_id"], Channel(row["channel"]), row["occasion"], at), row["sequence"]
