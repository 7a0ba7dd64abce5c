"""What a reader of a booking would hear if they cancelled or moved it now: by the rules of the machines that do it."""

from datetime import datetime

from booking import access
from booking.changing import Standing
from booking.codes import ChangeCost, ReasonCode
from booking.contracts.bookings import ChangeNowState, ChangesState
from booking.contracts.steps import ReasonContract
from booking.model import Requester
from booking.reasons import explained
from booking.store.bookings import BookingView


def changes_now(view: BookingView, requester: Requester, now: datetime) -> ChangesState | None:
    """None: there is nothing to change (any more), or it is not the reader's to change."""
    if view.session is None or not view.status.is_standing or not access.may_act(requester, *view.parties):
        return None
    standing = Standing(
        view.status,
        view.session.starts_at,
        view.free_until,
        view.late_cancellation,
        keeps_calendar=access.may_keep(requester, view.parties.therapist_sub),
    )
    return ChangesState(
        cancellation=_state(standing, standing.against_cancelling(now, now), now),
        rescheduling=_state(standing, standing.against_moving(now, now), now),
    )


def _state(standing: Standing, reason: ReasonCode | None, now: datetime) -> ChangeNowState:
    if reason is not None:
        return ChangeNowState(
            cost=ChangeCost.NOT_ALLOWED, free_until=None, reason=ReasonContract.of([explained(reason)])[0]
        )
    if standing.is_late(now):
        return ChangeNowState(cost=ChangeCost.LATE, free_until=None, reason=None)
    return ChangeNowState(cost=ChangeCost.FREE, free_until=standing.free_before, reason=None)
