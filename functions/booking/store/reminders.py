"""Reminders: found by a query when they are due, so that a moved or cancelled booking leaves nothing to clean up."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from psycopg2.extensions import connection as Connection

from booking.codes import Channel, NotificationEvent
from booking.model import Notification
from booking.store.queries import Queries
from booking.store.rows import queued

queries = Queries(__name__)


class Reminder(NamedTuple):
    """One reminder of one booking at one time. ``occasion`` tells it from those of other times the booking had."""

    booking_id: str
    channel: Channel
    occasion: str
    starts_at: datetime  # UTC


class DueReminder(NamedTuple):
    """A reminder whose time has come, ``lead`` before the session."""

    reminder: Reminder
    lead: timedelta
    sequence: int  # of the booking: how often it was changed


class Reminders:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, now: datetime, recently: datetime, limit: int) -> list[DueReminder]:
        """Those that are in no ledger yet, soonest first, of sessions that begin after ``recently``."""
        return [
            DueReminder(
                Reminder(row["booking_id"], Channel(row["channel"]), row["occasion"], row["starts_at"].astimezone(UTC)),
                timedelta(minutes=row["minutes"]),
                row["sequence"],
            )
            for row in queries.reminders_due(self._connection, now=now, recently=recently, limit=limit)
        ]

    def skip(self, reminder: Reminder, now: datetime) -> None:
        """Records that it came too late."""
        queries.skip_reminder(self._connection, **reminder._asdict(), now=now)

    def prepare(self, reminder: Reminder) -> list[Notification]:
        """Enters it in the ledger; empty when the booking no longer stands at this time."""
        given = reminder._asdict()
        queries.prepare_reminder(self._connection, **given)
        return [queued(NotificationEvent.REMINDER, row) for row in queries.reminder(self._connection, **given)]
