"""Whether this database can serve."""

from psycopg2.extensions import connection as Connection

from booking.store.queries import Queries

queries = Queries(__name__)


class Health:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_read_only(self) -> bool:
        """Whether this server takes no bookings."""
        return bool(queries.is_read_only(self._connection))

    def applied_migrations(self) -> list[str]:
        """The migrations the database has, by name."""
        return [row["migration_id"] for row in queries.applied_migrations(self._connection)]
