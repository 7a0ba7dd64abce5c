"""GET one booking or one series: yours, or none. And the list of those that are yours."""

from collections.abc import Callable, Iterable
from datetime import datetime

from booking import access, rules
from booking.contracts.bookings import (
    AttentionState,
    BookingAnswer,
    BookingList,
    BookingsQuery,
    NotificationState,
)
from booking.contracts.queries import next_cursor, time_and_id, time_cursor
from booking.contracts.steps import ReasonContract, RequestBody, ValidateRequestInput
from booking.model import BookingStatus, Group, ReasonCode, Requester
from booking.services.shown import local_times, summary
from booking.store import Store, Stores
from booking.store.bookings import BookingView, Filter, RequestText
from booking.store.history import Attention
from booking.store.ledger import NotificationView

RequestOf = Callable[[str], ValidateRequestInput | None]
"""The request an execution of this name was started with, or None when there is none."""

Pending = ValidateRequestInput

ERASED = "erased"
"""Who asked, when nobody knows any more who that was."""


def get_booking(stores: Stores, request_of: RequestOf, viewer: Requester, booking_id: str) -> BookingAnswer | None:
    """The booking, or None when there is none **or it is not the viewer's**: the two must look alike."""
    found, attention = find(stores, request_of, viewer, booking_id)
    if isinstance(found, Pending):
        return _pending_answer(booking_id, found.request, attention)
    return None if found is None else answer_of(found, attention, viewer)


def find(
    stores: Stores, request_of: RequestOf, viewer: Requester, booking_id: str
) -> tuple[BookingView | Pending | None, Attention | None]:
    """What the viewer may know under this id: a row, a request that is not decided yet, or nothing."""
    found, attention, is_visible = look_up(stores, request_of, viewer, booking_id)
    return (found, attention) if is_visible else (None, None)


def look_up(
    stores: Stores, request_of: RequestOf, viewer: Requester, booking_id: str
) -> tuple[BookingView | Pending | None, Attention | None, bool]:
    """What there is under this id, and whether the viewer may know.

    Step Functions is asked only when no row of theirs exists: a request that was accepted and not decided is
    ``pending``. Whose request found its key to be another booking's already reads that it was rejected.
    """
    with stores.reading() as store:
        view = store.bookings.view(booking_id, viewer.sub)
        attention = store.history.attention(booking_id) if access.is_staff(viewer) else None
        if view is not None and _is_visible(viewer, view):
            return view, attention, True
        asked = _asked_again(store, viewer, view)
    pending = request_of(booking_id) if asked is None else None
    if pending is None:
        return (view, attention, False) if asked is None else (_rejected(booking_id, asked, viewer), None, True)
    with stores.reading() as store:
        view = store.bookings.view(booking_id, viewer.sub)  # it may have been decided while we asked
        if view is not None and not _is_visible(viewer, view):
            asked = _asked_again(store, viewer, view)
            if asked is not None:
                return _rejected(booking_id, asked, viewer), None, True
            is_another = view.request != pending.request.as_text() or view.requested_by not in (
                *(pending.requested_by.sub, ERASED),
            )
            if is_another and viewer.sub == pending.requested_by.sub:
                return pending, None, True  # of theirs, which will find that its key is taken
            return view, None, False
        therapist_sub, client_sub = store.bookings.subs_of(pending.request.therapist_id, pending.request.client_id)
    if view is not None:
        return view, attention, True
    return (
        pending,
        attention,
        access.may_see(viewer, pending.requested_by.sub, client_sub, therapist_sub, took_time=False),
    )


def _rejected(booking_id: str, asked: RequestText, viewer: Requester) -> BookingView:
    """What who used a key again reads of their own request."""
    return BookingView(
        booking_id=booking_id,
        status=BookingStatus.REJECTED,
        request=asked,
        reasons=[rules.reason(ReasonCode.KEY_CONFLICT)],
        requested_by=viewer.sub,
        series_id=booking_id if "recurrence" in asked else None,
        therapist_id=None,
        service_id=None,
        client_id=None,
        client_sub=None,
        therapist_sub=None,
        zone=None,
        starts_at=None,
        ends_at=None,
        notifications=[],
        is_key_conflict=True,
    )


def _asked_again(store: Store, viewer: Requester, view: BookingView | None) -> RequestText | None:
    """What the viewer asked for with the id of somebody else's booking, or None."""
    if view is None or not view.is_key_conflict:
        return None
    return store.bookings.key_conflict(view.booking_id, viewer.sub)


def list_bookings(stores: Stores, viewer: Requester, query: BookingsQuery) -> BookingList:
    """The bookings of the viewer's that the query asks for, in order of time. Someone else's are simply not there."""
    with stores.transaction() as store:
        own_therapist_id, own_client_id = store.people.own_ids(viewer.sub)
        chosen = Filter(
            therapist_id=query.therapist_id,
            client_id=query.client_id,
            starts_from=query.starts_from,
            starts_before=query.starts_before,
            status=query.status,
            everything=access.is_operator(viewer),
            own_therapist_id=own_therapist_id if viewer.is_in(Group.THERAPIST) else None,
            own_client_id=own_client_id,
        )
        found = store.bookings.page(chosen, time_cursor(query.cursor), query.limit + 1)
    return BookingList(
        bookings=[summary(each) for each in found[: query.limit]],
        next=next_cursor(found, query.limit, lambda last: time_and_id(last.starts_at, last.booking_id)),
    )


def _is_visible(viewer: Requester, view: BookingView) -> bool:
    return access.may_see(viewer, view.requested_by, view.client_sub, view.therapist_sub, took_time=view.took_time)


def answer_of(view: BookingView, attention: Attention | None, viewer: Requester) -> BookingAnswer:
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
        notifications=notification_states(view.notifications, viewer),
        series_id=view.series_id,
        attention=attention_state(attention),
    )


def _pending_answer(booking_id: str, asked: RequestBody, attention: Attention | None) -> BookingAnswer:
    return BookingAnswer(
        booking_id=booking_id,
        status=BookingStatus.PENDING,
        therapist_id=asked.therapist_id,
        service_id=asked.service_id,
        client_id=asked.client_id,
        starts_at=asked.to_request().starts_at,
        series_id=booking_id if asked.recurrence is not None else None,
        attention=attention_state(attention),
    )


def notification_states(notifications: Iterable[NotificationView], viewer: Requester) -> list[NotificationState]:
    """What became of each message; what the provider reported of it is for staff."""
    states = [NotificationState(**each._asdict()) for each in notifications]
    return states if access.is_staff(viewer) else [each.model_copy(update={"delivery": None}) for each in states]


def attention_state(attention: Attention | None) -> AttentionState | None:
    """What staff read of it."""
    return None if attention is None else AttentionState(**attention._asdict())
