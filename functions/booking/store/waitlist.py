"""Entries of the wait list: who waits for what."""

from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.codes import OfferAnswer, Outcome, WaitingStatus
from booking.model import Span
from booking.store.queries import Queries

queries = Queries(__name__)

OFFERS_LISTED = 10
"""So many offers of an entry are listed, the newest; all are counted."""

EntryRequest = dict[str, Any]
"""What was asked for, as text."""


class NewEntry(NamedTuple):
    """Someone who joins: for whom, what, when, and who asked. Instants in UTC."""

    entry_id: str
    client_id: UUID
    service_id: UUID
    therapist_id: UUID | None
    windows: tuple[Span, ...]
    text: EntryRequest
    requested_by: str


class OfferSummary(NamedTuple):
    """One offer of an entry. Instants in UTC."""

    booking_id: str
    starts_at: datetime
    expires_at: datetime
    answer: OfferAnswer | None
    outcome: Outcome | None


class EntryView(NamedTuple):
    """One entry as its readers see it, with whom it belongs to."""

    entry_id: str
    status: WaitingStatus
    client_id: UUID
    service_id: UUID
    therapist_id: UUID | None
    windows: tuple[Span, ...]
    created_at: datetime
    paused_at: datetime | None  # since when it is made no offers
    offers_made: int
    offers: tuple[OfferSummary, ...]  # the newest of them, in order
    text: EntryRequest
    requested_by: str
    client_sub: str | None
    therapist_sub: str | None


class Waitlist:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock_and_count_waiting(self, client_id: UUID, therapist_id: UUID | None) -> int:
        """How many entries a client has; nobody else adds one until the end of the transaction."""
        queries.lock_to_join(self._connection, client_id=client_id, therapist_id=therapist_id)
        return int(queries.count_waiting_entries(self._connection, client_id=client_id))

    def needs_a_yes(self, service_id: UUID) -> bool:
        """Whether its therapist says yes to each session first."""
        return bool(queries.needs_a_yes(self._connection, service_id=service_id))

    def join(self, entry: NewEntry, now: datetime) -> bool:
        """False: the id is taken."""
        inserted: int = queries.join_waitlist(
            self._connection,
            entry_id=entry.entry_id,
            client_id=entry.client_id,
            service_id=entry.service_id,
            therapist_id=entry.therapist_id,
            starts=[start for start, _ in entry.windows],
            ends=[end for _, end in entry.windows],
            request=Json(entry.text),
            requested_by=entry.requested_by,
            now=now,
        )
        return inserted > 0

    def entry(self, entry_id: str) -> EntryView | None:
        """One entry, whoever it belongs to."""
        found = self._entries(entry_id=entry_id, everything=True, limit=1)
        return found[0] if found else None

    def page(
        self,
        status: WaitingStatus | None,
        own: dict[str, object],
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> list[EntryView]:
        """Those a reader may see (``own``: everything, own_therapist_id, own_client_id), first come first."""
        after_time, after_id = after or (None, None)
        return self._entries(status=status, after_time=after_time, after_id=after_id, limit=limit, **own)

    def _entries(self, **chosen: Any) -> list[EntryView]:
        nothing = dict.fromkeys(
            ("entry_id", "status", "own_therapist_id", "own_client_id", "after_time", "after_id"), None
        )
        chosen = {**nothing, "offers_listed": OFFERS_LISTED, **chosen}
        return [_entry(row) for row in queries.entries(self._connection, **chosen)]

    def lock_entry(self, entry_id: str, therapist_id: UUID | None = None) -> None:
        """Nobody else changes the entry, or makes its client an offer, until the end of the transaction.

        ``therapist_id``: nor books with this therapist, or changes them.
        """
        queries.lock_entry(self._connection, entry_id=entry_id, therapist_id=therapist_id)

    def resume(self, entry_id: str, *, all_of_client: bool) -> None:
        """The entry is made offers again, or all that its client waits for. The entry is locked."""
        queries.resume_offers(self._connection, entry_id=entry_id, all=all_of_client)

    def leave(self, entry_id: str) -> None:
        """Nothing happens when it does not wait any more."""
        queries.leave_waitlist(self._connection, entry_id=entry_id)

    def open_offer_of(self, entry_id: str) -> str | None:
        """The offer that is open, if one is."""
        row = queries.open_offer_of(self._connection, entry_id=entry_id)
        return row and str(row["booking_id"])

    def close_past_entries(self, now: datetime) -> int:
        """Entries whose last time has come are over; returns how many."""
        return int(queries.close_past_entries(self._connection, now=now))


def _entry(row: dict[str, Any]) -> EntryView:
    return EntryView(
        entry_id=row["id"],
        status=WaitingStatus(row["status"]),
        client_id=row["client_id"],
        service_id=row["service_id"],
        therapist_id=row["therapist_id"],
        windows=tuple((_instant(start), _instant(end)) for start, end in row["windows"]),
        created_at=row["created_at"].astimezone(UTC),
        paused_at=row["paused_at"] and row["paused_at"].astimezone(UTC),
        offers_made=row["offers_made"],
        offers=tuple(
            OfferSummary(
                booking_id=each["booking_id"],
                starts_at=_instant(each["starts_at"]),
                expires_at=_instant(each["expires_at"]),
                answer=each["answer"] and OfferAnswer(each["answer"]),
                outcome=each["outcome"] and Outcome(each["outcome"]),
            )
            for each in row["offers"]
        ),
        text=row["request"],
        requested_by=row["requested_by"],
        client_sub=row["client_sub"],
        therapist_sub=row["therapist_sub"],
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
