"""The only module that speaks SQL: the named queries of ``sql/*.sql``, with rows turned into the model's words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import aiosql
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.database import Database
from booking.model import (
    BookingRequest,
    BookingStatus,
    Channel,
    Client,
    Facts,
    NotificationEvent,
    NotificationStatus,
    Outcome,
    Reason,
    ReasonCode,
    Recipient,
    Service,
    Session,
    Therapist,
    UndeliverableReason,
    WorkingHours,
)

_queries: Any = aiosql.from_path(Path(__file__).parent / "sql", "psycopg2")

RequestText = dict[str, str]
"""A request as the caller wrote it: therapist_id, service_id, starts_at and, if it was given, client_id."""


@dataclass(frozen=True)
class NewNotification:
    """A message of the ledger that the workflow is to deliver."""

    notification_id: UUID
    recipient: Recipient
    channel: Channel


@dataclass(frozen=True)
class Decided:
    """What was decided for an id before."""

    status: BookingStatus
    request: RequestText
    requested_by: str
    reasons: list[Reason]

    def answers(self, request: RequestText, requested_by: str) -> bool:
        """Whether this was decided for the same request of the same person."""
        return (self.request, self.requested_by) == (request, requested_by)


@dataclass(frozen=True)
class Obstacle:
    """What stood in the way of a reservation."""

    same_id: Decided | None
    therapist_busy: bool
    client_busy: bool


@dataclass(frozen=True)
class Letter:
    """All that a message says. Instants in UTC. Personal data: never log or return it."""

    event: NotificationEvent
    recipient: Recipient
    channel: Channel
    service_name: str
    therapist_name: str
    client_name: str
    zone: ZoneInfo  # the recipient's
    starts_at: datetime
    duration: timedelta
    still_true: bool  # the booking is what the message says it is
    address: str | None


@dataclass(frozen=True)
class EventView:
    """Who did what to a booking, in which execution."""

    event: str
    actor: str
    execution: str
    detail: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class Attention:
    """A workflow that did not succeed. ``since`` in UTC."""

    status: str
    error: str | None
    since: datetime


@dataclass(frozen=True)
class NotificationView:
    event: str
    recipient: str
    channel: str
    status: str
    attempts: int


@dataclass(frozen=True)
class BookingView:
    """One booking as a reader sees it, with whom it belongs to. Instants in UTC."""

    booking_id: str
    status: BookingStatus
    request: RequestText
    reasons: list[Reason]
    requested_by: str
    client_id: UUID | None
    client_sub: str | None
    therapist_sub: str | None
    zone: ZoneInfo | None
    starts_at: datetime | None
    ends_at: datetime | None
    notifications: list[NotificationView]


class Store:
    """One transaction's view of the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- ValidateRequest ------------------------------------------------------------------------------------------

    def decided(self, booking_id: str) -> Decided | None:
        """What was decided for this id before, or None."""
        row = _queries.booking_decided(self._connection, booking_id=booking_id)
        return None if row is None else _decided(row)

    def facts(self, request: BookingRequest, requester_sub: str) -> Facts:
        """All that is known about a request's therapist, service and client."""
        row = _queries.facts(
            self._connection,
            therapist_id=request.therapist_id,
            service_id=request.service_id,
            client_id=request.client_id,
            requester_sub=requester_sub,
        )
        return Facts(
            therapist=row["therapist_id"] and _therapist(row),
            service=row["service_id"] and _service(row),
            client=row["client_id"] and Client(row["client_id"], row["client_sub"], row["client_active"]),
            service_offered=row["service_offered"],
            working_hours=tuple(
                WorkingHours(h["weekday"], time.fromisoformat(h["opens"]), time.fromisoformat(h["closes"]))
                for h in row["working_hours"]
            ),
        )

    # -- ReserveSlot ----------------------------------------------------------------------------------------------

    def reserve(
        self, booking_id: str, session: Session, request: RequestText, requested_by: str, execution: str
    ) -> list[NewNotification] | None:
        """Confirms the booking and enters its messages in the ledger. None: something stood in the way."""
        rows = list(
            _queries.reserve(
                self._connection,
                booking_id=booking_id,
                request=Json(request),
                requested_by=requested_by,
                execution=execution,
                **asdict(session),
            )
        )
        return [_notification(row) for row in rows if row["notification_id"]] if rows else None

    def obstacle(self, booking_id: str, session: Session) -> Obstacle:
        """What stands in the way of this reservation now."""
        wanted = asdict(session)
        del wanted["service_id"]
        row = _queries.obstacle(self._connection, booking_id=booking_id, **wanted)
        same_id = row["same_id"]
        return Obstacle(
            same_id=None if same_id is None else _decided({"reasons": [], **same_id}),
            therapist_busy=row["therapist_busy"],
            client_busy=row["client_busy"],
        )

    def notifications(self, booking_id: str, event: NotificationEvent) -> list[NewNotification]:
        """The ledger's messages of one event of a booking."""
        rows = _queries.notifications_of(self._connection, booking_id=booking_id, event=event)
        return [_notification(row) for row in rows]

    # -- RejectBooking --------------------------------------------------------------------------------------------

    def reject(
        self,
        booking_id: str,
        request: BookingRequest,
        request_text: RequestText,
        requested_by: str,
        execution: str,
        outcome: Outcome,
        reasons: Sequence[Reason],
    ) -> None:
        """Records a rejection; leaves a booking that has this id already as it is. Says so in the history, once."""
        _queries.reject(
            self._connection,
            booking_id=booking_id,
            therapist_id=request.therapist_id,
            client_id=request.client_id,
            service_id=request.service_id,
            requester_sub=requested_by,
            request=Json(request_text),
            requested_by=requested_by,
            reasons=Json([asdict(reason) for reason in reasons]),
            slot_was_lost=outcome == Outcome.SLOT_TAKEN,
            starts_at=request.starts_at,
        )
        decided = self.decided(booking_id)
        ours = decided is not None and decided.answers(request_text, requested_by)
        _queries.record_event(
            self._connection,
            booking_id=booking_id,
            event="rejected" if ours else "key_conflict",
            actor=requested_by,
            execution=execution,
            detail=Json({"outcome": outcome, "reasons": [reason.code for reason in reasons]}),
        )

    # -- SendNotification -----------------------------------------------------------------------------------------

    def claim_notification(self, notification_id: UUID, now: datetime, lease: timedelta) -> int | None:
        """Takes a message for sending and returns the number of this attempt. None: not ours to send now."""
        row = _queries.claim_notification(
            self._connection, notification_id=notification_id, now=now, stale_before=now - lease
        )
        return None if row is None else row["attempts"]

    def notification_status(self, notification_id: UUID) -> tuple[NotificationStatus, str | None] | None:
        """Status, and the reason if it is undeliverable. None: the ledger has no such message."""
        row = _queries.notification_status(self._connection, notification_id=notification_id)
        return None if row is None else (NotificationStatus(row["status"]), row["reason"])

    def letter(self, notification_id: UUID) -> Letter:
        """All that the message says. The notification must exist."""
        row = _queries.letter(self._connection, notification_id=notification_id)
        recipient = Recipient(row["recipient"])
        return Letter(
            event=NotificationEvent(row["event"]),
            recipient=recipient,
            channel=Channel(row["channel"]),
            service_name=row["service_name"],
            therapist_name=row["therapist_name"],
            client_name=row["client_name"],
            zone=ZoneInfo(row["client_zone"] if recipient == Recipient.CLIENT else row["therapist_zone"]),
            starts_at=(row["starts_at"] or datetime.fromisoformat(row["asked_for"])).astimezone(UTC),
            duration=timedelta(minutes=row["duration_minutes"]),
            still_true=row["still_true"],
            address=row["address"],
        )

    def settle_notification(
        self,
        notification_id: UUID,
        attempt: int,
        status: NotificationStatus,
        now: datetime,
        *,
        reason: UndeliverableReason | None = None,
        last_error: str | None = None,
        provider_message_id: str | None = None,
    ) -> None:
        """Records how an attempt ended; ``QUEUED`` gives the message back for another attempt."""
        _queries.settle_notification(
            self._connection,
            notification_id=notification_id,
            attempt=attempt,
            status=status,
            reason=reason,
            last_error=last_error,
            provider_message_id=provider_message_id,
            now=now,
        )

    # -- Attention ------------------------------------------------------------------------------------------------

    def mark_attention(
        self, booking_id: str, needed: bool, execution: str, status: str, error: str | None, at: datetime
    ) -> bool:
        """Whether the booking needs a person since ``at``; False when that was no news."""
        changed: int = _queries.mark_attention(
            self._connection,
            booking_id=booking_id,
            needed=needed,
            execution=execution,
            status=status,
            error=error,
            at=at,
        )
        return changed > 0

    def attention(self, booking_id: str) -> Attention | None:
        """Why the booking needs a person, or None when it does not."""
        row = _queries.attention_of(self._connection, booking_id=booking_id)
        return None if row is None else Attention(row["status"], row["error"], row["at"].astimezone(UTC))

    # -- Operators ------------------------------------------------------------------------------------------------

    def record_act(self, booking_id: str, act: str, actor: str, execution: str, reason: str) -> None:
        """Adds to the booking's history what an operator did."""
        _queries.record_act(
            self._connection, booking_id=booking_id, act=act, actor=actor, execution=execution, reason=reason
        )

    def events(self, booking_id: str) -> list[EventView]:
        """The booking's history, oldest first."""
        return [EventView(**row) for row in _queries.events_of(self._connection, booking_id=booking_id)]

    # -- Reading --------------------------------------------------------------------------------------------------

    def booking(self, booking_id: str) -> BookingView | None:
        """One booking, or None when nothing has been decided for this id."""
        row = _queries.booking_view(self._connection, booking_id=booking_id)
        if row is None:
            return None
        return BookingView(
            booking_id=row["id"],
            status=BookingStatus(row["status"]),
            request=row["request"],
            reasons=_reasons(row["reasons"]),
            requested_by=row["requested_by"],
            client_id=row["client_id"],
            client_sub=row["client_sub"],
            therapist_sub=row["therapist_sub"],
            zone=row["time_zone"] and ZoneInfo(row["time_zone"]),
            starts_at=row["starts_at"] and row["starts_at"].astimezone(UTC),
            ends_at=row["ends_at"] and row["ends_at"].astimezone(UTC),
            notifications=[NotificationView(**notification) for notification in row["notifications"]],
        )

    def subs_of(self, therapist_id: UUID, client_id: UUID | None) -> tuple[str | None, str | None]:
        """The ``sub`` of the therapist and of the client, None where there is none."""
        row = _queries.subs_of(self._connection, therapist_id=therapist_id, client_id=client_id)
        return row["therapist_sub"], row["client_sub"]

    def is_read_only(self) -> bool:
        """Whether this server takes no bookings."""
        return bool(_queries.is_read_only(self._connection))

    def applied_migrations(self) -> list[str]:
        """The migrations the database has, by name."""
        return [row["migration_id"] for row in _queries.applied_migrations(self._connection)]


