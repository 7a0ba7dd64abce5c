"""GET one change: what became of a cancellation or a move, for whom the booking belongs to."""

from collections.abc import Callable

from booking import access
from booking.contracts.changes import ChangeAnswer, PendingChange
from booking.contracts.steps import ReasonContract
from booking.model import Requester
from booking.services.get_booking import notification_states
from booking.store import Stores

PendingChangeOf = Callable[[str], PendingChange | None]
"""The change an execution of this name was started for, or None when there is none."""


def get_change(
    stores: Stores, pending_change_of: PendingChangeOf, viewer: Requester, change_id: str
) -> ChangeAnswer | None:
    """The change, or None when there is none **or it is not the viewer's**. Before it is decided, for who asked."""
    with stores.reading() as store:
        change = store.changes.get(change_id)
        booking = None if change is None else store.changes.booking(change.booking_id)
        notifications = store.ledger.of_occasion(change_id)
    if change is None:
        pending = pending_change_of(change_id)
        if pending is None or not (viewer.sub == pending.requested_by.sub or access.is_operator(viewer)):
            return None
        return ChangeAnswer(change_id=change_id, booking_id=pending.booking_id, kind=pending.kind, outcome=None)
    is_theirs = booking is not None and access.may_see(
        viewer, booking.requested_by, booking.client_sub, booking.therapist_sub
    )
    if not is_theirs and viewer.sub != change.requested_by and not access.is_operator(viewer):
        return None
    return ChangeAnswer.model_validate(
        {
            "change_id": change_id,
            "booking_id": change.booking_id,
            "kind": change.kind,
            "outcome": change.outcome,
            "reasons": ReasonContract.of(change.reasons),
            "booking_ids": change.booking_ids,
            "notifications": notification_states(notifications, viewer) if is_theirs else [],
        }
    )
