"""The first that comes to mind: look whether the time is free, and if it is, insert. Nothing holds what was seen."""

from psycopg2.extensions import connection as Connection

from bench.others.plain import INSERT, LENGTH, TABLES, row, tell
from bench.others.serving import Wanted, service
from bench.practice import connect

SCHEMA = f"{TABLES} CREATE INDEX ON bookings (therapist_id, starts_at);"

CHECK = "SELECT 1 FROM bookings WHERE therapist_id = %s AND starts_at < %s AND ends_at > %s AND status = 'confirmed'"


def reserve(connection: Connection, wanted: Wanted) -> bool:
    """Whether the time was taken."""
    with connection, connection.cursor() as cursor:
        cursor.execute(CHECK, (wanted.therapist_id, wanted.starts_at + LENGTH, wanted.starts_at))
        if cursor.fetchone() is not None:
            return False
        cursor.execute(INSERT, row(wanted))
        tell(cursor, wanted)
    return True


app = service(connect, reserve)
