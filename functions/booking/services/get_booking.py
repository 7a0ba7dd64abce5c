"""GET one booking: yours, or none."""

from collections.abc import Callable
from dataclasses import asdict

from booking import rules
from booking.contracts import (
    AttentionState,
    BookingAnswer,
    LocalTimes,
    NotificationState,
    ReasonContract,
    RequestBody,
    ValidateRequestInput,
)
from booking.model import BookingStatus, Requester
from booking.store import Attention, BookingView, Stores

RequestOf = Callable[[str], ValidateRequestInput | None]
"""The request an execution of this name was started with, or None when there is none."""


def get_booking(stores: Stores, request_of: RequestOf, viewer: Requester, booking_id: str) -> BookingAnswer | None:
    """The booking, or None when there is none **or it is not the viewer's**: the two must look alike.

    Step Functions is asked only when no row exists: a request that was accepted and not decided is ``pending``.
    """
    with stores.transaction() as store:
        view = store.booking(booking_id)
        attention = store.attention(booking_id) if rules.is_staff(viewer) else None
    if view is not None:
        visible = rules.may_see(viewer, view.requested_by, view.client_sub, view.therapist_sub)
        return _answer(view, attention) if visible else None
    pending = request_of(booking_id)
    if pending is None:
        return None
    with stores.transaction() as store:
        view = store.booking(booking_id)  # it may have been decided while we asked
        therapist_sub, client_sub = store.subs_of(pending.request.therapist_id, pending.request.client_id)
    requested_by = pending.requested_by.sub
    if not rules.may_see(viewer, requested_by, client_sub, therapist_sub):
        return None
    if view is not None:
        return _answer(view, attention)
    return _pending_answer(booking_id, pending.request, attention)


def _answer(view: BookingView, attention: Attention | None) -> BookingAnswer:
    asked = RequestBody.model_validate(view.request)
    starts_at = view.starts_at or asked.to_request().starts_at  # a rejected request may have named no real day
    local = (
        LocalTimes(
            time_zone=view.zone.key,
            starts_at=starts_at.astimezone(view.zone),
            ends_at=view.ends_at and view.ends_at.astimezone(view.zone),
        )
        if view.zone is not None and starts_at is not None
        else None
    )
    return BookingAnswer(
        booking_id=view.booking_id,
        status=view.status,
        therapist_id=asked.therapist_id,
        service_id=asked.service_id,
        client_id=view.client_id or asked.client_id,
        starts_at=starts_at,
        ends_at=view.ends_at,
        local=local,
        reasons=[ReasonContract(**asdict(reason)) for reason in view.reasons],
        notifications=[NotificationState(**asdict(notification)) for notification in view.notifications],
        attention=attention and AttentionState(**asdict(attention)),
    )


def _pending_answer(booking_id: str, asked: RequestBody, attention: Attention | None) -> BookingAnswer:
    return BookingAnswer(
        booking_id=booking_id,
        status=BookingStatus.PENDING,
        therapist_id=asked.therapist_id,
        service_id=asked.service_id,
        client_id=asked.client_id,
        starts_at=asked.to_request().starts_at,
        attention=attention and AttentionState(**asdict(attention)),
    )
