"""A PostgreSQL of the benchmark's own, with a practice of any size in it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection

from booking import migrations
from booking.config import DatabaseConfig
from local import demo
from local.places import free_port
from local.postgres import PostgresServer

NOW = datetime(2032, 3, 1, 9, 0, tzinfo=UTC)
SUBS = {"client": "sub-client", "other_client": "sub-other-client", "therapist": "sub-therapist"}

VERSIONS = [0, 0, 0]
"""The versions of therapist, client and service, as ValidateRequest would hand them on: nobody here has changed."""

PER_THERAPIST = 500
"""Bookings of each therapist: two years of them, a few of which lie in the month that is asked for."""

_EXCLUSIONS = {
    "bookings_therapist_sits": "(therapist_id WITH =, occupied WITH &&)",
    "bookings_client_sits": "(client_id WITH =, during WITH &&)",
}

_JUDGES = ("bookings_keep_to_the_calendar", "bookings_keep_to_the_limits")

_FILL = """
    INSERT INTO therapists (name, time_zone)
    SELECT 'Therapist ' || n, 'Europe/Berlin' FROM generate_series(1, %(therapists)s - 1) AS n;
    INSERT INTO clients (name, time_zone)
    SELECT 'Client ' || n, 'Europe/Berlin' FROM generate_series(1, %(therapists)s - 2) AS n;
    INSERT INTO bookings (
        id, status, therapist_id, client_id, service_id, during, occupied, day, request, requested_by, first_booked_for,
        service_name, price_cents, currency, therapist_name, time_zone, free_cancellation_minutes, late_cancellation)
    SELECT 'old-' || therapist.number || '-' || n, CASE WHEN start < %(now)s THEN 'completed' ELSE 'confirmed' END,
        therapist.id, client.id, %(service)s,
        tstzrange(start, start + interval '50 minutes', '[)'), tstzrange(start, start + interval '1 hour', '[)'),
        start::date,
        jsonb_build_object('therapist_id', therapist.id, 'service_id', %(service)s, 'starts_at', start), 'bench', start,
        'Session', 9000, 'EUR', therapist.name, 'Europe/Berlin', 1440, 'allowed'
    FROM (
        SELECT id, name, row_number() OVER (ORDER BY id = %(therapist)s DESC, id) AS number FROM therapists
    ) AS therapist
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS number FROM clients) AS client USING (number),
        generate_series(1, %(each)s) AS n,
        LATERAL (SELECT %(now)s::timestamptz - interval '450 days' + n * interval '25 hours' AS start) AS at;
"""

TELL = """
    INSERT INTO booking_events (booking_id, event, actor, execution, at)
    SELECT id, 'reserved', requested_by, 'arn:aws:states:us-east-1:000000000000:execution:booking:' || id, created_at
    FROM bookings;
    INSERT INTO notifications (
        booking_id, event, recipient, channel, therapist_id, status, attempts, claimed_at, settled_at,
        provider_message_id)
    SELECT id, 'booking_confirmed', recipient, 'email', CASE WHEN recipient = 'therapist' THEN therapist_id END, 'sent',
        1, created_at, created_at, gen_random_uuid()
    FROM bookings, unnest('{client,therapist}'::text[]) AS recipient;
"""
"""What happened to all bookings, and who was told of it."""


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


@cache
def of_size(postgres: PostgresServer, bookings: int) -> DatabaseConfig:
    """Likewise, made once for all benches that only read it: a million bookings take their time."""
    return practice(postgres, f"of_{bookings}", bookings)


def fill(connection: Connection, bookings: int) -> None:
    """Puts the bookings in at once: the constraints are taken off and, to check every row, put on again."""
    execute(connection, "SET statement_timeout = 0; SET maintenance_work_mem = '512MB'")
    for trigger in _JUDGES:
        execute(connection, f"ALTER TABLE bookings DISABLE TRIGGER {trigger}")
    for constraint in _EXCLUSIONS:
        execute(connection, f"ALTER TABLE bookings DROP CONSTRAINT {constraint}")
    put_bookings(connection, bookings)
    execute(connection, "SET session_replication_role = replica")  # no triggers and foreign keys, a row each
    execute(connection, TELL)
    execute(connection, "SET session_replication_role = DEFAULT")
    for constraint, columns in _EXCLUSIONS.items():
        execute(
            connection,
            f"ALTER TABLE bookings ADD CONSTRAINT {constraint} EXCLUDE USING gist {columns} "
            "WHERE (status IN ('held', 'confirmed', 'completed', 'no_show'))",
        )
    for trigger in _JUDGES:
        execute(connection, f"ALTER TABLE bookings ENABLE TRIGGER {trigger}")
    execute(connection, "VACUUM ANALYZE")
    execute(connection, "CHECKPOINT")  # what is still to be written is not written while somebody measures


def put_bookings(connection: Connection, bookings: int) -> None:
    """Puts in therapists, clients and their bookings."""
    named = {
        "therapists": bookings // PER_THERAPIST,
        "each": PER_THERAPIST,
        "therapist": demo.THERAPIST_ID,
        "service": demo.SERVICE_ID,
        "now": NOW,
    }
    execute(connection, _FILL, named)


def connect(config: DatabaseConfig) -> Connection:
    return psycopg2.connect(
        host=config.host, port=config.port, dbname=config.name, user=config.user, password=config.password
    )


def execute(connection: Connection, statement: str, parameters: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
