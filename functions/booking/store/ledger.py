"""The ledger of messages: what is to be sent, who is sending it, and what became of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg2.extensions import connection as Connection

from booking.model import Channel, NotificationEvent, NotificationStatus, Recipient, UndeliverableReason
from booking.store.queries import queries


@dataclass(frozen=True)
class NewNotification:
    """A message of the ledger that the workflow is to deliver."""

    notification_id: UUID
    recipient: Recipient
    channel: Channel

    @classmethod
    def of(cls, row: dict[str, str]) -> "NewNotification":
        return cls(UUID(str(row["notification_id"])), Recipient(row["recipient"]), Channel(row["channel"]))


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
    starts: tuple[datetime, ...]  # of each session that it is about
    asked_sessions: int  # of a series; 0: it is about one session
    duration: timedelta
    still_true: bool  # the booking is what the message says it is
    address: str | None


class Ledger:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, booking_id: str, event: NotificationEvent) -> list[NewNotification]:
        """The ledger's messages of one event of a booking."""
        rows = queries.notifications_of(self._connection, booking_id=booking_id, event=event)
        return [NewNotification.of(row) for row in rows]

    def claim(self, notification_id: UUID, now: datetime, lease: timedelta) -> int | None:
        """Takes a message for sending and returns the number of this attempt. None: not ours to send now."""
        row = queries.claim_notification(
            self._connection, notification_id=notification_id, now=now, stale_before=now - lease
        )
        return None if row is None else row["attempts"]

    def status(self, notification_id: UUID) -> tuple[NotificationStatus, str | None] | None:
        """Status, and the reason if it is undeliverable. None: the ledger has no such message."""
        row = queries.notification_status(self._connection, notification_id=notification_id)
        return None if row is None else (NotificationStatus(row["status"]), row["reason"])

    def letter(self, notification_id: UUID) -> Letter:
        """All that the message says. The notification must exist."""
        row = queries.letter(self._connection, notification_id=notification_id)
        recipient = Recipient(row["recipient"])
        return Letter(
            event=NotificationEvent(row["event"]),
            recipient=recipient,
            channel=Channel(row["channel"]),
            service_name=row["service_name"],
            therapist_name=row["therapist_name"],
            client_name=row["client_name"],
            zone=ZoneInfo(row["client_zone"] if recipient == Recipient.CLIENT else row["therapist_zone"]),
            starts=tuple(
                (start or datetime.fromisoformat(row["asked_for"])).astimezone(UTC) for start in row["starts"] or [None]
            ),
            asked_sessions=row["asked_sessions"],
            duration=timedelta(minutes=row["duration_minutes"]),
            still_true=row["starts"] is not None,
            address=row["address"],
        )

    def settle(
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
        queries.settle_notification(
            self._connection,
            notification_id=notification_id,
            attempt=attempt,
            status=status,
            reason=reason,
            last_error=last_error,
            provider_message_id=provider_message_id,
            now=now,
        )
