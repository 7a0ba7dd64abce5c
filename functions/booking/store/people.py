"""Therapists, services and clients, as rows in the words of their contracts. Personal data: never log it."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking.store.queries import Queries

queries = Queries(__name__)

Row = dict[str, Any]


class People:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def own_ids(self, sub: str) -> tuple[UUID | None, UUID | None]:
        """The therapist and the client who somebody is."""
        row = queries.own_ids(self._connection, sub=sub)
        return row["therapist_id"], row["client_id"]

    # -- Therapists -------------------------------------------------------------------------------------------------

    def therapists(self, after: UUID | None, limit: int) -> list[Row]:
        """A page, in order of their ids."""
        return _rows(queries.therapists(self._connection, id=None, after=after, limit=limit))

    def lock_therapist(self, therapist_id: UUID) -> Row | None:
        """One therapist, whom nobody else changes until the end of the transaction."""
        queries.lock_therapist(self._connection, id=therapist_id)
        return self.therapist(therapist_id)

    def therapist(self, therapist_id: UUID) -> Row | None:
        """One therapist."""
        return _one(queries.therapists(self._connection, id=therapist_id, after=None, limit=1))

    def add_therapist(self, row: Row, now: datetime) -> bool:
        """False: the id is taken."""
        if not queries.add_therapist(self._connection, **_columns(row)):
            return False
        self._put_parts_of_therapist(row, now)
        return True

    def change_therapist(self, row: Row, now: datetime) -> None:
        queries.change_therapist(self._connection, **_columns(row))
        self._put_parts_of_therapist(row, now)

    def unknown_services(self, services: list[UUID]) -> list[UUID]:
        """Those of the ids that name no service."""
        return [row["id"] for row in queries.unknown_services(self._connection, services=services)]

    def _put_parts_of_therapist(self, row: Row, now: datetime) -> None:
        queries.put_offered_services(self._connection, id=row["id"], services=row["services"])
        queries.put_therapist_contacts(self._connection, id=row["id"], now=now, **_contacts(row))

    # -- Services ---------------------------------------------------------------------------------------------------

    def services(self, after: UUID | None, limit: int) -> list[Row]:
        """A page, in order of their ids."""
        return _rows(queries.services(self._connection, id=None, after=after, limit=limit))

    def lock_service(self, service_id: UUID) -> Row | None:
        """One service, which nobody else changes until the end of the transaction."""
        queries.lock_service(self._connection, id=service_id)
        return self.service(service_id)

    def service(self, service_id: UUID) -> Row | None:
        """One service."""
        return _one(queries.services(self._connection, id=service_id, after=None, limit=1))

    def add_service(self, row: Row) -> bool:
        """False: the id is taken."""
        return bool(queries.add_service(self._connection, **_fees_apart(row)))

    def change_service(self, row: Row) -> None:
        queries.change_service(self._connection, **_fees_apart(row))

    # -- Clients ----------------------------------------------------------------------------------------------------

    def clients(
        self,
        visible: Row,
        after: UUID | None,
        limit: int,
        *,
        ids: Sequence[UUID] | None = None,
        confirmed: bool | None = None,
    ) -> list[Row]:
        """A page of those that ``visible`` lets a reader see, in order of their ids.

        Of these ids, and whom staff know or do not know; None: all.
        """
        chosen = {**_ALL, "ids": None if ids is None else list(ids), "confirmed": confirmed}
        return _rows(queries.clients(self._connection, after=after, limit=limit, **chosen, **visible))

    def found_clients(
        self, text: str, visible: Row, after: UUID | None, limit: int, *, ids: Sequence[UUID] | None = None
    ) -> list[Row]:
        """A page of those of whom each word of the text begins a word, in order of their ids; of these ids, or all."""
        words = sorted(queries.search_words(self._connection, text=text), key=len)
        if not words:
            return []
        *more, longest = words  # the rarest, most likely: the index is asked for it
        among = None if ids is None else list(ids)
        chosen = {**_ALL, "ids": among, "pattern": re.sub(r"([\\%_])", r"\\\1", longest) + "%", "more_words": more}
        return _rows(queries.clients(self._connection, after=after, limit=limit, **chosen, **visible))

    def lock_client(self, client_id: UUID, visible: Row) -> Row | None:
        """One client, if they are visible and not erased, whom nobody else changes until the end of the transaction."""
        if queries.lock_client(self._connection, id=client_id) is None:
            return None
        return self.client(client_id, visible)

    def client(self, client_id: UUID, visible: Row) -> Row | None:
        """One client, if they are visible."""
        chosen = {**_ALL, "id": client_id}
        return _one(queries.clients(self._connection, after=None, limit=1, **chosen, **visible))

    def add_client(self, row: Row, created_by: str, now: datetime) -> bool:
        """False: the id is taken."""
        if not queries.add_client(self._connection, created_by=created_by, **_columns(row)):
            return False
        self.put_client_contacts(row["id"], row["contacts"], now)
        return True

    def change_client(self, row: Row, now: datetime) -> None:
        queries.change_client(self._connection, **_columns(row))
        self.put_client_contacts(row["id"], row["contacts"], now)

    def put_client_contacts(self, client_id: UUID, contacts: list[Row], now: datetime) -> None:
        """All of a client's contacts, in place of those there were."""
        unproven = [contact["unproven"] for contact in contacts]
        columns = {**_contacts({"contacts": contacts}), "unproven": unproven}
        queries.put_client_contacts(self._connection, id=client_id, now=now, **columns)


_ALL: Row = {"id": None, "ids": None, "confirmed": None, "pattern": None, "more_words": None}
"""No client more than any other."""


def _columns(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("contacts", "services", "confirmed")}


def _contacts(row: Row) -> dict[str, list[Any]]:
    return {
        "channels": [contact["channel"] for contact in row["contacts"]],
        "addresses": [contact["address"] for contact in row["contacts"]],
        "consented": [contact["consented"] for contact in row["contacts"]],
        "muted": [",".join(contact.get("muted") or ()) for contact in row["contacts"]],
        "undeliverable": [contact.get("undeliverable") for contact in row["contacts"]],
    }


def _fees_apart(service: Row) -> Row:
    """A service's fees as its columns have them."""
    columns = dict(service)
    late, no_show = columns.pop("late_cancellation_fee"), columns.pop("no_show_fee")
    return {
        **columns,
        "late_fee_kind": late["kind"],
        "late_fee_value": late["value"],
        "no_show_fee_kind": no_show["kind"],
        "no_show_fee_value": no_show["value"],
    }


def _rows(found: Any) -> list[Row]:
    return [dict(row) for row in found]


def _one(found: Any) -> Row | None:
    return next(iter(_rows(found)), None)
