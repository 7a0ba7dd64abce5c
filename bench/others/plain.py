"""The tables of a service that keeps its rules in its code, and what it writes beside the booking.

The same kinds of rows as ours: a booking, a line of its history, and a message to the client and the therapist each.
"""

from datetime import timedelta

from psycopg2.extensions import cursor as Cursor

from bench.others.serving import Wanted

LENGTH = timedelta(minutes=50)

TABLES = """
    CREATE TABLE therapists (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
    CREATE TABLE clients (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
    CREATE TABLE bookings (
        id           text PRIMARY KEY,
        status       text NOT NULL DEFAULT 'confirmed',
        therapist_id uuid NOT NULL REFERENCES therapists,
        client_id    uuid NOT NULL REFERENCES clients,
        starts_at    timestamptz NOT NULL,
        ends_at      timestamptz NOT NULL
    );
    CREATE TABLE booking_events (
        id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        booking_id text NOT NULL REFERENCES bookings,
        event      text NOT NULL,
        at         timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE notifications (
        id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        booking_id text NOT NULL REFERENCES bookings,
        recipient  text NOT NULL,
        status     text NOT NULL DEFAULT 'queued'
    );
    CREATE INDEX ON booking_events (booking_id);
    CREATE INDEX ON notifications (booking_id);
"""

INSERT = "INSERT INTO bookings (id, therapist_id, client_id, starts_at, ends_at) VALUES (%s, %s, %s, %s, %s)"


def row(wanted: Wanted) -> tuple[object, ...]:
    """The parameters of ``INSERT``."""
    return wanted.key, wanted.therapist_id, wanted.client_id, wanted.starts_at, wanted.starts_at + LENGTH


def tell(cursor: Cursor, wanted: Wanted) -> None:
    """Writes the history's line and the two messages."""
    cursor.execute("INSERT INTO booking_events (booking_id, event) VALUES (%s, 'reserved')", (wanted.key,))
    cursor.execute(
        "INSERT INTO notifications (booking_id, recipient) VALUES (%s, 'client'), (%s, 'therapist')",
        (wanted.key, wanted.key),
    )
