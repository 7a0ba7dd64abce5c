"""What became of an absence: each booking that it cancels, for who keeps the calendar."""

from booking import access
from booking.codes import Outcome
from booking.contracts.change_answers import AbsenceCancellation, AbsenceState, ChangeAnswer
from booking.contracts.steps import ReasonContract
from booking.model import Parties, Requester
from booking.services.bookings.views import notification_states, reason_state
from booking.store import Store


def get_absence(store: Store, requester: Requester, absence_id: str) -> ChangeAnswer | None:
    """The change, or None when there is no such absence or the calendar is not the requester's."""
    absence = store.absences.get(absence_id)
    if absence is None or not access.may_keep(requester, absence.therapist_sub):
        return None
    progress = store.absences.progress(absence_id)
    outcomes = [each.outcome for each in progress]
    state = AbsenceState(
        therapist_id=absence.therapist_id,
        time_off_id=absence.time_off_id,
        bookings=len(outcomes),
        cancelled=outcomes.count(Outcome.CANCELLED),
        pending=outcomes.count(None),
        cancellations=[
            AbsenceCancellation.model_validate(
                {
                    "booking_id": each.booking_id,
                    "change_id": each.change_id,
                    "outcome": each.outcome,
                    "reasons": ReasonContract.of(each.reasons),
                    "notifications": notification_states(each.notifications, requester),
                }
            )
            for each in progress
        ],
    )
    parties = Parties(client_sub=None, therapist_sub=absence.therapist_sub)
    return ChangeAnswer(
        change_id=absence_id,
        booking_id=None,
        kind="absence",
        outcome=None if state.pending else "cancelled",
        reason=reason_state(store.absences.reason(absence_id), requester, [parties]),
        absence=state,
    )
