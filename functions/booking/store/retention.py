"""What is kept of clients, and forgetting it. Personal data: never log it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking.store.queries import Queries

queries = Queries(__name__)


class Retention:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def file(self, client_id: UUID) -> dict[str, Any] | None:
        """All that is kept of one client, or None when there is no such client."""
        row = queries.client_file(self._connection, client_id=client_id)
        return row and dict(row["file"])

    def record(self, client_id: UUID, act: str, actor: str, reason: str, now: datetime) -> None:
        """Who exported or erased it, and why."""
        queries.record_client_act(self._connection, client_id=client_id, act=act, actor=actor, reason=reason, now=now)

    def lock_client(self, client_id: UUID) -> tuple[str | None, bool] | None:
        """The client's login, unless it is staff's, too, and whether they are erased already; None: there is no such
        client. Nobody books for them until the end of the transaction."""
        row = queries.lock_client_to_erase(self._connection, client_id=client_id)
        return row and (row["login_to_delete"], row["erased_at"] is not None)

    def count_sessions_to_come(self, client_id: UUID, now: datetime) -> int:
        """How many sessions are still to come."""
        return int(queries.count_sessions_to_come(self._connection, client_id=client_id, now=now))

    def erase(self, client_id: UUID, now: datetime) -> None:
        """Bookings keep their facts; who it was is gone."""
        queries.erase_client(self._connection, client_id=client_id, now=now)

    def lock_clients_to_forget(self, inactive_since: datetime, limit: int, client_id: UUID | None = None) -> list[UUID]:
        """Clients of whom nothing has happened since then, or this one of them; locked until the transaction's end."""
        found = queries.lock_clients_to_forget(
            self._connection, inactive_since=inactive_since, client_id=client_id, limit=limit
        )
        return [row["id"] for row in found]

    def logins_to_delete(self, limit: int) -> list[str]:
        """Logins of who was erased, by their ``sub``, which nobody has a record with."""
        return [row["sub"] for row in queries.logins_to_delete(self._connection, limit=limit)]

    def login_is_deleted(self, sub: str) -> None:
        """Nothing is left to do about it."""
        queries.login_is_deleted(self._connection, sub=sub)

    def forget_number_codes(self, sent_before: datetime) -> None:
        """Codes are counted for a day, and then of no use."""
        queries.forget_number_codes(self._connection, sent_before=sent_before)
