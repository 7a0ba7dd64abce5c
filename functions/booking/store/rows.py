"""What rows of several queries have in common, in the model's words."""

from collections.abc import Set
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from booking.codes import (
    Awaits,
    BookingStatus,
    Channel,
    DeliveryReport,
    FeeKind,
    Held,
    HoldAnswer,
    NotificationEvent,
    NotificationStatus,
    PaymentRule,
    ReasonCode,
    Recipient,
)
from booking.dues import Fee, Terms
from booking.model import Notification, Parties, Place, Reason, RequestText, Session, SubmittedRequest
from booking.paid import Money, Page

Row = dict[str, Any]


def session_of(row: Row) -> Session:
    """The session of a booking that is one: a request that named no session has none."""
    return Session(
        booking_id=row["id"],
        occurrence=row["occurrence"],
        therapist_id=row["therapist_id"],
        service_id=row["service_id"],
        client_id=row["client_id"],
        starts_at=row["starts_at"].astimezone(UTC),
        ends_at=row["ends_at"].astimezone(UTC),
        occupied_from=row["occupied_from"].astimezone(UTC),
        occupied_until=row["occupied_until"].astimezone(UTC),
        day=row["day"],
        reasons=tuple(reasons_of(row["reasons"])),
    )


def parties_of(row: Row) -> Parties:
    """Whose the row's booking is."""
    return Parties(row["client_sub"], row["therapist_sub"])


def place_of(given: Row | None) -> Place | None:
    """Where a session is held, from JSON."""
    if given is None:
        return None
    return Place(Held(given["held"]), given["room"], given["address"], given["video_link"])


class Hold(NamedTuple):
    """What a held session waits for. Instants in UTC."""

    awaits: Awaits
    until: datetime
    answer: HoldAnswer | None
    checkout_url: str | None


def hold_of(given: Row | None) -> Hold | None:
    """What a session is held for, from JSON (``hold_of`` of the migrations)."""
    if given is None:
        return None
    until = datetime.fromisoformat(given["until"]).astimezone(UTC)
    return Hold(Awaits(given["awaits"]), until, given["answer"] and HoldAnswer(given["answer"]), given["checkout_url"])


def money_of(given: Row | None) -> Money | None:
    """What the ledger of payments has of a session, from JSON (``payment_of`` of the migrations)."""
    if given is None:
        return None
    (late_kind, late), (no_show_kind, no_show) = given["late_fee"], given["no_show_fee"]
    page = given["page"]
    return Money(
        terms=Terms(
            PaymentRule(given["rule"]),
            given["price"],
            given["currency"],
            Fee(FeeKind(late_kind), late),
            Fee(FeeKind(no_show_kind), no_show),
            given["waived"],
        ),
        **{name: given[name] for name in _SUMS},
        page=None if page is None else Page(page[0], datetime.fromisoformat(page[1]).astimezone(UTC)),
    )


_SUMS = (
    *("captured", "refunded", "refunding", "by_hand", "lost", "has_card", "is_disputed", "refund_failed", "has_failed"),
    *("fee_under_way", "fee_failed", "receipt_url", "tax_percent"),
)
"""What a session's money has under the same names in both."""


def notification_of(row: Row) -> Notification:
    """A notification, from a row or from JSON."""
    return Notification(
        notification_id=UUID(str(row["notification_id"])),
        event=NotificationEvent(row["event"]),
        recipient=Recipient(row["recipient"]),
        channel=Channel(row["channel"]),
        status=NotificationStatus(row["status"]),
        attempts=row["attempts"],
        delivery=row["delivery"] and DeliveryReport(row["delivery"]),
    )


def queued(event: NotificationEvent, row: Row) -> Notification:
    """A notification that was just entered in the ledger."""
    return Notification(UUID(str(row["notification_id"])), event, Recipient(row["recipient"]), Channel(row["channel"]))


class Decided(NamedTuple):
    """What was decided for an id before."""

    status: BookingStatus
    request: RequestText
    requested_by: str
    reasons: list[Reason]

    def answers(self, submitted: SubmittedRequest) -> bool:
        """Whether this was decided for the same request of the same person."""
        return (self.request, self.requested_by) == (submitted.text, submitted.requested_by)


def decided_of(row: Row | None) -> Decided | None:
    """From a row of ``decided_requests``, or from JSON."""
    if row is None:
        return None
    return Decided(BookingStatus(row["status"]), row["request"], row["requested_by"], reasons_of(row["reasons"]))


JUDGED_BY_THE_CALENDAR = {ReasonCode.DAY_FULL, ReasonCode.THERAPIST_AWAY}
"""A trigger sees whether these need to be set aside where the time is taken, and keeps only what did."""


def set_aside(session: Session, overrides: Set[ReasonCode]) -> list[str]:
    """What is set aside for a session: what the rules were told to, and what the calendar may be."""
    return sorted({*session.overridden, *overrides & JUDGED_BY_THE_CALENDAR})


def reasons_of(rows: list[dict[str, str]]) -> list[Reason]:
    """As they were kept: codes and sentences."""
    return [Reason(ReasonCode(row["code"]), row["message"]) for row in rows]
