"""The wait list: its entries, and the offers that are made to them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.model import UNANSWERED_OFFERS_MAX, OfferAnswer, Outcome, Reason, Session, Span, WaitingStatus
from booking.store.queries import queries
from booking.zones import zone_of

OFFERS_SHOWN = 10
"""So many offers of an entry are listed, the newest; all are counted."""

OPEN_OFFERS_MAX = 2
"""So much time may be held for one client at once, however many entries they have."""

OFFERS_SWEEP = "offers"

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


class Waiting(NamedTuple):
    """An entry that an offer may be made to."""

    entry_id: str
    client_id: UUID
    service_id: UUID
    therapist_id: UUID | None
    requested_by: str
    created_at: datetime
    windows: tuple[Span, ...]
    busy: tuple[Span, ...]  # sessions the client has
    refused: Mapping[UUID, tuple[Span, ...]]  # offered before, by therapist
    limit: timedelta  # how long an offer may be thought about


class NewOffer(NamedTuple):
    """A session that is offered to an entry."""

    booking_id: str
    entry: Waiting
    session: Session
    expires_at: datetime
    execution: str


class OfferView(NamedTuple):
    """One offer, with whom it belongs to. Instants in UTC."""

    booking_id: str
    entry_id: str
    therapist_id: UUID
    service_id: UUID
    client_id: UUID
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo  # the therapist's
    expires_at: datetime
    answer: OfferAnswer | None
    answered_by: str | None
    outcome: Outcome | None
    task_token: str | None
    requested_by: str
    client_sub: str | None
    therapist_sub: str | None


class Waitlist:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- Entries ----------------------------------------------------------------------------------------------------

    def waiting_entries(self, client_id: UUID, therapist_id: UUID | None) -> int:
        """How many entries a client has; nobody else adds one until the end of the transaction."""
        queries.lock_who_waits(self._connection, client_id=client_id, therapist_id=therapist_id)
        return int(queries.waiting_entries(self._connection, client_id=client_id))

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
        chosen = {**nothing, "offers_shown": OFFERS_SHOWN, **chosen}
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

    # -- Sweeps -----------------------------------------------------------------------------------------------------

    def close_past_entries(self, now: datetime) -> int:
        """Entries whose last time has come are over; returns how many."""
        return int(queries.close_past_entries(self._connection, now=now))

    def who_waits(
        self,
        now: datetime,
        after: tuple[datetime, str] | None,
        limit: int,
        until: tuple[datetime, str] | None = None,
    ) -> list[Waiting]:
        """Entries that an offer may be made to, first come first, after one and until another (included)."""
        return self._waiting(now, limit, after=after, until=until)

    def still_waiting(self, entry_id: str, now: datetime, therapist_id: UUID | None = None) -> Waiting | None:
        """The entry as it is once it is locked (see ``lock_entry``), or None: it waits no more."""
        self.lock_entry(entry_id, therapist_id)
        return next(iter(self._waiting(now, 1, entry_id)), None)

    def _waiting(
        self,
        now: datetime,
        limit: int,
        entry_id: str | None = None,
        after: tuple[datetime, str] | None = None,
        until: tuple[datetime, str] | None = None,
    ) -> list[Waiting]:
        (after_time, after_id), (until_time, until_id) = after or (None, None), until or (None, None)
        found = queries.who_waits(
            self._connection,
            now=now,
            entry_id=entry_id,
            after_time=after_time,
            after_id=after_id,
            until_time=until_time,
            until_id=until_id,
            open_max=OPEN_OFFERS_MAX,
            limit=limit,
        )
        return [_waiting(row) for row in found]

    def stopped_at(self) -> tuple[datetime, str] | None:
        """The entry that the last sweep looked at last, by its time and id. None: it came to the end."""
        row = queries.sweep_stopped_at(self._connection, name=OFFERS_SWEEP)
        return row and (row["after_time"].astimezone(UTC), row["after_id"])

    def stop_at(self, place: tuple[datetime, str] | None) -> None:
        """Keeps where a sweep had to stop, for the next one to go on; None: it came to the end."""
        if place is None:
            queries.sweep_is_complete(self._connection, name=OFFERS_SWEEP)
        else:
            queries.stop_sweep(self._connection, name=OFFERS_SWEEP, after_time=place[0], after_id=place[1])

    def hold(self, offer: NewOffer) -> bool:
        """Holds the time for the client, with the offer and its message. False: someone was faster."""
        session = offer.session._asdict()
        request = {
            "therapist_id": str(offer.session.therapist_id),
            "service_id": str(offer.session.service_id),
            "client_id": str(offer.session.client_id),
            "starts_at": offer.session.starts_at.isoformat(),
        }
        return bool(
            queries.hold(
                self._connection,
                entry_id=offer.entry.entry_id,
                booking_id=offer.booking_id,
                request=Json(request),
                requested_by=offer.entry.requested_by,
                expires_at=offer.expires_at,
                execution=offer.execution,
                **session,
            )
        )

    def not_waited_for(self, now: datetime) -> list[tuple[str, timedelta]]:
        """Open offers whose workflow does not wait for the answer yet, with how long it will."""
        found = queries.offers_not_waited_for(self._connection, now=now)
        return [(row["booking_id"], timedelta(minutes=row["offer_minutes"])) for row in found]

    def overdue(self, expired_before: datetime, answered_before: datetime) -> list[str]:
        """Open offers that expired, or were answered, before then."""
        found = queries.overdue_offers(self._connection, expired_before=expired_before, answered_before=answered_before)
        return [row["booking_id"] for row in found]

    def untold(self, answered_after: datetime, answered_before: datetime) -> list[str]:
        """Offers that were accepted then, and of which somebody has not been told."""
        found = queries.untold_offers(self._connection, answered_after=answered_after, answered_before=answered_before)
        return [row["booking_id"] for row in found]

    # -- Offers -----------------------------------------------------------------------------------------------------

    def offer(self, booking_id: str, *, lock: bool = False) -> OfferView | None:
        """One offer; ``lock``: nobody else answers or settles it until the end of the transaction."""
        if lock:
            queries.lock_offer(self._connection, booking_id=booking_id)
        row = queries.offer(self._connection, booking_id=booking_id)
        return None if row is None else _offer(row)

    def keep_token(self, booking_id: str, task_token: str) -> None:
        """The token of the task that waits for the answer, in place of an earlier attempt's."""
        queries.keep_token(self._connection, booking_id=booking_id, task_token=task_token)

    def answer(self, booking_id: str, answer: OfferAnswer, answered_by: str, now: datetime) -> None:
        """Keeps the first answer."""
        queries.answer_offer(self._connection, booking_id=booking_id, answer=answer, answered_by=answered_by, now=now)

    def take(self, booking_id: str, actor: str, execution: str) -> None:
        """What was held is booked, and its messages are in the ledger."""
        queries.take_offer(self._connection, booking_id=booking_id, actor=actor, execution=execution)

    def release(self, booking_id: str, outcome: Outcome, reason: Reason, actor: str, execution: str) -> None:
        """What was held is free again."""
        queries.release_offer(
            self._connection,
            booking_id=booking_id,
            outcome=outcome,
            reasons=Json([reason._asdict()]),
            actor=actor,
            execution=execution,
            unanswered_max=UNANSWERED_OFFERS_MAX,
        )


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


