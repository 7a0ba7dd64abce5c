"""Asking the database what a person would look for in it."""

from typing import Any
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking.letters import Letter
from booking.store import Stores


def rows(db: Connection, query: str, *parameters: Any) -> list[dict[str, Any]]:
    """All rows of a query, as dictionaries."""
    with db.cursor() as cursor:
        cursor.execute(query, parameters)
        return [dict(row) for row in cursor.fetchall()]


def bookings(db: Connection) -> dict[str, str]:
    """Every booking's status, by id."""
    return {row["id"]: row["status"] for row in rows(db, "SELECT id, status FROM bookings")}


def ledger(db: Connection, booking_id: str) -> list[tuple[str, str, str, str]]:
    """A booking's messages: event, recipient, channel, status."""
    query = "SELECT event, recipient, channel, status FROM notifications WHERE booking_id = %s ORDER BY 1, 2, 3"
    return [tuple(row.values()) for row in rows(db, query, booking_id)]


def letter_of(stores: Stores, notification_id: UUID) -> Letter:
    """What a message says if it is sent now."""
    with stores.autocommit() as store:
        return store.ledger.letter_of(notification_id)
