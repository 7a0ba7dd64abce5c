"""PostgreSQL with the parameters of the data stack: its log names nobody, whatever happens."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import psycopg2
import pytest

from booking import migrations
from booking.config import DatabaseConfig
from booking.database import Database
from booking.errors import DatabaseUnavailable, StatementRefused
from local import demo, documents
from local.places import free_port
from local.postgres import PostgresServer
from tests.conftest import SUBS, connect
from tests.scratch import scratch_folder

AURORAS = ("rds.force_ssl", "shared_preload_libraries")
"""Parameters that only RDS knows, or whose library the laptop's PostgreSQL loads differently."""

NAME = "Ottilie Unverwechselbar"


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    own = documents.data_template()["Resources"]["DatabaseParameters"]["Properties"]["Parameters"]
    settings = {name: value for name, value in own.items() if name not in AURORAS}
    with scratch_folder("log") as home:
        made = PostgresServer(home / "postgres", free_port(), {**settings, "fsync": "off"})
        made.start()
        try:
            yield made
        finally:
            made.stop()


def test_neither_a_slow_nor_a_refused_statement_leaves_a_name_in_the_log(server: PostgresServer) -> None:
    config = server.config()
    migrations.apply(config)
    connection = connect(config)
    demo.seed(connection, SUBS, datetime.now(UTC))
    connection.close()
    database = Database(config, "test")
    with pytest.raises(StatementRefused):  # the driver has written the name into the statement
        add_client(database, f"{NAME}", "NULL")
    with pytest.raises((StatementRefused, DatabaseUnavailable)):
        add_client(database, NAME, "(SELECT pg_sleep(3)::text)", "SET LOCAL statement_timeout = '1s'")
    add_client(database, NAME, "(SELECT 'x' || pg_sleep(1.2)::text)")
    database.close()
    plain_text(config)
    log = server.log.read_text()
    assert "ERROR" in log, "what was refused is said"
    assert NAME not in log
    assert "Ottilie" not in log


def add_client(database: Database, name: str, zone: str, before: str = "SELECT 1") -> None:
    with database.transaction() as connection, connection.cursor() as cursor:
        cursor.execute(before)
        cursor.execute(
            f"INSERT INTO clients (id, name, time_zone) VALUES (%s, %s, {zone})",  # noqa: S608  # ours
            (str(uuid4()), name),
        )


def plain_text(config: DatabaseConfig) -> None:
    """A statement that is none, as an operator might type it."""
    connection = psycopg2.connect(
        host=config.host, port=config.port, dbname=config.name, user=config.user, password=config.password
    )
    with pytest.raises(psycopg2.Error), connection.cursor() as cursor:
        cursor.execute(f"SELEC '{NAME}'")
    connection.close()
