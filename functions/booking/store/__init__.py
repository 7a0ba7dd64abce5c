"""The only package that speaks SQL: the named queries of ``sql/*.sql``, with rows turned into the model's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from psycopg2.extensions import connection as Connection

from booking.database import Database
from booking.store.bookings import Bookings
from booking.store.history import History
from booking.store.ledger import Ledger
from booking.store.queries import queries

if TYPE_CHECKING:
    from booking.store.calendars import Calendars
    from booking.store.changes import Changes
    from booking.store.limits import Limits
    from booking.store.people import People
    from booking.store.reminders import Reminders
    from booking.store.retention import Retention
    from booking.store.waitlist import Waitlist


class Store:
    """One transaction's view of the database. Parts that few steps use are imported by those that do."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.bookings = Bookings(connection)
        self.history = History(connection)
        self.ledger = Ledger(connection)

    @cached_property
    def calendars(self) -> "Calendars":
        from booking.store.calendars import Calendars

        return Calendars(self._connection)

    @cached_property
    def changes(self) -> "Changes":
        from booking.store.changes import Changes

        return Changes(self._connection)

    @cached_property
    def limits(self) -> "Limits":
        from booking.store.limits import Limits

        return Limits(self._connection)

    @cached_property
    def people(self) -> "People":
        from booking.store.people import People

        return People(self._connection)

    @cached_property
    def reminders(self) -> "Reminders":
        from booking.store.reminders import Reminders

        return Reminders(self._connection)

    @cached_property
    def retention(self) -> "Retention":
        from booking.store.retention import Retention

        return Retention(self._connection)

    @cached_property
    def waitlist(self) -> "Waitlist":
        from booking.store.waitlist import Waitlist

        return Waitlist(self._connection)

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
