"""Whether clients came."""

from datetime import datetime

from psycopg2.extensions import connection as Connection

from booking.codes import BookingStatus
from booking.store.queries import Queries

queries = Queries(__name__)


class Attendance:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, booking_id: str, status: BookingStatus, actor: str) -> None:
        """Whether the client came; nothing happens when it is so already."""
        queries.set_attendance(self._connection, booking_id=booking_id, status=status, actor=actor)

    def complete_past(self, ended_before: datetime, limit: int) -> int:
        """Completes confirmed bookings that have ended before then; returns how many."""
        done: int = queries.complete_past(self._connection, ended_before=ended_before, limit=limit)
        return done
