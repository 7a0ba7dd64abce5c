"""What clients ask the practice to do with their data. A reason is an operator's free text: never log it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking.store.queries import Queries

queries = Queries(__name__)

Row = dict[str, Any]


class ClientRequests:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, client_id: UUID, kind: str, now: datetime) -> None:
        """One of a kind is open at a time: who asks again has asked already."""
        queries.ask(self._connection, client_id=client_id, kind=kind, now=now)

    def of_client(self, client_id: UUID) -> list[Row]:
        """The newest request of each kind."""
        return [dict(row) for row in queries.of_client(self._connection, client_id=client_id)]

    def get(self, request_id: UUID) -> Row | None:
        row = queries.request(self._connection, request_id=request_id)
        return row and dict(row)

    def lock_request(self, request_id: UUID) -> Row | None:
        """The same, which nobody else decides until the end of the transaction."""
        queries.lock_request(self._connection, request_id=request_id)
        return self.get(request_id)

    def page(self, *, only_open: bool, after: tuple[datetime, str] | None, limit: int) -> list[Row]:
        """Those that wait longest first, after the one named by its time and id."""
        after_time, after_id = after or (None, None)
        found = queries.page(
            self._connection, only_open=only_open, after_time=after_time, after_id=after_id, limit=limit
        )
        return [dict(row) for row in found]

    def decide(self, request_id: UUID, decision: str, actor: str, reason: str | None, now: datetime) -> None:
        queries.decide(self._connection, request_id=request_id, decision=decision, actor=actor, reason=reason, now=now)

    def may_have_export(self, client_id: UUID, since: datetime) -> bool:
        """Whether an operator has granted it since then."""
        return bool(queries.may_have_export(self._connection, client_id=client_id, since=since))
