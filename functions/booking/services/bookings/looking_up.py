"""What there is under a booking's id: a row, a request that is not decided yet, or nothing; and who may know."""

from booking import access, rules
from booking.contracts.steps import ValidateRequestInput
from booking.model import BookingStatus, ReasonCode, Requester
from booking.ports import Workflows
from booking.store import Store, Stores
from booking.store.bookings import BookingView
from booking.store.history import Attention
from booking.store.rows import RequestText

Pending = ValidateRequestInput
"""A request that was accepted and is not decided."""

ERASED = "erased"
"""Who asked, when nobody knows any more who that was."""


def look_up(
    stores: Stores, workflows: Workflows, requester: Requester, booking_id: str
) -> tuple[BookingView | Pending | None, Attention | None, bool]:
    """What there is under this id, and whether the requester may know.

    Step Functions is asked only when no row of theirs exists: a request that was accepted and not decided is
    ``pending``. Whose request found its key to be another booking's already reads that it was rejected.
    """
    with stores.reading() as store:
        view = store.bookings.view(booking_id, requester.sub)
        attention = store.history.attention(booking_id) if access.is_staff(requester) else None
        if view is not None and _is_visible(requester, view):
            return view, attention, True
        asked = _asked_again(store, requester, view)
    pending = workflows.request_of(booking_id) if asked is None else None
    if pending is None:
        return (view, attention, False) if asked is None else (_rejected(booking_id, asked, requester), None, True)
    with stores.reading() as store:
        view = store.bookings.view(booking_id, requester.sub)  # it may have been decided while we asked
        if view is not None and not _is_visible(requester, view):
            asked = _asked_again(store, requester, view)
            if asked is not None:
                return _rejected(booking_id, asked, requester), None, True
            is_another = view.request != pending.request.as_text() or view.requested_by not in (
                *(pending.requested_by.sub, ERASED),
            )
            if is_another and requester.sub == pending.requested_by.sub:
                return pending, None, True  # of theirs, which will find that its key is taken
            return view, None, False
        therapist_sub, client_sub = store.bookings.subs_of(pending.request.therapist_id, pending.request.client_id)
    if view is not None:
        return view, attention, True
    return (
        pending,
        attention,
        access.may_see(requester, pending.requested_by.sub, client_sub, therapist_sub, took_time=False),
    )


def _rejected(booking_id: str, asked: RequestText, requester: Requester) -> BookingView:
    """What who used a key again reads of their own request."""
    return BookingView(
        booking_id=booking_id,
        status=BookingStatus.REJECTED,
        request=asked,
        reasons=[rules.reason(ReasonCode.KEY_CONFLICT)],
        requested_by=requester.sub,
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


def _asked_again(store: Store, requester: Requester, view: BookingView | None) -> RequestText | None:
    """What the requester asked for with the id of somebody else's booking, or None."""
    if view is None or not view.is_key_conflict:
        return None
    return store.bookings.key_conflict(view.booking_id, requester.sub)


def _is_visible(requester: Requester, view: BookingView) -> bool:
    return access.may_see(requester, view.requested_by, view.client_sub, view.therapist_sub, took_time=view.took_time)
