"""The only package that speaks SQL: each module has the queries of the file of ``sql/`` that is named like it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from psycopg2.extensions import connection as Connection

from booking.database import Database

if TYPE_CHECKING:
    from booking.store.absences import Absences
    from booking.store.attendance import Attendance
    from booking.store.booking_file import BookingFiles
    from booking.store.bookings import Bookings
    from booking.store.books import Books
    from booking.store.calendars import Calendars
    from booking.store.changes import Changes
    from booking.store.client_requests import ClientRequests
    from booking.store.finding import Finding
    from booking.store.health import Health
    from booking.store.history import History
    from booking.store.holds import Holds
    from booking.store.ledger import Ledger
    from booking.store.limits import Limits
    from booking.store.logins import Logins
    from booking.store.offers import Offers
    from booking.store.payments import Payments
    from booking.store.people import People
    from booking.store.practice import Practices
    from booking.store.proofs import Proofs
    from booking.store.records import Records
    from booking.store.reminders import Reminders
    from booking.store.reservations import Reservations
    from booking.store.retention import Retention
    from booking.store.waitlist import Waitlist
    from booking.store.wording import Wording
    from booking.store.words import Words


class Store:
    """One transaction's view of the database. A part is imported by who uses it: a step needs few of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def absences(self) -> "Absences":
        from booking.store.absences import Absences

        return Absences(self._connection)

    @cached_property
    def attendance(self) -> "Attendance":
        from booking.store.attendance import Attendance

        return Attendance(self._connection)

    @cached_property
    def booking_files(self) -> "BookingFiles":
        from booking.store.booking_file import BookingFiles

        return BookingFiles(self._connection)

    @cached_property
    def bookings(self) -> "Bookings":
        from booking.store.bookings import Bookings

        return Bookings(self._connection)

    @cached_property
    def books(self) -> "Books":
        from booking.store.books import Books

        return Books(self._connection)

    @cached_property
    def calendars(self) -> "Calendars":
        from booking.store.calendars import Calendars

        return Calendars(self._connection)

    @cached_property
    def changes(self) -> "Changes":
        from booking.store.changes import Changes

        return Changes(self._connection)

    @cached_property
    def client_requests(self) -> "ClientRequests":
        from booking.store.client_requests import ClientRequests

        return ClientRequests(self._connection)

    @cached_property
    def finding(self) -> "Finding":
        from booking.store.finding import Finding

        return Finding(self._connection)

    @cached_property
    def health(self) -> "Health":
        from booking.store.health import Health

        return Health(self._connection)

    @cached_property
    def history(self) -> "History":
        from booking.store.history import History

        return History(self._connection)

    @cached_property
    def holds(self) -> "Holds":
        from booking.store.holds import Holds

        return Holds(self._connection)

    @cached_property
    def ledger(self) -> "Ledger":
        from booking.store.ledger import Ledger

        return Ledger(self._connection)

    @cached_property
    def limits(self) -> "Limits":
        from booking.store.limits import Limits

        return Limits(self._connection)

    @cached_property
    def logins(self) -> "Logins":
        from booking.store.logins import Logins

        return Logins(self._connection)

    @cached_property
    def offers(self) -> "Offers":
        from booking.store.offers import Offers

        return Offers(self._connection)

    @cached_property
    def payments(self) -> "Payments":
        from booking.store.payments import Payments

        return Payments(self._connection)

    @cached_property
    def people(self) -> "People":
        from booking.store.people import People

        return People(self._connection)

    @cached_property
    def practice(self) -> "Practices":
        from booking.store.practice import Practices

        return Practices(self._connection)

    @cached_property
    def proofs(self) -> "Proofs":
        from booking.store.proofs import Proofs

        return Proofs(self._connection)

    @cached_property
    def records(self) -> "Records":
        from booking.store.records import Records

        return Records(self._connection)

    @cached_property
    def reminders(self) -> "Reminders":
        from booking.store.reminders import Reminders

        return Reminders(self._connection)

    @cached_property
    def reservations(self) -> "Reservations":
        from booking.store.reservations import Reservations

        return Reservations(self._connection)

    @cached_property
    def retention(self) -> "Retention":
        from booking.store.retention import Retention

        return Retention(self._connection)

    @cached_property
    def waitlist(self) -> "Waitlist":
        from booking.store.waitlist import Waitlist

        return Waitlist(self._connection)

    @cached_property
    def words(self) -> "Words":
        from booking.store.words import Words

        return Words(self._connection)

    @cached_property
    def wording(self) -> "Wording":
        from booking.store.wording import Wording

        return Wording(self._connection)

    def undo(self) -> None:
        """Rolls back what was done so far; what follows is a new transaction."""
        self._connection.rollback()


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
    def autocommit(self) -> Iterator[Store]:
        """No transaction around it: each statement is one of its own, and one round trip. To read, or to write once."""
        with self._database.autocommit() as connection:
            yield Store(connection)

    def close(self) -> None:
        """Closes the connection; the next transaction opens another."""
        self._database.close()
