"""Cancelling and moving bookings."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.model import BookingStatus, LateCancellation, Obstacles, Outcome, Reason, Scope, Session, Span
from booking.store.ledger import NewNotification
from booking.store.queries import Queries
from booking.store.rows import reasons_of

queries = Queries(__name__)


class AskedChange(NamedTuple):
    """Who asked for which change of which booking, under which id, in which execution."""

    change_id: str
    kind: str
    booking_id: str
    text: dict[str, str]
    requested_by: str
    execution: str


class SessionLeft(NamedTuple):
    """A session that a change was meant for and did not touch, and why."""

    booking_id: str
    reasons: list[Reason]


class Change(NamedTuple):
    """What was asked under an id, and what became of it."""

    kind: str
    booking_id: str
    text: dict[str, str]
    requested_by: str
    outcome: Outcome
    reasons: list[Reason]
    booking_ids: list[str]
    sessions_left: list[SessionLeft]

    def answers(self, asked: AskedChange) -> bool:
        """Whether this was decided for the same request of the same person."""
        return (self.kind, self.booking_id, self.text, self.requested_by) == (
            *(asked.kind, asked.booking_id, asked.text, asked.requested_by),
        )


class Standing(NamedTuple):
    """A session that a cancellation means, with whose it is and its own deadline. The start is in UTC."""

    booking_id: str
    status: BookingStatus
    starts_at: datetime
    client_sub: str | None
    therapist_sub: str | None
    free_until: timedelta  # before the start
    late_cancellation: LateCancellation


class KeyConflict(NamedTuple):
    """A change that was asked for with a key that named another one."""

    kind: str
    booking_id: str


class Parties(NamedTuple):
    """Whose a booking is: subs, None where there is no login."""

    client_sub: str | None
    therapist_sub: str | None


class BookingToChange(NamedTuple):
    """What decides whether, and by whom, a booking may be cancelled or moved. The start is in UTC."""

    booking_id: str
    status: BookingStatus
    series_id: str | None
    therapist_id: UUID | None
    service_id: UUID | None
    client_id: UUID | None
    during: Span | None
    occupied: Span | None  # with the buffers it was booked with
    free_until: timedelta  # before the start
    late_cancellation: LateCancellation
    requested_by: str
    client_sub: str | None
    therapist_sub: str | None

    @property
    def starts_at(self) -> datetime | None:
        return self.during and self.during[0]


class Changes:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def decided(self, asked: AskedChange) -> Change | None:
        """What was decided for this id before, or None; nobody else decides it until the end of the transaction."""
        queries.lock_change(self._connection, change_id=asked.change_id)
        return self.get(asked.change_id)

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

    def record_key_conflict(self, asked: AskedChange) -> None:
        """Keeps that the key named another change; once for each execution."""
        queries.record_change_key_conflict(
            self._connection,
            kind=asked.kind,
            key=asked.change_id,
            booking_id=asked.booking_id,
            request=Json(asked.text),
            requested_by=asked.requested_by,
            execution=asked.execution,
        )

    def parties(self, booking_ids: Sequence[str]) -> dict[str, Parties]:
        """Whose these bookings are, by their ids."""
        found = queries.parties_of(self._connection, booking_ids=list(booking_ids))
        return {row["booking_id"]: Parties(row["client_sub"], row["therapist_sub"]) for row in found}

    def booking(self, booking_id: str) -> BookingToChange | None:
        """The booking that is to be changed, or None when there is no row."""
        row = queries.booking_to_change(self._connection, booking_id=booking_id)
        if row is None:
            return None
        return BookingToChange(
            booking_id=row["id"],
            status=BookingStatus(row["status"]),
            series_id=row["series_id"],
            therapist_id=row["therapist_id"],
            service_id=row["service_id"],
            client_id=row["client_id"],
            during=_span(row["starts_at"], row["ends_at"]),
            occupied=_span(row["occupied_from"], row["occupied_until"]),
            **_deadline(row),
            requested_by=row["requested_by"],
            client_sub=row["client_sub"],
            therapist_sub=row["therapist_sub"],
        )

    def record(
        self,
        asked: AskedChange,
        outcome: Outcome,
        reasons: Sequence[Reason] = (),
        booking_ids: Sequence[str] = (),
        sessions_left: Sequence[SessionLeft] = (),
        moved_from: datetime | None = None,
    ) -> None:
        """Keeps what became of it; once."""
        queries.record_change(
            self._connection,
            change_id=asked.change_id,
            kind=asked.kind,
            booking_id=asked.booking_id,
            request=Json(asked.text),
            requested_by=asked.requested_by,
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

    def notifications(self, change_id: str) -> list[NewNotification]:
        """The messages of a change."""
        found = queries.notifications_of_change(self._connection, change_id=change_id)
        return [NewNotification.of(row) for row in found]

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
        self, booking: BookingToChange, therapist_id: UUID, client_id: UUID, scope: Scope
    ) -> list[Standing]:
        """The sessions that are meant, in order; nobody else changes them until the end of the transaction."""
        queries.lock_for_cancellation(self._connection, therapist_id=therapist_id, client_id=client_id)
        found = queries.lock_sessions_to_cancel(
            self._connection,
            booking_id=booking.booking_id,
            series_id=booking.series_id,
            scope=scope if booking.series_id is not None else Scope.ONE,
        )
        return [
            Standing(
                booking_id=row["id"],
                status=BookingStatus(row["status"]),
                starts_at=row["starts_at"].astimezone(UTC),
                client_sub=row["client_sub"],
                therapist_sub=row["therapist_sub"],
                **_deadline(row),
            )
            for row in sorted(found, key=lambda row: row["occurrence"] or 0)
            if row["starts_at"] is not None
        ]

    def cancel(self, asked: AskedChange, booking_ids: Sequence[str], late_ids: Sequence[str]) -> list[NewNotification]:
        """Frees their time and enters the messages. ``late_ids``: those that are cancelled late."""
        return _messages(
            queries.cancel(
                self._connection,
                booking_ids=list(booking_ids),
                late_ids=list(late_ids),
                change_id=asked.change_id,
                actor=asked.requested_by,
                execution=asked.execution,
            )
        )

    # -- Moving -----------------------------------------------------------------------------------------------------

    def lock_for_move(self, therapist_ids: Sequence[UUID], client_id: UUID) -> None:
        """Until the end of the transaction nobody else takes, leaves or moves time of theirs."""
        list(queries.lock_for_move(self._connection, therapist_ids=list(therapist_ids), client_id=client_id))

    def obstacles(self, booking_id: str, session: Session) -> Obstacles:
        """What stands in the way of a booking's new time, itself aside."""
        row = queries.obstacles_to_move(self._connection, booking_id=booking_id, **_times(session))
        return Obstacles(False, row["therapist_busy"], row["client_busy"], row["therapist_away"], bool(row["day_full"]))

    def move(
        self, asked: AskedChange, session: Session, moved_from: datetime, therapist_before: UUID
    ) -> list[NewNotification] | None:
        """Gives the booking its new time and enters the messages. None: it no longer stands, and nothing happened."""
        given = _times(session)
        del given["client_id"]
        row = queries.move(
            self._connection,
            booking_id=asked.booking_id,
            change_id=asked.change_id,
            actor=asked.requested_by,
            execution=asked.execution,
            moved_from=moved_from,
            therapist_before=therapist_before,
            **given,
        )
        return [NewNotification.of(each) for each in row["notifications"]] if row["is_moved"] else None


def _times(session: Session) -> dict[str, Any]:
    given = session._asdict()
    del given["service_id"]
    return given


def _span(begins: datetime | None, ends: datetime | None) -> Span | None:
    return None if begins is None or ends is None else (begins.astimezone(UTC), ends.astimezone(UTC))


def _deadline(row: Any) -> dict[str, Any]:
    """Until when a session is cancelled for free, and what clients may do after that."""
    return {
        "free_until": timedelta(minutes=row["free_cancellation_minutes"] or 0),
        "late_cancellation": LateCancellation(row["late_cancellation"] or LateCancellation.ALLOWED),
    }


def _messages(rows: Any) -> list[NewNotification]:
    found = [NewNotification.of(row) for row in rows]
    return sorted(found, key=lambda each: (each.recipient, each.channel))
