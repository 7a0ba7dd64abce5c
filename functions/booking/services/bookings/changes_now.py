"""What a reader of a booking would hear if they cancelled or moved it now: by the rules of the machines that do it."""

from datetime import datetime

from booking import access, paid
from booking.changing import Standing
from booking.codes import ChangeCost, ReasonCode
from booking.contracts.bookings import CancellationNowState, ChangeNowState, ChangesState
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
        view.hold.awaits if view.hold is not None else None,
        keeps_calendar=access.may_keep(requester, view.parties.therapist_sub),
    )
    return ChangesState(
        cancellation=_cancellation(view, _state(standing, standing.against_cancelling(now, now), now)),
        rescheduling=_state(standing, standing.against_moving(now, now), now),
    )


def _cancellation(view: BookingView, state: ChangeNowState) -> CancellationNowState:
    """With its money: what is held costs nothing, for nothing of it is agreed."""
    cost = paid.Cost(0, 0)
    if view.money is not None and state.cost != ChangeCost.NOT_ALLOWED:
        cost = paid.cost_of_cancelling(view.money, is_late=state.cost == ChangeCost.LATE)
    return CancellationNowState(**dict(state), **cost._asdict())


def _state(standing: Standing, reason: ReasonCode | None, now: datetime) -> ChangeNowState:
    if reason is not None:
        return ChangeNowState(
            cost=ChangeCost.NOT_ALLOWED, free_until=None, reason=ReasonContract.of([explained(reason)])[0]
        )
    if standing.is_late(now):
        return ChangeNowState(cost=ChangeCost.LATE, free_until=None, reason=None)
    return ChangeNowState(cost=ChangeCost.FREE, free_until=standing.free_before, reason=None)
