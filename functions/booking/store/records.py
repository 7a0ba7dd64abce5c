"""The records of clients who come by themselves. Personal data: never log it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking.codes import ConsentKind
from booking.store.queries import Queries

queries = Queries(__name__)

Row = dict[str, Any]


class Records:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def own(self, sub: str) -> Row | None:
        """The record of whoever has this login, with the consents that hold."""
        row = queries.own_record(self._connection, sub=sub)
        return row and dict(row)

    def lock_own(self, sub: str) -> Row | None:
        """The same, which nobody else changes until the end of the transaction."""
        queries.lock_own(self._connection, sub=sub)
        return self.own(sub)

    def lock_login(self, sub: str) -> None:
        """Two calls with one login make one record: the second waits for the end of the first one's transaction."""
        queries.lock_login(self._connection, sub=sub)

    def lock_invited(self, address: str) -> list[UUID]:
        """Records whose owner was invited at this mailbox (in lower case) and nobody has taken over; two at most."""
        return [row["id"] for row in queries.lock_invited(self._connection, address=address)]

    def claim(self, client_id: UUID, sub: str) -> None:
        """The record is whose login this is; its invitation is used."""
        queries.claim(self._connection, client_id=client_id, sub=sub)

    def withdraw_invitation(self, client_id: UUID, *, login_was_taken: bool) -> None:
        """Nobody takes the record over by it any more, unless it still goes to the client's own address."""
        queries.withdraw_invitation(self._connection, client_id=client_id, login_was_taken=login_was_taken)

    def add_own(self, client_id: UUID, sub: str, own: Row) -> None:
        queries.add_own(self._connection, id=client_id, sub=sub, **own)

    def change_own(self, client_id: UUID, own: Row) -> None:
        queries.change_own(self._connection, id=client_id, **own)

    def is_self_made(self, client_id: UUID) -> bool:
        """Whether the client has made the record, not staff."""
        return bool(queries.is_self_made(self._connection, client_id=client_id))

    def confirm(self, client_id: UUID, now: datetime) -> bool:
        """False: staff had confirmed the person before."""
        return bool(queries.confirm(self._connection, client_id=client_id, now=now))

    def put_consents(
        self, client_id: UUID, versions: Mapping[ConsentKind, str | None] | None, said_by: str, now: datetime
    ) -> None:
        """Records what was agreed to and taken back since the last time. None: only what the contacts say is known.

        ``said_by``: client or staff.
        """
        named = versions or {}
        queries.put_consents(
            self._connection,
            client_id=client_id,
            kinds=[str(kind) for kind in named],
            versions=list(named.values()),
            are_all=versions is not None,
            said_by=said_by,
            now=now,
        )

    def alike(self, client_id: UUID) -> dict[UUID, list[str]]:
        """Records that may be of the same person, and what they have in common; most first."""
        return {row["id"]: row["because"] for row in queries.alike(self._connection, client_id=client_id)}

    def lock_to_merge(self, client_ids: list[UUID]) -> dict[UUID, Row]:
        """Those of the records that are still somebody's. Nobody books for them until the end of the transaction."""
        found = queries.lock_to_merge(self._connection, client_ids=client_ids)
        return {row["id"]: dict(row) for row in found}

    def overlapping(self, client_id: UUID, duplicate_id: UUID) -> list[Row]:
        """Sessions of both at one time."""
        found = queries.overlapping(self._connection, client_id=client_id, duplicate_id=duplicate_id)
        return [dict(row) for row in found]

    def merge(self, client_id: UUID, duplicate: Row, now: datetime) -> None:
        """What the duplicate has becomes the client's, its login and its being confirmed too."""
        ids = {"client_id": client_id, "duplicate_id": duplicate["id"]}
        queries.merge(self._connection, **ids, now=now)
        queries.end_merged(self._connection, **ids)
        queries.continue_merged(
            self._connection,
            client_id=client_id,
            user_sub=duplicate["user_sub"],
            created_at=duplicate["created_at"],
            is_discreet=duplicate["discreet"],
            is_confirmed=duplicate["confirmed_at"] is not None,
            now=now,
        )
