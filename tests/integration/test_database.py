"""The connection, the migrations, and what the schema itself refuses."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from booking import migrations
from booking.codes import Outcome
from booking.config import DatabaseConfig
from booking.database import Database
from booking.errors import DatabaseUnavailable, StatementRefused
from booking.services.operations.check_health import check_health
from booking.store import Stores
from tests.asking import reserve, reserve_input
from tests.rows import rows


def one(database: Database) -> Any:
    with database.transaction() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() AS pid, application_name FROM pg_stat_activity LIMIT 1")
        return cursor.fetchone()["pid"]  # type: ignore[index,call-overload]  # a RealDictCursor


def test_one_connection_is_kept_and_replaced_when_the_server_hangs_up(database: DatabaseConfig, db: Connection) -> None:
    kept = Database(database, "test-kept")
    first = one(kept)
    assert one(kept) == first
    rows(db, "SELECT pg_terminate_backend(%s)", first)
    while rows(db, "SELECT FROM pg_stat_activity WHERE pid = %s", first):
        pass  # until it has gone
    assert one(kept) != first
    kept.close()


def test_a_connection_that_dies_within_a_transaction_is_database_unavailable(
    database: DatabaseConfig, db: Connection
) -> None:
    dying = Database(database, "test-dying")
    with pytest.raises(DatabaseUnavailable), dying.transaction() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() AS pid")
        pid = cursor.fetchone()["pid"]  # type: ignore[index,call-overload]  # a RealDictCursor
        rows(db, "SELECT pg_terminate_backend(%s)", pid)
        cursor.execute("SELECT 1")
    one(dying)  # and the next one works
    dying.close()


def test_an_answer_that_breaks_off_is_database_unavailable_and_no_refusal(database: DatabaseConfig) -> None:
    """What psycopg2 raises where libpq has no error of a server's to tell of: a plain DatabaseError."""
    broken = Database(database, "test")
    with pytest.raises(DatabaseUnavailable), broken.autocommit():
        raise psycopg2.DatabaseError("error with status PGRES_TUPLES_OK and no message from the libpq")
    with broken.transaction() as connection:
        assert rows(connection, "SELECT 1 AS one") == [{"one": 1}], "by another connection"
    broken.close()


def test_a_server_that_is_not_there_is_database_unavailable(database: DatabaseConfig) -> None:
    nowhere = Stores(Database(replace(database, port=1), "test"))
    with pytest.raises(DatabaseUnavailable), nowhere.transaction():
        raise AssertionError("there is no connection")
    assert check_health(nowhere).database == "unreachable"


@pytest.mark.parametrize("statement", ["SELECT pg_sleep(60)", "SELECT 1 FROM pg_sleep(60)"])
def test_a_statement_that_takes_too_long_is_given_up(database: DatabaseConfig, statement: str) -> None:
    slow = Database(database, "test")
    with pytest.raises(DatabaseUnavailable), slow.transaction() as connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50ms'")
        cursor.execute(statement)
    slow.close()


def test_errors_name_the_rule_and_quote_no_value(database: DatabaseConfig) -> None:
    refused = Database(database, "test")
    insert = "INSERT INTO clients (user_sub, name, time_zone) VALUES ('sub-client', 'Jonas Weber', 'UTC')"
    with pytest.raises(StatementRefused) as error, refused.transaction() as connection:
        connection.cursor().execute(insert)
    assert str(error.value) == "UniqueViolation 23505 clients_user_sub_key"
    refused.close()


def test_the_role_has_timeouts(database: DatabaseConfig, db: Connection) -> None:
    timeouts = "SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l"
    assert rows(db, timeouts) == [{"s": "10s", "l": "5s"}]


def test_migrations_are_applied_once(database: DatabaseConfig) -> None:
    assert migrations.apply(database) == []
    assert migrations.expected() == sorted(migrations.expected())


@pytest.mark.parametrize("change", ["UPDATE booking_events SET event = 'x'", "DELETE FROM booking_events"])
def test_history_is_append_only(stores: Stores, db: Connection, change: str) -> None:
    reserve(stores, reserve_input())
    with pytest.raises(psycopg2.Error, match="append-only"):
        rows(db, change)


DOUBLE = """
INSERT INTO bookings (id, status, therapist_id, client_id, service_id, during, occupied, day, request, requested_by)
SELECT 'another', 'confirmed', therapist_id, {client}, service_id, {during}, {during}, day, request, requested_by
FROM bookings, (SELECT id AS other FROM clients WHERE user_sub = 'sub-other-client') AS others
"""


@pytest.mark.parametrize(
    ("client", "during", "constraint"),
    [
        ("other", "during", "bookings_therapist_sits"),
        ("client_id", "tstzrange(upper(during) - interval '1 second', upper(during))", "bookings_client_sits"),
        ("other", "tstzrange(upper(occupied), upper(occupied) + interval '1 hour', '[]')", "bookings_bounds"),
        ("NULL", "during", "bookings_complete"),
    ],
)
def test_the_database_itself_refuses_what_must_never_be(
    stores: Stores, db: Connection, client: str, during: str, constraint: str
) -> None:
    reserve(stores, reserve_input())
    if constraint == "bookings_client_sits":
        rows(db, "ALTER TABLE bookings DROP CONSTRAINT bookings_therapist_sits; SELECT 1")
    with pytest.raises(psycopg2.IntegrityError) as refused:
        rows(db, DOUBLE.format(client=client, during=during))
    assert refused.value.diag.constraint_name == constraint


def test_a_server_that_a_failover_has_demoted_is_unavailable_until_it_is_writable(
    stores: Stores, database: DatabaseConfig, db: Connection
) -> None:
    read_only = f"ALTER DATABASE {database.name} SET default_transaction_read_only = "
    with stores.transaction():
        pass
    rows(db, f"{read_only} on; SELECT 1")
    stores.close()  # a failover closes connections
    with pytest.raises(DatabaseUnavailable):
        reserve(stores, reserve_input())
    assert check_health(stores).database == "read_only"
    rows(db, f"{read_only} off; SELECT 1")
    stores.close()
    assert reserve(stores, reserve_input()).outcome == Outcome.RESERVED


def test_threads_take_turns_with_the_one_connection(database: DatabaseConfig, db: Connection) -> None:
    """What one rolls back takes nothing of the other's along, and neither sees the other half done."""
    rows(db, "CREATE TABLE turns (who integer); SELECT 1 AS one")
    shared = Database(database, "test")

    def write(who: int) -> int:
        try:
            with shared.transaction() as connection, connection.cursor() as cursor:
                for _ in range(3):
                    cursor.execute("INSERT INTO turns VALUES (%s)", (who,))
                if who % 2:
                    raise LookupError
        except LookupError:
            return 0
        with shared.autocommit() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) AS mine FROM turns WHERE who = %s", (who,))
            row: Any = cursor.fetchone()
            return int(row["mine"])

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(write, range(24)))
    shared.close()
    assert seen == [0 if who % 2 else 3 for who in range(24)]
    assert rows(db, "SELECT count(*) FROM turns") == [{"count": 36}]
