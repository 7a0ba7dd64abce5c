"""The ledger of notifications: what is to be sent, who is sending it, and what became of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking import texts
from booking.codes import (
    Actor,
    Channel,
    DeliveryReport,
    Held,
    Language,
    NotificationEvent,
    NotificationStatus,
    PaymentRule,
    ReasonCode,
    Recipient,
    UndeliverableReason,
    Unreachable,
)
from booking.letters import Letter, Letterhead, LetterSession
from booking.model import UNANSWERED_OFFERS_MAX, Notification
from booking.notifications import CALLING_FOR_ATTENTION, OF_CHANGES, OF_ONE_TIME
from booking.places import Place, one_line
from booking.store.letter_money import money_of
from booking.store.queries import Queries
from booking.store.rows import Row, notification_of
from booking.zones import zone_of

queries = Queries(__name__)

_OF_LETTERS = {"unanswered_max": UNANSWERED_OFFERS_MAX, "of_changes": OF_CHANGES, "of_one_time": OF_ONE_TIME}
"""What the code knows of kinds of messages, and the query for a letter asks."""


class SettledStatus(NamedTuple):
    """Where a notification stands; ``reason`` of one that is undeliverable."""

    status: NotificationStatus
    reason: UndeliverableReason | None


class Claim(NamedTuple):
    """A notification that is ours to send: the number of this attempt, and the parts of its letter as read then."""

    notification_id: UUID
    attempt: int
    parts: Row


class PutBack(NamedTuple):
    """What had become of a message that is sent again: ids and codes."""

    notification_id: UUID
    status: str
    reason: str | None
    delivery: str | None
    delivery_at: datetime | None
    attempts: int
    settled_at: datetime | None


class Ledger:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_change(self, change_id: str) -> list[Notification]:
        """The notifications of one change."""
        found = queries.notifications_of_change(self._connection, change_id=change_id, of_changes=OF_CHANGES)
        return [notification_of(row) for row in found]

    def of(self, booking_id: str, event: NotificationEvent) -> list[Notification]:
        """The notifications of one event of a booking."""
        rows = queries.notifications_of(self._connection, booking_id=booking_id, event=event)
        return [notification_of(row) for row in rows]

    def claim(self, notification_id: UUID, now: datetime, lease: timedelta) -> Claim | None:
        """Takes a notification for sending. None: not ours to send now."""
        row = queries.claim_notification(
            self._connection,
            notification_id=notification_id,
            now=now,
            stale_before=now - lease,
            **_OF_LETTERS,
        )
        return None if row is None else Claim(notification_id, row["attempts"], row["letter"])

    def status(self, notification_id: UUID) -> SettledStatus | None:
        """Where the notification stands, or None when the ledger has none of this id."""
        row = queries.notification_status(self._connection, notification_id=notification_id)
        if row is None:
            return None
        return SettledStatus(NotificationStatus(row["status"]), row["reason"] and UndeliverableReason(row["reason"]))

    def letter_of(self, notification_id: UUID) -> Letter:
        """What a message says if it is read now, whatever became of it."""
        row = queries.letter(self._connection, notification_id=notification_id, **_OF_LETTERS)
        return self.letter(Claim(notification_id, 0, row["letter"]))

    def letter(self, claim: Claim) -> Letter:
        """All that the claimed message says."""
        row = claim.parts
        to_client = row["recipient"] == Recipient.CLIENT
        sessions = tuple(_session(each) for each in row["sessions"] or ())
        all_sessions = tuple(_session(each) for each in row["all_sessions"] or ())
        if not sessions:  # rejected before it was a session: what was asked
            requested = _instant(row["requested_start"])
            sessions = (LetterSession(row["booking_id"], requested, requested),)
        has_money = to_client and row["payment"] != PaymentRule.NONE
        whose = f"notification {claim.notification_id}"
        therapist_zone = zone_of(row["therapist_zone"], whose)
        return Letter(
            event=NotificationEvent(row["event"]),
            recipient=Recipient(row["recipient"]),
            channel=Channel(row["channel"]),
            language=Language(row["client_language"] if to_client else row["therapist_language"]),
            is_discreet=to_client and row["discreet"],
            service_name=texts.displayable(row["service_name"]),
            therapist_name=texts.displayable(row["therapist_name"]),
            client_name=texts.displayable(row["client_name"]),
            zone=zone_of(row["client_zone"], whose, therapist_zone) if to_client else therapist_zone,
            therapist_zone=therapist_zone,
            booking_id=row["booking_id"],
            uid=row["calendar_uid"],
            recurrence=row["recurrence"],
            series_zone=zone_of(row["series_zone"] or row["therapist_zone"], whose),
            sessions=sessions,
            all_sessions=all_sessions,
            moved_from=row["moved_from"] and _instant(row["moved_from"]),
            duration=timedelta(minutes=row["duration_minutes"]),
            still_true=row["still_true"],
            address=row["address"],
            answer_until=row["answer_until"] and _instant(row["answer_until"]),
            limit_reached=row["too_many"],
            country_allowed=row["country_allowed"],
            names_nobody=row["names_nobody"],
            pauses_unanswered=row["pauses_unanswered"],
            unreachable=Unreachable(row["unreachable"]) if row["unreachable"] else None,
            practice=letterhead_of(row),
            actor=Actor(row["actor"]),
            reason=texts.displayable(row["reason"]) if row["reason"] else "",
            is_cancelled=row["is_cancelled"],
            ended_by=ReasonCode(row["ended_by"]) if row["ended_by"] else None,
            money=money_of(self._connection, row, [each.booking_id for each in sessions]) if has_money else None,
            cancellation_policy=texts.displayable_lines(row["cancellation_policy"] or ""),
            introduction=texts.displayable_lines(row["introduction"] or ""),
            closing=texts.displayable_lines(row["closing"] or ""),
        )

    def settle(
        self,
        claim: Claim,
        status: NotificationStatus,
        now: datetime,
        *,
        reason: UndeliverableReason | None = None,
        last_error: str | None = None,
        provider_message_id: str | None = None,
    ) -> None:
        """Records how an attempt ended; ``QUEUED`` gives the notification back for another attempt."""
        queries.settle_notification(
            self._connection,
            notification_id=claim.notification_id,
            attempt=claim.attempt,
            status=status,
            reason=reason,
            last_error=last_error,
            provider_message_id=provider_message_id,
            now=now,
        )

    # -- After it was sent ------------------------------------------------------------------------------------------

    def known_by(self, provider_message_id: str) -> UUID | None:
        """The notification whose message a provider knows by this id, or None when we know of none."""
        row = queries.notification_known_by(self._connection, provider_message_id=provider_message_id)
        return row and UUID(str(row["id"]))

    def record_delivery(self, notification_id: UUID, delivery: DeliveryReport, at: datetime) -> bool:
        """Whether that was news of a notification we know."""
        changed: int = queries.record_delivery(
            self._connection, notification_id=notification_id, delivery=delivery, at=at
        )
        return changed > 0

    def stop_writing(self, notification_id: UUID, reason: Unreachable) -> None:
        """The address this message went to is not written to any more."""
        queries.stop_writing_to_client(self._connection, notification_id=notification_id, reason=reason)
        queries.stop_writing_to_therapist(self._connection, notification_id=notification_id, reason=reason)

    def unreached(self, notification_id: UUID) -> str | None:
        """The booking whose recipient hears of this on no channel at all, or None when they still may."""
        row = queries.unreached(
            self._connection, notification_id=notification_id, calling_for_attention=CALLING_FOR_ATTENTION
        )
        return row and str(row["booking_id"])

    def unreached_recipients(self, booking_id: str) -> list[Recipient]:
        """Who of a booking has heard of something on no channel at all."""
        found = queries.unreached_recipients(
            self._connection, booking_id=booking_id, calling_for_attention=CALLING_FOR_ATTENTION
        )
        return [Recipient(row["recipient"]) for row in found]

    # -- Sending again ----------------------------------------------------------------------------------------------

    def put_back(
        self, booking_id: str, chosen: Sequence[UUID], curable: Sequence[UndeliverableReason], now: datetime
    ) -> list[PutBack]:
        """Gives messages that have reached nobody back to be sent; what had become of each. Empty ``chosen``: all."""
        found = queries.put_back(
            self._connection, booking_id=booking_id, chosen=list(chosen), curable=list(curable), now=now
        )
        return [PutBack(**row) for row in found]

    def unsent(self, booking_id: str, chosen: Sequence[UUID]) -> list[Notification]:
        """The booking's messages that wait to be sent. Empty ``chosen``: all."""
        found = queries.unsent(self._connection, booking_id=booking_id, chosen=list(chosen))
        return [notification_of(row) for row in found]

    def is_of_an_earlier_attempt(self, notification_id: UUID, at: datetime) -> bool:
        """Whether a report of this time is about an attempt before the message was put back."""
        return bool(queries.is_of_an_earlier_attempt(self._connection, notification_id=notification_id, at=at))


