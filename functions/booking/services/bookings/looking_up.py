"""What there is under a booking's id: a row, a request that is not decided yet, or nothing; and who may know."""

from typing import NamedTuple

from booking import access
from booking.codes import ReasonCode
from booking.contracts.steps import ValidateRequestInput
from booking.model import Requester, RequestText
from booking.ports import Workflows
from booking.reasons import explained
from booking.store import Store, Stores
from booking.store.bookings import BookingView
from booking.store.history import Attention

Pending = ValidateRequestInput
"""A request that was accepted and is not decided."""

ERASED = "erased"
"""The ``sub`` in requests of somebody who was erased."""


class LookedUp(NamedTuple):
    """What there is under an id, and whether the requester may know. ``attention`` is for staff."""

    found: BookingView | Pending | None
    attention: Attention | None
    is_visible: bool


def look_up(stores: Stores, workflows: Workflows, requester: Requester, booking_id: str) -> LookedUp:
    """What there is under this id.

    Step Functions is asked only when no row of theirs exists: a request that was accepted and not decided is
    ``pending``. A requester whose own request was refused, because its key names another booking, reads that rejection.
    """
    with stores.autocommit() as store:
        view = store.bookings.view(booking_id, requester.sub)
        attention = store.history.attention(booking_id) if access.is_staff(requester) else None
        if view is not None and _is_visible(requester, view):
            return LookedUp(view, attention, is_visible=True)
        own_request = _refused_for_its_key(store, requester, view)
    if own_request is not None:
        return LookedUp(_rejected(booking_id, own_request, requester), None, is_visible=True)
    pending = workflows.request_of(booking_id)
    if pending is None:
        return LookedUp(view, attention, is_visible=False)
    with stores.autocommit() as store:
        view = store.bookings.view(booking_id, requester.sub)  # it may have been decided while we asked
        if view is not None and not _is_visible(requester, view):
            own_request = _refused_for_its_key(store, requester, view)
            if own_request is not None:
                return LookedUp(_rejected(booking_id, own_request, requester), None, is_visible=True)
            if _is_another(pending, view) and requester.sub == pending.requested_by.sub:
                return LookedUp(pending, None, is_visible=True)  # theirs, which will find that its key is taken
            return LookedUp(view, None, is_visible=False)
        parties = store.bookings.parties_of_request(pending.request.therapist_id, pending.request.client_id)
    if view is not None:
        return LookedUp(view, attention, is_visible=True)
    is_visible = access.may_see(requester, pending.requested_by.sub, *parties, took_time=False)
    return LookedUp(pending, attention, is_visible)


def _is_another(pending: Pending, view: BookingView) -> bool:
    """Whether the request that waits is not the one that the row answers."""
    return view.request != pending.request.as_text() or view.requested_by not in (pending.requested_by.sub, ERASED)


def _rejected(booking_id: str, request: RequestText, requester: Requester) -> BookingView:
    """The answer to a requester who has used a key again: their own request, rejected."""
    return BookingView.rejected_for_its_key(booking_id, request, requester.sub, explained(ReasonCode.KEY_CONFLICT))


def _refused_for_its_key(store: Store, requester: Requester, view: BookingView | None) -> RequestText | None:
    """What the requester asked for with the id of somebody else's booking, or None."""
    if view is None or not view.is_key_conflict:
        return None
    return store.bookings.key_conflict(view.booking_id, requester.sub)


def _is_visible(requester: Requester, view: BookingView) -> bool:
    return access.may_see(requester, view.requested_by, *view.parties, took_time=view.took_time)
