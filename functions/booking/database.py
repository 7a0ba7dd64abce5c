"""One PostgreSQL connection a Lambda environment: kept between invocations, replaced when it is dead."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import RLock
from typing import Any
from uuid import UUID

import psycopg2
import psycopg2.extras
from psycopg2.errors import ReadOnlySqlTransaction  # what a server says that a failover has demoted
from psycopg2.extensions import AsIs, register_adapter
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from booking.config import DatabaseConfig
from booking.errors import DatabaseUnavailable, StatementRefused

CONNECT_TIMEOUT_SECONDS = 3

psycopg2.extras.register_uuid()  # type: ignore[no-untyped-call]  # its stub has no types
register_adapter(UUID, lambda value: AsIs(f"'{value}'::uuid"))  # as it writes them, in a third of the time


class DictionaryCursor(Cursor):
    """Each row a dictionary, by its columns. ``RealDictCursor`` calls Python for each column of each row."""

    def fetchone(self) -> dict[str, Any] | None:  # type: ignore[override]  # a row is no tuple here
        row = super().fetchone()
        return None if row is None else dict(zip(self._names(), row, strict=True))

    def fetchall(self) -> list[dict[str, Any]]:  # type: ignore[override]
        names = self._names()
        return [dict(zip(names, row, strict=True)) for row in super().fetchall()]

    def __iter__(self) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        return iter(self.fetchall())

    def _names(self) -> list[str]:
        return [column.name for column in self.description or ()]


class Database:
    """Hands out its one connection, to one thread at a time: who sends several messages at once takes turns with it."""

    def __init__(self, config: DatabaseConfig, application_name: str) -> None:
        self._config = config
        self._application_name = application_name
        self._connection: Connection | None = None
        self._turn = RLock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Commits when the block ends, rolls back when it raises.

        Raises ``DatabaseUnavailable`` when PostgreSQL can't be reached or gives up (a retry may mend it), and
        ``StatementRefused`` when it refuses a statement. Neither carries values: the driver's own errors may.
        """
        with self._translated():
            connection = self._alive()
            with connection:
                yield connection

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """No transaction: each statement is one round trip. Raises what ``transaction`` does."""
        with self._translated():
            connection = self._alive()
            connection.autocommit = True
            try:
                yield connection
            finally:
                if not connection.closed:
                    connection.autocommit = False

    @contextmanager
    def _translated(self) -> Iterator[None]:
        with self._turn:
            try:
                yield
            except (psycopg2.OperationalError, psycopg2.InterfaceError, ReadOnlySqlTransaction) as error:
                self.close()
                raise DatabaseUnavailable(_name(error)) from None
            except psycopg2.Error as error:
                if type(error) is psycopg2.DatabaseError:  # libpq's own, without SQLSTATE: a server that goes
                    self.close()
                    raise DatabaseUnavailable(_name(error)) from None
                constraint = error.diag.constraint_name
                raise StatementRefused(" ".join(filter(None, (_name(error), constraint))), constraint) from None

    def close(self) -> None:
        """Closes the connection, if there is one; the next transaction opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _alive(self) -> Connection:
        if self._connection is not None and (self._connection.closed or self._has_hung_up(self._connection)):
            self.close()
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    @staticmethod
    def _has_hung_up(connection: Connection) -> bool:
        # An idle server has nothing to say: if there is something to read, it is its goodbye. Costs no round trip.
        return bool(select.select([connection.fileno()], [], [], 0)[0])

    def _connect(self) -> Connection:
        options: dict[str, Any] = {
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "application_name": self._application_name,
            "cursor_factory": DictionaryCursor,
        }
        config = self._config
        if config.sslrootcert:
            options["sslrootcert"] = config.sslrootcert
        connection: Connection = psycopg2.connect(
            host=config.host,
            port=config.port,
            dbname=config.name,
            user=config.user,
            password=config.password_now(datetime.now(UTC)),
            sslmode=config.sslmode,
            **options,
        )
        return connection


def _name(error: psycopg2.Error) -> str:
    return f"{type(error).__name__} {error.pgcode or 'without SQLSTATE'}"
