"""What happened to bookings, and which need a person."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from psycopg2.extensions import connection as Connection

from booking.store.queries import Queries

queries = Queries(__name__)


class EventView(NamedTuple):
    """Who did what to a booking, in which execution."""

    event: str
    actor: str
    execution: str
    detail: dict[str, Any]
    at: datetime


class Attention(NamedTuple):
    """A workflow that did not succeed. ``since`` in UTC."""

    status: str
    error: str | None
    since: datetime


class History:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mark_attention(
        self, booking_id: str, needed: bool, execution: str, status: str, error: str | None, at: datetime
    ) -> bool:
        """Whether the booking needs a person since ``at``; False when that was no news."""
        changed: int = queries.mark_attention(
            self._connection,
            booking_id=booking_id,
            needed=needed,
            execution=execution,
            status=status,
            error=error,
            at=at,
        )
        return changed > 0

    def mark_unreached(self, booking_id: str, at: datetime) -> None:
        """Somebody heard of this booking on no channel."""
        queries.mark_unreached(self._connection, booking_id=booking_id, at=at)

    def clear_unreached(self, booking_id: str) -> None:
        """An operator has seen to it."""
        queries.clear_unreached(self._connection, booking_id=booking_id)

    def attention(self, booking_id: str) -> Attention | None:
        """Why the booking needs a person, or None when it does not."""
        row = queries.attention_of(self._connection, booking_id=booking_id)
        return None if row is None else Attention(row["status"], row["error"], row["at"].astimezone(UTC))

    def record_act(self, booking_id: str, act: str, actor: str, execution: str, reason: str) -> None:
        """Adds to the booking's history what an operator did."""
        queries.record_act(
            self._connection, booking_id=booking_id, act=act, actor=actor, execution=execution, reason=reason
        )

    def events(self, booking_id: str) -> list[EventView]:
        """The booking's history, oldest first."""
        return [EventView(**row) for row in queries.events_of(self._connection, booking_id=booking_id)]
