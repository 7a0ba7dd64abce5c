"""Bookings as their readers see them."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from booking import access, rules
from booking.contracts.bookings import AttentionState, BookingAnswer, BookingSummary, LocalTimes, NotificationState
from booking.contracts.steps import ReasonContract, RequestBody
from booking.model import ReasonCode, Requester
from booking.store.bookings import BookingView, SummaryView
from booking.store.history import Attention
from booking.store.ledger import NotificationView


def local_times(starts_at: datetime, ends_at: datetime | None, zone: ZoneInfo) -> LocalTimes:
    """A session on the clock on a wall in this zone."""
    return LocalTimes(
        time_zone=zone.key, starts_at=starts_at.astimezone(zone), ends_at=ends_at and ends_at.astimezone(zone)
    )


def summary(view: SummaryView) -> BookingSummary:
    """One booking of a list."""
    return BookingSummary(
        booking_id=view.booking_id,
        status=view.status,
        therapist_id=view.therapist_id,
        service_id=view.service_id,
        client_id=view.client_id,
        starts_at=view.starts_at,
        ends_at=view.ends_at,
        local=local_times(view.starts_at, view.ends_at, view.zone),
        series_id=view.series_id,
    )


def answer_of(view: BookingView, attention: Attention | None, requester: Requester) -> BookingAnswer:
    """The booking as its readers see it."""
    asked = RequestBody.model_validate(view.request)
    conflict = [rules.reason(ReasonCode.KEY_CONFLICT)] if view.is_key_conflict else []
    reasons = list(dict.fromkeys([*view.reasons, *conflict]))  # a request of the reader's was refused for this booking
    starts_at: datetime | None = view.starts_at or asked.to_request().starts_at  # it may have named no real day
    zone = view.zone
    return BookingAnswer(
        booking_id=view.booking_id,
        status=view.status,
        therapist_id=view.therapist_id or asked.therapist_id,
        service_id=view.service_id or asked.service_id,
        client_id=view.client_id or asked.client_id,
        starts_at=starts_at,
        ends_at=view.ends_at,
        local=local_times(starts_at, view.ends_at, zone) if zone is not None and starts_at is not None else None,
        reasons=ReasonContract.of(reasons),
        notifications=notification_states(view.notifications, requester),
        series_id=view.series_id,
        attention=attention_state(attention),
    )


def notification_states(notifications: Iterable[NotificationView], requester: Requester) -> list[NotificationState]:
    """What became of each message; what the provider reported of it is for staff."""
    states = [NotificationState(**each._asdict()) for each in notifications]
    return states if access.is_staff(requester) else [each.model_copy(update={"delivery": None}) for each in states]


def attention_state(attention: Attention | None) -> AttentionState | None:
    """What staff read of it."""
    return None if attention is None else AttentionState(**attention._asdict())
