"""What cancelling and moving have in common: asked once, by someone whose booking it is."""

from collections.abc import Sequence

from booking import access, rules
from booking.contracts.changes import CancelBookingInput, MoveBookingInput
from booking.contracts.steps import Decision, NotificationContract, ReasonContract
from booking.model import Outcome, ReasonCode, Requester
from booking.store import Store
from booking.store.changes import AskedChange, BookingToChange, Change, SessionLeft, Standing
from booking.store.ledger import NewNotification


def asked_for(given: CancelBookingInput | MoveBookingInput, kind: str) -> AskedChange:
    """Who asked for which change, under which id."""
    return AskedChange(
        change_id=given.change_id,
        kind=kind,
        booking_id=given.booking_id,
        text=given.request.as_text(),
        requested_by=given.requested_by.sub,
        execution=given.execution,
    )


def is_theirs(requester: Requester, booking: BookingToChange | Standing) -> bool:
    """Whether the requester may ask for changes of it, by what they are to it now."""
    return access.may_act(requester, booking.client_sub, booking.therapist_sub)


def is_keeper(requester: Requester, booking: BookingToChange | Standing) -> bool:
    """Whether the requester keeps the calendar that the booking is in: the practice's deadlines are not for them."""
    return access.may_keep(requester, booking.therapist_sub)


def too_many(store: Store, requester: Requester, booking: BookingToChange) -> bool:
    """Whether the requester has met the practice's limit of changes; who keeps the calendar has none."""
    return not is_keeper(requester, booking) and store.limits.lock_and_count_changes(requester.sub)


def as_decided(store: Store, asked: AskedChange, change: Change) -> Decision:
    """What was decided under this id before; a ``key_conflict``, which who asked can read, when it was another."""
    if not change.answers(asked):
        store.changes.record_key_conflict(asked)
        reason = rules.reason(ReasonCode.KEY_CONFLICT)
        return Decision(outcome=Outcome.KEY_CONFLICT, reasons=ReasonContract.of([reason]))
    return Decision(
        outcome=change.outcome,
        reasons=ReasonContract.of(change.reasons),
        notifications=messages(store.changes.notifications(asked.change_id)),
    )


def refused(
    store: Store, asked: AskedChange, codes: Sequence[ReasonCode], left: Sequence[SessionLeft] = ()
) -> Decision:
    """Keeps the refusal and says why."""
    reasons = [rules.reason(code) for code in codes]
    store.changes.record(asked, Outcome.REFUSED, reasons, sessions_left=left)
    return Decision(outcome=Outcome.REFUSED, reasons=ReasonContract.of(reasons))


def messages(notifications: Sequence[NewNotification]) -> list[NotificationContract]:
    """The messages that the workflow is to deliver."""
    return [NotificationContract(**each._asdict()) for each in notifications]
