"""The only package that speaks SQL: the named queries of ``sql/*.sql``, with rows turned into the model's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2.extensions import connection as Connection

from booking.database import Database
from booking.store.bookings import Bookings
from booking.store.calendars import Calendars
from booking.store.changes import Changes
from booking.store.history import History
from booking.store.ledger import Ledger
from booking.store.people import People
from booking.store.queries import queries
from booking.store.reminders import Reminders
from booking.store.retention import Retention
from booking.store.waitlist import Waitlist


class Store:
    """One transaction's view of the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.bookings = Bookings(connection)
        self.calendars = Calendars(connection)
        self.changes = Changes(connection)
        self.history = History(connection)
        self.ledger = Ledger(connection)
        self.people = People(connection)
        self.reminders = Reminders(connection)
        self.retention = Retention(connection)
        self.waitlist = Waitlist(connection)

    def undo(self) -> None:
        """Rolls back what was done so far; what follows is a new transaction."""
        self._connection.rollback()

    def is_read_only(self) -> bool:
        """Whether this server takes no bookings."""
        return bool(queries.is_read_only(self._connection))

    def applied_migrations(self) -> list[str]:
        """The migrations the database has, by name."""
        return [row["migration_id"] for row in queries.applied_migrations(self._connection)]


class Stores:
    """Opens a ``Store`` for the length of a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def transaction(self) -> Iterator[Store]:
        """See ``Database.transaction`` for what it raises."""
        with self._database.transaction() as connection:
            yield Store(connection)

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """For a use case that asks once: no transaction around it, so a query is one round trip."""
        with self._database.autocommit() as connection:
            yield Store(connection)

    def close(self) -> None:
        """Closes the connection; the next transaction opens another."""
        self._database.close()
