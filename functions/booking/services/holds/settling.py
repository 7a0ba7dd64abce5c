"""What becomes of a hold: one way, for the workflow that waited, for what the provider tells, and for the sweep.

The row decides. Each of these is called in a transaction that has locked the hold, and says the same again.
"""

from datetime import datetime

from booking.codes import Awaits, BookingStatus, HoldAnswer, NotificationEvent, Outcome, PaymentRule, ReasonCode
from booking.contracts.steps import NotificationContract
from booking.model import Notification, SubmittedChange
from booking.reasons import explained
from booking.services.holds.beginning import begin, contract_of
from booking.store import Store
from booking.store.holds import HoldView

SWEEP = "sweep"


def settle_approval(store: Store, booking_id: str, execution: str, now: datetime) -> dict[str, object]:
    """The decision: booked, waiting for the payment now, or free again. No answer in time is an answer too."""
    hold = store.holds.get(booking_id, Awaits.APPROVAL)
    if hold is None:
        return {"outcome": Outcome.CANCELLED}
    if hold.outcome is not None:
        return _as_settled(store, hold, now)
    actor = hold.answered_by or SWEEP
    if hold.answer == HoldAnswer.APPROVE and _has_begun(store, booking_id, now):
        return _released(store, hold, Outcome.EXPIRED, ReasonCode.BOOKING_OVER, execution)
    if hold.answer == HoldAnswer.APPROVE:
        store.holds.settle(booking_id, Awaits.APPROVAL, Outcome.APPROVED)
        if _costs(store, booking_id):
            return begin(store, booking_id, Awaits.PAYMENT, actor, execution, now)
        return {"outcome": Outcome.CONFIRMED, "notifications": _of(store.holds.confirm(booking_id, actor, execution))}
    if hold.answer == HoldAnswer.CANCEL:  # its sessions are free already: nothing outside had to be closed first
        store.holds.settle(booking_id, Awaits.APPROVAL, Outcome.CANCELLED)
        return {"outcome": Outcome.CANCELLED}
    if hold.answer == HoldAnswer.DECLINE:
        return _released(store, hold, Outcome.DECLINED, ReasonCode.APPROVAL_DECLINED, execution)
    return _released(store, hold, Outcome.EXPIRED, ReasonCode.APPROVAL_EXPIRED, execution)


def settle_payment(
    store: Store, booking_id: str, execution: str, now: datetime, *, is_closed: bool
) -> dict[str, object]:
    """The decision: booked, ``unpaid`` or free again. ``is_closed``: nobody can pay at the provider any more.

    Without an answer nothing is freed before that: whoever pays in the last moment has paid.
    """
    hold = store.holds.get(booking_id, Awaits.PAYMENT)
    if hold is None:
        return {"outcome": Outcome.CANCELLED}
    if hold.outcome is not None:
        return _as_settled(store, hold, now)
    if hold.answer in (HoldAnswer.PAY, HoldAnswer.WAIVE):
        store.holds.settle(booking_id, Awaits.PAYMENT, Outcome.CONFIRMED)
        told = store.holds.confirm(booking_id, hold.answered_by or SWEEP, execution)
        return {"outcome": Outcome.CONFIRMED, "notifications": _of(told)}
    if not is_closed:
        return {"outcome": Outcome.UNPAID}
    store.holds.keep_checkout(booking_id, hold.checkout_id, None)
    if hold.answer == HoldAnswer.CANCEL:
        store.holds.settle(booking_id, Awaits.PAYMENT, Outcome.CANCELLED)
        return {"outcome": Outcome.CANCELLED, "notifications": _of(_cancel(store, hold, execution))}
    return _released(store, hold, Outcome.EXPIRED, ReasonCode.PAYMENT_MISSING, execution)


def settle_late_payment(store: Store, booking_id: str, execution: str, now: datetime) -> list[Notification]:
    """Paid after the hold had ended: booked, if the time is still free. What is not is given back, as ever."""
    ended = [
        each.booking_id
        for each in store.holds.sessions(booking_id)
        if each.status == BookingStatus.CANCELLED
        and each.cancellation_id is None
        and ReasonCode.PAYMENT_MISSING in each.reasons
        and each.starts_at > now
    ]
    again = [each for each in ended if store.holds.take_again(each)]
    return store.holds.confirm(booking_id, SWEEP, execution, again) if again else []


def _released(store: Store, hold: HoldView, outcome: Outcome, code: ReasonCode, execution: str) -> dict[str, object]:
    store.holds.settle(hold.booking_id, hold.awaits, outcome)
    told = store.holds.release(hold.booking_id, outcome, explained(code), hold.answered_by or SWEEP, execution)
    return {"outcome": outcome, "notifications": _of(told)}


def _cancel(store: Store, hold: HoldView, execution: str) -> list[Notification]:
    """As the change that asked for it would have, had nothing at the provider had to be closed first."""
    sessions = [each.booking_id for each in store.holds.sessions(hold.booking_id) if each.status == BookingStatus.HELD]
    change = SubmittedChange(
        change_id=hold.change_id or hold.booking_id,
        kind="cancellation",
        booking_id=hold.booking_id,
        text={},
        requested_by=hold.answered_by or SWEEP,
        execution=execution,
    )
    return store.changes.cancel(change, sessions, [])


def _as_settled(store: Store, hold: HoldView, now: datetime) -> dict[str, object]:
    """What was decided before, with the same notifications."""
    if hold.outcome == Outcome.APPROVED:
        newest = store.holds.get(hold.booking_id)
        if newest is not None and newest.awaits == Awaits.PAYMENT:
            told = store.ledger.of(hold.booking_id, NotificationEvent.PAYMENT_DUE)
            return {"outcome": Outcome.AWAITS_PAYMENT, "notifications": _of(told), "hold": contract_of(newest, now)}
    if hold.outcome in (Outcome.APPROVED, Outcome.CONFIRMED):
        told = store.ledger.of(hold.booking_id, NotificationEvent.BOOKING_CONFIRMED)
        return {"outcome": Outcome.CONFIRMED, "notifications": _of(told)}
    if hold.outcome == Outcome.CANCELLED:
        told = store.ledger.of_change(hold.change_id) if hold.change_id and hold.awaits == Awaits.PAYMENT else []
        return {"outcome": Outcome.CANCELLED, "notifications": _of(told)}
    told = store.ledger.of(hold.booking_id, NotificationEvent.HOLD_ENDED)
    return {"outcome": hold.outcome, "notifications": _of(told)}


def _costs(store: Store, booking_id: str) -> bool:
    return any(each.payment != PaymentRule.NONE for each in store.holds.sessions(booking_id))


def _has_begun(store: Store, booking_id: str, now: datetime) -> bool:
    held = [each for each in store.holds.sessions(booking_id) if each.status == BookingStatus.HELD]
    return not held or min(each.starts_at for each in held) <= now


def _of(told: list[Notification]) -> list[NotificationContract]:
    return NotificationContract.of(told)