class Stores:
    """Opens a ``Store`` for the length of a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def transaction(self) -> Iterator[Store]:
        """See ``Database.transaction`` for what it raises."""
        with self._database.transaction() as connection:
            yield Store(connection)

    def close(self) -> None:
        """Closes the connection; the next transaction opens another."""
        self._database.close()


def _therapist(row: dict[str, Any]) -> Therapist:
    return Therapist(
        id=row["therapist_id"],
        user_sub=row["therapist_sub"],
        zone=ZoneInfo(row["time_zone"]),
        active=row["therapist_active"],
        minimum_notice=timedelta(minutes=row["minimum_notice_minutes"]),
        booking_window=timedelta(days=row["booking_window_days"]),
    )


def _service(row: dict[str, Any]) -> Service:
    return Service(
        id=row["service_id"],
        active=row["service_active"],
        duration=timedelta(minutes=row["duration_minutes"]),
        buffer_before=timedelta(minutes=row["buffer_before_minutes"]),
        buffer_after=timedelta(minutes=row["buffer_after_minutes"]),
    )


def _decided(row: dict[str, Any]) -> Decided:
    return Decided(BookingStatus(row["status"]), row["request"], row["requested_by"], _reasons(row["reasons"]))


def _reasons(rows: list[dict[str, str]]) -> list[Reason]:
    return [Reason(ReasonCode(row["code"]), row["message"]) for row in rows]


def _notification(row: dict[str, Any]) -> NewNotification:
    return NewNotification(row["notification_id"], Recipient(row["recipient"]), Channel(row["channel"]))
