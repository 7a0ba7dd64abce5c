"""What cancelling and moving have in common: decided once, for someone whose booking it is."""

from collections.abc import Sequence

from booking import access
from booking.changing import Standing
from booking.codes import Outcome, ReasonCode
from booking.contracts.changes import CancelBookingInput, MoveBookingInput
from booking.contracts.steps import Decision, NotificationContract, ReasonContract
from booking.model import Parties, Requester, SubmittedChange
from booking.reasons import explained
from booking.store import Store
from booking.store.changes import BookingToChange, Change, SessionLeft, SessionToChange


def submitted_change(given: CancelBookingInput | MoveBookingInput, kind: str) -> SubmittedChange:
    """The change as it was submitted, for the record."""
    return SubmittedChange(
        change_id=given.change_id,
        kind=kind,
        booking_id=given.booking_id,
        text=given.request.as_text(),
        requested_by=given.requested_by.sub,
        execution=given.execution,
    )


def may_change(requester: Requester, booking: BookingToChange | SessionToChange) -> bool:
    """Whether the requester may ask for changes of it, by what they are to it now."""
    return access.may_act(requester, *booking.parties)


def standing_of(requester: Requester, booked: SessionToChange) -> Standing:
    """How the session stands, for who asks to change it."""
    return Standing(
        booked.status,
        booked.session.starts_at,
        booked.free_until,
        booked.late_cancellation,
        booked.awaits,
        keeps_calendar=access.may_keep(requester, booked.parties.therapist_sub),
    )


def against_asking(store: Store, requester: Requester, parties: Parties | None) -> ReasonCode | None:
    """Why the requester may ask for no change of a booking of these, if they may not. None: there is no such booking.

    The practice's limit of changes is not for who keeps the calendar; others' changes wait until the transaction ends.
    """
    if parties is None or not access.may_act(requester, *parties):
        return ReasonCode.BOOKING_UNKNOWN
    if not access.may_keep(requester, parties.therapist_sub) and store.limits.lock_and_check_changes(requester.sub):
        return ReasonCode.TOO_MANY_CHANGES
    return None


def as_decided(store: Store, submitted: SubmittedChange, change: Change) -> Decision:
    """What was decided under this id before; a ``key_conflict``, which who asked can read, when it was another."""
    if not change.answers(submitted):
        store.changes.record_key_conflict(submitted)
        reason = explained(ReasonCode.KEY_CONFLICT)
        return Decision(outcome=Outcome.KEY_CONFLICT, reasons=ReasonContract.of([reason]))
    return Decision(
        outcome=change.outcome,
        reasons=ReasonContract.of(change.reasons),
        notifications=NotificationContract.of(store.ledger.of_change(submitted.change_id)),
    )


def refuse(
    store: Store, submitted: SubmittedChange, codes: Sequence[ReasonCode], left: Sequence[SessionLeft] = ()
) -> Decision:
    """Keeps the refusal and says why."""
    reasons = [explained(code) for code in codes]
    store.changes.record(submitted, Outcome.REFUSED, reasons, sessions_left=left)
    return Decision(outcome=Outcome.REFUSED, reasons=ReasonContract.of(reasons))
