"""GET one change: what became of a cancellation or a move, for who asked and for whose the bookings are."""

from booking import access
from booking.codes import Outcome, ReasonCode
from booking.contracts.change_answers import ChangeAnswer, ChangeKind, SessionLeftState
from booking.contracts.steps import ReasonContract
from booking.model import Requester
from booking.ports import Workflows
from booking.reasons import explained
from booking.services.bookings.views import notification_states, reason_state
from booking.services.changes.get_absence import get_absence
from booking.store import Store, Stores
from booking.store.changes import Change, KeyConflict


def get_change(
    stores: Stores,
    workflows: Workflows,
    requester: Requester,
    change_id: str,
    kind: ChangeKind | None = None,
) -> ChangeAnswer:
    """The change. Raises ``Refusal`` when there is none, and when it is not the requester's: the two look alike.

    Before it is decided it is there for who asked.

    One key may have been used for a change of each kind: the second was refused, and ``kind`` tells them apart. Nobody
    is led to somebody else's.
    """
    with stores.autocommit() as store:
        absence = get_absence(store, requester, change_id) if kind in (None, "absence") else None
        if absence is not None:
            return absence
        change = store.changes.get(change_id)
        conflict = store.changes.key_conflict(change_id, kind, requester.sub, everyone=access.is_operator(requester))
        answer = None
        if change is not None and kind in (None, change.kind):
            answer = _decided(store, requester, change_id, change)
    is_anothers = change is not None and change.requested_by != requester.sub and not access.is_operator(requester)
    if conflict is not None and (answer is None or kind is not None or is_anothers):
        return _refused(change_id, conflict)
    if answer is not None:
        return answer
    for pending in workflows.changes_of(change_id):
        if kind in (None, pending.kind) and (
            requester.sub == pending.requested_by.sub or access.is_operator(requester)
        ):
            return ChangeAnswer(change_id=change_id, booking_id=pending.booking_id, kind=pending.kind, outcome=None)
    raise access.not_found("change")


def _decided(store: Store, requester: Requester, change_id: str, change: Change) -> ChangeAnswer | None:
    """Who asked sees all of it; others what it did to the bookings that are visible."""
    reached = [*change.booking_ids, *(each.booking_id for each in change.sessions_left)]
    parties = store.changes.parties([change.booking_id, *reached])
    visible = {known for known, each in parties.items() if access.may_act(requester, *each)}
    is_own = requester.sub == change.requested_by or access.is_operator(requester)
    if not (is_own or visible):
        return None
    are_all_visible = change.booking_id in visible and visible.issuperset(change.booking_ids)
    notifications = store.ledger.of_change(change_id) if are_all_visible else []
    is_about_visible = is_own or change.booking_id in visible or visible.intersection(change.booking_ids)
    reason = store.words.reason(change_id) if is_about_visible else None
    return ChangeAnswer.model_validate(
        {
            "change_id": change_id,
            "booking_id": change.booking_id,
            "kind": change.kind,
            "outcome": change.outcome,
            "reasons": ReasonContract.of(change.reasons),
            "booking_ids": [each for each in change.booking_ids if is_own or each in visible],
            "sessions_left": [
                SessionLeftState(booking_id=each.booking_id, reasons=ReasonContract.of(each.reasons))
                for each in change.sessions_left
                if is_own or each.booking_id in visible
            ],
            "notifications": notification_states(
                sorted(notifications, key=lambda each: (each.event, each.recipient, each.channel)), requester
            ),
            "reason": reason_state(reason, requester, parties.values()),
        }
    )


def _refused(change_id: str, conflict: KeyConflict) -> ChangeAnswer:
    """The answer to a requester who has used a key again: the change they asked for with it, refused."""
    return ChangeAnswer.model_validate(
        {
            "change_id": change_id,
            "booking_id": conflict.booking_id,
            "kind": conflict.kind,
            "outcome": Outcome.REFUSED,
            "reasons": ReasonContract.of([explained(ReasonCode.KEY_CONFLICT)]),
        }
    )
