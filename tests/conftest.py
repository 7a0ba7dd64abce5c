"""What all tests share: a real PostgreSQL, and a database of its own for every test that asks for one."""

import itertools
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg2
import pytest
from hypothesis import HealthCheck, settings
from psycopg2.extensions import connection as Connection
from psycopg2.extras import RealDictCursor

from booking import migrations
from booking.codes import NotificationEvent
from booking.config import DatabaseConfig
from booking.database import Database
from booking.store import Stores
from local import demo
from local.places import free_port
from local.postgres import PostgresServer
from tests import order
from tests.scratch import scratch_folder

# Whatever AWS account this machine may know, no test talks to it.
os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_EC2_METADATA_DISABLED="true",
    POWERTOOLS_METRICS_DISABLED="true",
    POWERTOOLS_SERVICE_NAME="therapist-booking",
)

TEMPLATE = "template_for_tests"
SETTINGS = {"fsync": "off", "full_page_writes": "off", "deadlock_timeout": "4s"}
SUBS = {
    "client": "sub-client",
    "other_client": "sub-other-client",
    "therapist": "sub-therapist",
    "other_therapist": "sub-other-therapist",
}

_ONLY_DECLARED_EVENTS = f"""ALTER TABLE notifications ADD CONSTRAINT notifications_declared
    CHECK (event IN ({", ".join(f"'{event}'" for event in NotificationEvent)}))"""
"""What the schema itself leaves to the tests: see docs/decisions.md."""

_numbers = itertools.count(1)

# The first examples of a fresh checkout wait for Hypothesis's own tables; how fast a machine is, no test says.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order.sort(items)


@pytest.hookimpl(optionalhook=True)  # of xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """For ``--dist loadfile``, as ``make test`` has it."""
    return order.FromBothEnds(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests, thrown away afterwards; a template database with the schema and the demo people."""
    with scratch_folder("tests") as home:
        server = PostgresServer(home / "postgres", free_port(), SETTINGS)
        server.start()
        try:
            admin = server.config("postgres")
            _execute(admin, f"CREATE DATABASE {TEMPLATE}")
            template = server.config(TEMPLATE)
            migrations.apply(template)
            _execute(template, _ONLY_DECLARED_EVENTS)
            connection = connect(template)
            demo.seed(connection, SUBS, datetime.now(UTC))
            demo.open_limits(connection)  # test_limits.py sets its own
            connection.close()
            yield server
        finally:
            server.stop()
            shutil.rmtree(server.home)


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[DatabaseConfig]:
    """A database of this test's own, with the schema and the demo people."""
    name = f"test_{next(_numbers)}"
    admin = postgres.config("postgres")
    _execute(admin, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")  # a third less work
    yield postgres.config(name)
    _execute(admin, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def stores(database: DatabaseConfig) -> Iterator[Stores]:
    """The application's own way to the test's database."""
    connection = Database(database, "test")
    yield Stores(connection)
    connection.close()


@pytest.fixture
def crew(database: DatabaseConfig) -> Iterator[list[Stores]]:
    """Connections of their own for those who act at once."""
    connections = [Database(database, "test-crew") for _ in range(6)]
    yield [Stores(connection) for connection in connections]
    for connection in connections:
        connection.close()


@pytest.fixture
def db(database: DatabaseConfig) -> Iterator[Connection]:
    """A connection to look at rows with, as an operator would with psql."""
    connection = connect(database)
    connection.autocommit = True
    yield connection
    connection.close()


def connect(config: DatabaseConfig) -> Connection:
    return psycopg2.connect(
        host=config.host,
        port=config.port,
        dbname=config.name,
        user=config.user,
        password=config.password,
        cursor_factory=RealDictCursor,
    )


def _execute(config: DatabaseConfig, statement: str) -> None:
    connection = connect(config)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
