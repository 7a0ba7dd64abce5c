"""What is said to a hold, in the transaction that locks it: the first answer holds, and the same again is no other."""

from datetime import datetime

from booking import access
from booking.codes import Awaits, HoldAnswer, WordsKind
from booking.errors import Refusal
from booking.model import Requester
from booking.problems import Problem
from booking.store import Store
from booking.store.holds import HoldView
from booking.store.words import Written


def say(
    store: Store,
    requester: Requester,
    head: str,
    awaits: Awaits,
    answer: HoldAnswer,
    reason: Written | None,
    now: datetime,
) -> str | None:
    """Keeps it; returns the token of the task that waits for it. Raises ``Refusal``."""
    hold = _theirs(store.holds.get(head, awaits), requester)
    if hold.answer is not None and hold.answer != answer:
        raise Refusal(Problem.HOLD_ANSWERED, f"This was answered with {hold.answer} before.")
    if hold.answer is None:
        if hold.outcome is not None or now >= hold.until:
            raise Refusal(Problem.HOLD_OVER, "This is over: the time is free for others.")
        store.holds.answer(head, awaits, answer, requester.sub, now)
        if answer == HoldAnswer.WAIVE:
            store.payments.waive([each.booking_id for each in store.holds.sessions(head)], requester.sub)
        if reason is not None:
            keep_reason(store, head, reason, requester, now)
    return hold.task_token if hold.outcome is None else None


def keep_reason(store: Store, booking_id: str, reason: Written, requester: Requester, now: datetime) -> None:
    """Why a request was declined, or a payment waived."""
    store.words.put(booking_id, WordsKind.REASON, reason, requester.sub, now, is_kept=True)


def _theirs(hold: HoldView | None, requester: Requester) -> HoldView:
    """Who keeps the calendar answers; whose booking it is may know that there is something to answer."""
    if hold is None or not access.may_act(requester, *hold.parties):
        raise access.not_found("hold")
    if not access.may_keep(requester, hold.parties.therapist_sub):
        raise access.forbidden("Only who keeps the calendar may do this.")
    return hold