def _session(row: dict[str, Any]) -> LetterSession:
    starts_at, first = _instant(row["starts_at"]), row["first_booked_for"]
    return LetterSession(
        booking_id=row["booking_id"],
        starts_at=starts_at,
        first_booked_for=_instant(first) if first else starts_at,
        sequence=row["sequence"],
        therapist_name=texts.displayable(row["therapist_name"] or ""),
        therapist_zone=zone_of(row["zone"], f"booking {row['booking_id']}") if row["zone"] else None,
        stands=row.get("stands", True),
        is_refused=row.get("is_refused", False),
        is_late=row.get("is_late", False),
        place=_place(row["place"]),
    )


def _place(row: dict[str, Any]) -> Place:
    return Place(
        held=Held(row["held"]),
        room=texts.displayable(row["room"]) if row["room"] else "",
        address=one_line(texts.displayable_lines(row["address"] or "")),
        video_link=row["video_link"] or "",
    )


def _instant(text: str) -> datetime:
    """UTC, of a time in JSON."""
    return datetime.fromisoformat(text).astimezone(UTC)


def letterhead_of(row: dict[str, Any]) -> Letterhead:
    """The practice as its messages name it."""
    return Letterhead(
        name=texts.displayable(row["practice_name"]),
        address=texts.displayable_lines(row["practice_address"] or ""),
        phone=row["practice_phone"] or "",
        email=row["practice_email"] or "",
        privacy_page=row["privacy_page"] or "",
        accent_colour=row["accent_colour"],
    )
