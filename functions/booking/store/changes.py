"""Cancelling and moving bookings."""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.codes import (
    Awaits,
    BookingStatus,
    LateCancellation,
    NotificationEvent,
    Outcome,
    PaymentRule,
    ReasonCode,
    Scope,
)
from booking.model import Notification, Obstacles, Parties, Reason, RequestText, Session, SubmittedChange
from booking.store.queries import Queries
from booking.store.rows import Row, parties_of, queued, reasons_of, session_of, set_aside

queries = Queries(__name__)


class SessionLeft(NamedTuple):
    """A session that a change was meant for and did not touch, and why."""

    booking_id: str
    reasons: list[Reason]


class Change(NamedTuple):
    """What was asked under an id, and what became of it."""

    kind: str
    booking_id: str
    text: RequestText
    requested_by: str
    outcome: Outcome
    reasons: list[Reason]
    booking_ids: list[str]
    sessions_left: list[SessionLeft]

    def answers(self, submitted: SubmittedChange) -> bool:
        """Whether this was decided for the same request of the same person."""
        return (self.kind, self.booking_id, self.text, self.requested_by) == (
            *(submitted.kind, submitted.booking_id, submitted.text, submitted.requested_by),
        )


class KeyConflict(NamedTuple):
    """A change that was asked for with a key that named another one."""

    kind: str
    booking_id: str


class SessionToChange(NamedTuple):
    """A session that may be cancelled or moved, with whose it is and its own deadline."""

    session: Session
    series_id: str | None
    status: BookingStatus
    free_until: timedelta  # before the start
    late_cancellation: LateCancellation
    parties: Parties
    payment: PaymentRule
    awaits: Awaits | None  # what it is held for, if it is held for its client's request

    @classmethod
    def of(cls, row: Row) -> "SessionToChange":
        return cls(
            session=session_of(row),
            series_id=row["series_id"],
            status=BookingStatus(row["status"]),
            free_until=timedelta(minutes=row["free_cancellation_minutes"] or 0),
            late_cancellation=LateCancellation(row["late_cancellation"] or LateCancellation.ALLOWED),
            parties=parties_of(row),
            payment=PaymentRule(row["payment"]),
            awaits=row["awaits"] and Awaits(row["awaits"]),
        )

    @property
    def hold_id(self) -> str:
        """Under which id it is held: its own, or that of its series."""
        return self.series_id or self.session.booking_id


class BookingToChange(NamedTuple):
    """A booking that may be cancelled or moved. ``session`` None: what was asked for was none, or was cancelled before
    it was decided."""

    booking_id: str
    status: BookingStatus
    series_id: str | None
    parties: Parties
    session: SessionToChange | None