def _waiting(row: dict[str, Any]) -> Waiting:
    refused: dict[UUID, tuple[Span, ...]] = {}
    for therapist_id, start, end in row["refused"] or ():
        known = refused.get(UUID(therapist_id), ())
        refused[UUID(therapist_id)] = (*known, _span(start, end))
    return Waiting(
        entry_id=row["id"],
        client_id=row["client_id"],
        service_id=row["service_id"],
        therapist_id=row["therapist_id"],
        requested_by=row["requested_by"],
        created_at=row["created_at"].astimezone(UTC),
        windows=_spans(row["windows"]),
        busy=_spans(row["busy"] or ()),
        refused=refused,
        limit=timedelta(minutes=row["offer_minutes"]),
    )


def _offer(row: dict[str, Any]) -> OfferView:
    return OfferView(
        booking_id=row["booking_id"],
        entry_id=row["entry_id"],
        therapist_id=row["therapist_id"],
        service_id=row["service_id"],
        client_id=row["client_id"],
        starts_at=row["starts_at"].astimezone(UTC),
        ends_at=row["ends_at"].astimezone(UTC),
        zone=zone_of(row["time_zone"], f"booking {row['booking_id']}"),
        expires_at=row["expires_at"].astimezone(UTC),
        answer=row["answer"] and OfferAnswer(row["answer"]),
        answered_by=row["answered_by"],
        outcome=row["outcome"] and Outcome(row["outcome"]),
        task_token=row["task_token"],
        requested_by=row["requested_by"],
        client_sub=row["client_sub"],
        therapist_sub=row["therapist_sub"],
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _spans(pairs: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(_span(*pair) for pair in pairs)


def _span(start: int, end: int) -> Span:
    return datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)
