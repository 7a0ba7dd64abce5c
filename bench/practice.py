"""A PostgreSQL of the benchmark's own, with a practice of any size in it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection

from booking import migrations
from booking.config import DatabaseConfig
from local import demo
from local.places import free_port
from local.postgres import PostgresServer

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SUBS = {"client": "sub-client", "other_client": "sub-other-client", "therapist": "sub-therapist"}

VERSIONS = [0, 0, 0]
"""The versions of therapist, client and service, as ValidateRequest would hand them on: nobody here has changed."""

PER_THERAPIST = 500
"""Bookings of each therapist: two years of them, a few of which lie in the month that is asked for."""

_EXCLUSIONS = {
    "bookings_therapist_sits": "(therapist_id WITH =, occupied WITH &&)",
    "bookings_client_sits": "(client_id WITH =, during WITH &&)",
}

_FILL = """
    INSERT INTO therapists (name, time_zone)
    SELECT 'Therapist ' || n, 'Europe/Berlin' FROM generate_series(1, %(therapists)s - 1) AS n;
    INSERT INTO clients (name, time_zone)
    SELECT 'Client ' || n, 'Europe/Berlin' FROM generate_series(1, %(therapists)s - 2) AS n;
    INSERT INTO bookings (
        id, status, therapist_id, client_id, service_id, during, occupied, day, request, requested_by)
    SELECT 'old-' || therapist.number || '-' || n, 'confirmed', therapist.id, client.id, %(service)s,
        tstzrange(start, start + interval '50 minutes', '[)'), tstzrange(start, start + interval '1 hour', '[)'),
        start::date, '{}', 'bench'
    FROM (SELECT id, row_number() OVER (ORDER BY id = %(therapist)s DESC, id) AS number FROM therapists) AS therapist
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS number FROM clients) AS client USING (number),
        generate_series(1, %(each)s) AS n,
        LATERAL (SELECT %(now)s::timestamptz - interval '450 days' + n * interval '25 hours' AS start) AS at;
"""


@contextmanager
def server() -> Iterator[PostgresServer]:
    """A server with its usual settings, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="therapist-booking-bench-", dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o755)
        made = PostgresServer(home / "postgres", free_port())
        made.start()
        try:
            yield made
        finally:
            made.stop()


def practice(postgres: PostgresServer, name: str, bookings: int) -> DatabaseConfig:
    """A database with the demo people and, among other therapists, so many bookings."""
    admin = connect(postgres.config("postgres"))
    admin.autocommit = True
    execute(admin, f"CREATE DATABASE {name}")
    admin.close()
    config = postgres.config(name)
    migrations.apply(config)
    connection = connect(config)
    demo.seed(connection, SUBS, NOW)
    demo.open_limits(connection)
    connection.autocommit = True
    execute(connection, "UPDATE therapists SET version = 0")  # as VERSIONS says
    if bookings:
        fill(connection, bookings)
    connection.close()
    return config


def fill(connection: Connection, bookings: int) -> None:
    """Puts the bookings in at once: the constraints are taken off and, to check every row, put on again."""
    named = {
        "therapists": bookings // PER_THERAPIST,
        "each": PER_THERAPIST,
        "therapist": demo.THERAPIST_ID,
        "service": demo.SERVICE_ID,
        "now": NOW,
    }
    execute(connection, "SET statement_timeout = 0; SET maintenance_work_mem = '512MB'")
    execute(connection, "ALTER TABLE bookings DISABLE TRIGGER bookings_keep_to_the_calendar")
    for constraint in _EXCLUSIONS:
        execute(connection, f"ALTER TABLE bookings DROP CONSTRAINT {constraint}")
    execute(connection, _FILL, named)
    for constraint, columns in _EXCLUSIONS.items():
        execute(
            connection,
            f"ALTER TABLE bookings ADD CONSTRAINT {constraint} EXCLUDE USING gist {columns} "
            "WHERE (status IN ('held', 'confirmed', 'completed', 'no_show'))",
        )
    execute(connection, "ALTER TABLE bookings ENABLE TRIGGER bookings_keep_to_the_calendar")
    execute(connection, "VACUUM ANALYZE")


def connect(config: DatabaseConfig) -> Connection:
    return psycopg2.connect(
        host=config.host, port=config.port, dbname=config.name, user=config.user, password=config.password
    )


def execute(connection: Connection, statement: str, parameters: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
