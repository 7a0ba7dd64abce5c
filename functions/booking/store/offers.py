"""Offers of the wait list: who may be made one, what is held, and what became of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.codes import OfferAnswer, Outcome, PaymentRule
from booking.model import UNANSWERED_OFFERS_MAX, Reason, Session, Span
from booking.store.queries import Queries
from booking.zones import zone_of

queries = Queries(__name__)

OPEN_OFFERS_MAX = 2
"""So much time may be held for one client at once, however many entries they have."""

OFFERS_SWEEP = "offers"


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
    offered_before: Mapping[UUID, tuple[Span, ...]]  # sessions to come that were not accepted, by therapist
    limit: timedelta  # how long an offer may be thought about
    zone: ZoneInfo  # the client's


class NewOffer(NamedTuple):
    """A session that is offered to an entry."""

    entry: Waiting
    session: Session  # its booking's id is the offer's
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
    payment: PaymentRule
    client_sub: str | None
    therapist_sub: str | None


class Offers:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- Sweeps -----------------------------------------------------------------------------------------------------

    def entries_to_offer(
        self,
        now: datetime,
        after: tuple[datetime, str] | None,
        limit: int,
        until: tuple[datetime, str] | None = None,
    ) -> list[Waiting]:
        """Entries that an offer may be made to, first come first, after one and until another (included)."""
        return self._waiting(now, limit, after=after, until=until)

    def entry_to_offer(self, entry_id: str, now: datetime) -> Waiting | None:
        """The entry, or None when no offer may be made to it (any more)."""
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
        found = queries.entries_to_offer(
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
        """Holds the time for the client, with the offer and its notifications. False: someone was faster."""
        session = offer.session
        request = {
            "therapist_id": str(session.therapist_id),
            "service_id": str(session.service_id),
            "client_id": str(session.client_id),
            "starts_at": session.starts_at.isoformat(),
        }
        return bool(
            queries.hold(
                self._connection,
                entry_id=offer.entry.entry_id,
                booking_id=session.booking_id,
                therapist_id=session.therapist_id,
                service_id=session.service_id,
                client_id=session.client_id,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                occupied_from=session.occupied_from,
                occupied_until=session.occupied_until,
                day=session.day,
                request=Json(request),
                requested_by=offer.entry.requested_by,
                expires_at=offer.expires_at,
                execution=offer.execution,
            )
        )

    def without_token(self, now: datetime) -> list[tuple[str, timedelta]]:
        """Open offers whose workflow does not wait for the answer yet, with how long it will."""
        found = queries.offers_without_token(self._connection, now=now)
        return [(row["booking_id"], row["expires_at"].astimezone(UTC) - now) for row in found]

    def overdue(self, expired_before: datetime, answered_before: datetime) -> list[str]:
        """Open offers that expired, or were answered, before then."""
        found = queries.overdue_offers(self._connection, expired_before=expired_before, answered_before=answered_before)
        return [row["booking_id"] for row in found]

    def accepted_with_queued_notifications(self, answered_after: datetime, answered_before: datetime) -> list[str]:
        """Offers that were accepted then, and of which somebody has not been told."""
        found = queries.accepted_offers_with_queued_notifications(
            self._connection, answered_after=answered_after, answered_before=answered_before
        )
        return [row["booking_id"] for row in found]

    # -- One offer --------------------------------------------------------------------------------------------------

    def lock_offer(self, booking_id: str) -> OfferView | None:
        """One offer, which nobody else answers or settles until the end of the transaction."""
        queries.lock_offer(self._connection, booking_id=booking_id)
        return self.get(booking_id)

    def get(self, booking_id: str) -> OfferView | None:
        """One offer, or None when there is none."""
        row = queries.offer(self._connection, booking_id=booking_id)
        return None if row is None else _offer(row)

    def keep_token(self, booking_id: str, task_token: str) -> None:
        """The token of the task that waits for the answer, in place of an earlier attempt's."""
        queries.keep_token(self._connection, booking_id=booking_id, task_token=task_token)

    def answer(self, booking_id: str, answer: OfferAnswer, answered_by: str, now: datetime) -> None:
        """Keeps the first answer."""
        queries.answer_offer(self._connection, booking_id=booking_id, answer=answer, answered_by=answered_by, now=now)

    def take(self, booking_id: str, actor: str, execution: str) -> None:
        """What was held is booked, and its notifications are in the ledger."""
        queries.take_offer(self._connection, booking_id=booking_id, actor=actor, execution=execution)

    def accept(self, booking_id: str) -> None:
        """What is held was accepted, and is held on for its payment."""
        queries.accept_offer(self._connection, booking_id=booking_id)

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


def _waiting(row: dict[str, Any]) -> Waiting:
    offered_before: dict[UUID, tuple[Span, ...]] = {}
    for therapist_id, start, end in row["offered_before"] or ():
        known = offered_before.get(UUID(therapist_id), ())
        offered_before[UUID(therapist_id)] = (*known, _span(start, end))
    return Waiting(
        entry_id=row["id"],
        client_id=row["client_id"],
        service_id=row["service_id"],
        therapist_id=row["therapist_id"],
        requested_by=row["requested_by"],
        created_at=row["created_at"].astimezone(UTC),
        windows=_spans(row["windows"]),
        busy=_spans(row["busy"] or ()),
        offered_before=offered_before,
        limit=timedelta(minutes=row["offer_minutes"]),
        zone=zone_of(row["time_zone"], f"client {row['client_id']}"),
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
        payment=PaymentRule(row["payment"]),
        client_sub=row["client_sub"],
        therapist_sub=row["therapist_sub"],
    )


def _spans(pairs: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(_span(*pair) for pair in pairs)


def _span(start: int, end: int) -> Span:
    return datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)