class Changes:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock_change(self, change_id: str) -> Change | None:
        """What was decided for this id before, or None; nobody else decides it until the end of the transaction."""
        queries.lock_change(self._connection, change_id=change_id)
        return self.get(change_id)

    def get(self, change_id: str) -> Change | None:
        """The change, or None when nothing has been decided for this id."""
        row = queries.change(self._connection, change_id=change_id)
        if row is None:
            return None
        return Change(
            kind=row["kind"],
            booking_id=row["booking_id"],
            text=row["request"],
            requested_by=row["requested_by"],
            outcome=Outcome(row["outcome"]),
            reasons=reasons_of(row["reasons"]),
            booking_ids=row["booking_ids"],
            sessions_left=[
                SessionLeft(each["booking_id"], reasons_of(each["reasons"])) for each in row["sessions_left"]
            ],
        )

    def key_conflict(
        self, change_id: str, kind: str | None, requested_by: str, *, everyone: bool
    ) -> KeyConflict | None:
        """What somebody asked last with a key that named another change, or None. ``everyone``: or anybody else."""
        row = queries.change_key_conflict(
            self._connection, kind=kind, key=change_id, requested_by=requested_by, everyone=everyone
        )
        return None if row is None else KeyConflict(row["kind"], row["booking_id"])

    def record_key_conflict(self, submitted: SubmittedChange) -> None:
        """Keeps that the key named another change; once for each execution."""
        queries.record_change_key_conflict(
            self._connection,
            kind=submitted.kind,
            key=submitted.change_id,
            booking_id=submitted.booking_id,
            request=Json(submitted.text),
            requested_by=submitted.requested_by,
            execution=submitted.execution,
        )

    def parties(self, booking_ids: Sequence[str]) -> dict[str, Parties]:
        """Whose these bookings are, by their ids."""
        found = queries.parties_of(self._connection, booking_ids=list(booking_ids))
        return {row["booking_id"]: parties_of(row) for row in found}

    def booking(self, booking_id: str) -> BookingToChange | None:
        """The booking that is to be changed, or None when there is no row."""
        row = queries.booking_to_change(self._connection, booking_id=booking_id)
        if row is None:
            return None
        return BookingToChange(
            booking_id=row["id"],
            status=BookingStatus(row["status"]),
            series_id=row["series_id"],
            parties=parties_of(row),
            session=None if row["starts_at"] is None else SessionToChange.of(row),
        )

    def record(
        self,
        submitted: SubmittedChange,
        outcome: Outcome,
        reasons: Sequence[Reason] = (),
        booking_ids: Sequence[str] = (),
        sessions_left: Sequence[SessionLeft] = (),
        moved_from: datetime | None = None,
    ) -> None:
        """Keeps what became of it; once."""
        queries.record_change(
            self._connection,
            change_id=submitted.change_id,
            kind=submitted.kind,
            booking_id=submitted.booking_id,
            request=Json(submitted.text),
            requested_by=submitted.requested_by,
            outcome=outcome,
            reasons=Json([reason._asdict() for reason in reasons]),
            booking_ids=list(booking_ids),
            sessions_left=Json(
                [
                    {"booking_id": each.booking_id, "reasons": [reason._asdict() for reason in each.reasons]}
                    for each in sessions_left
                ]
            ),
            moved_from=moved_from,
        )

    # -- Cancelling -------------------------------------------------------------------------------------------------

    def cancel_undecided(self, booking_id: str, request: dict[str, str], requested_by: str) -> bool:
        """Takes the id of a request that has no row yet. False: it has one by now."""
        is_series = "recurrence" in request
        inserted: int = queries.cancel_undecided(
            self._connection,
            booking_id=booking_id,
            request=Json(request),
            requested_by=requested_by,
            series_id=booking_id if is_series else None,
            occurrence=1 if is_series else None,
        )
        return inserted > 0

    def lock_sessions_to_cancel(
        self, booking: BookingToChange, session: Session, scope: Scope
    ) -> list[SessionToChange]:
        """The sessions that are meant, in order; nobody else changes them until the end of the transaction."""
        queries.lock_for_cancellation(self._connection, therapist_id=session.therapist_id, client_id=session.client_id)
        found = queries.lock_sessions_to_cancel(
            self._connection,
            booking_id=booking.booking_id,
            series_id=booking.series_id,
            scope=scope if booking.series_id is not None else Scope.ONE,
        )
        return [
            SessionToChange.of(row)
            for row in sorted(found, key=lambda row: row["occurrence"] or 0)
            if row["starts_at"] is not None
        ]

    def cancel(
        self, submitted: SubmittedChange, booking_ids: Sequence[str], late_ids: Sequence[str]
    ) -> list[Notification]:
        """Frees their time and enters the notifications. ``late_ids``: those that are cancelled late."""
        found = queries.cancel(
            self._connection,
            booking_ids=list(booking_ids),
            late_ids=list(late_ids),
            change_id=submitted.change_id,
            actor=submitted.requested_by,
            execution=submitted.execution,
        )
        notifications = [queued(NotificationEvent.BOOKING_CANCELLED, row) for row in found]
        return sorted(notifications, key=lambda each: (each.recipient, each.channel))

    # -- Moving -----------------------------------------------------------------------------------------------------

    def lock_for_move(self, therapist_ids: Sequence[UUID], client_id: UUID) -> None:
        """Until the end of the transaction nobody else takes, leaves or moves time of theirs."""
        queries.lock_for_move(self._connection, therapist_ids=list(therapist_ids), client_id=client_id)

    def obstacles(self, booking_id: str, session: Session) -> Obstacles:
        """What stands in the way of a booking's new time, itself aside."""
        row = queries.obstacles_to_move(
            self._connection, booking_id=booking_id, client_id=session.client_id, **_times(session)
        )
        return Obstacles(False, row["therapist_busy"], row["client_busy"], row["therapist_away"], bool(row["day_full"]))

    def move(
        self,
        submitted: SubmittedChange,
        session: Session,
        moved_from: datetime,
        therapist_before: UUID,
        overrides: Set[ReasonCode] = frozenset(),
    ) -> list[Notification] | None:
        """Gives the booking its new time and enters the notifications. None: it stood no longer; nothing happened.

        ``overrides``: what may be set aside.
        """
        row = queries.move(
            self._connection,
            booking_id=submitted.booking_id,
            change_id=submitted.change_id,
            actor=submitted.requested_by,
            execution=submitted.execution,
            moved_from=moved_from,
            therapist_before=therapist_before,
            overrides=set_aside(session, overrides),
            **_times(session),
        )
        if not row["is_moved"]:
            return None
        return [queued(NotificationEvent(each["event"]), each) for each in row["notifications"]]


def _times(session: Session) -> dict[str, Any]:
    """A booking's new time, as parameters."""
    return {
        "therapist_id": session.therapist_id,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "occupied_from": session.occupied_from,
        "occupied_until": session.occupied_until,
        "day": session.day,
    }
