"""The second: the database refuses a second session with the same start. It knows nothing of one that overlaps."""

from psycopg2.extensions import connection as Connection

from bench.others.plain import INSERT, TABLES, row, tell
from bench.others.serving import Wanted, service
from bench.practice import connect

SCHEMA = f"{TABLES} CREATE UNIQUE INDEX ON bookings (therapist_id, starts_at) WHERE status = 'confirmed';"


def reserve(connection: Connection, wanted: Wanted) -> bool:
    """Whether the time was taken."""
    with connection, connection.cursor() as cursor:
        cursor.execute(f"{INSERT} ON CONFLICT DO NOTHING", row(wanted))
        if cursor.rowcount == 0:
            return False
        tell(cursor, wanted)
    return True


app = service(connect, reserve)
