"""AwaitApproval, AwaitPayment: the token is kept for the answer to come; when it is there already, there is no wait."""

from booking.codes import Awaits
from booking.contracts.holds import AwaitHoldInput
from booking.ports import WaitingTasks
from booking.store import Stores


def await_hold(stores: Stores, tasks: WaitingTasks, given: AwaitHoldInput, awaits: Awaits) -> None:
    """Whichever comes second, the answer or the wait, finds the other. What waits for nothing does not wait."""
    with stores.transaction() as store:
        store.holds.lock(given.booking_id)
        hold = store.holds.get(given.booking_id, awaits)
        store.holds.keep_token(given.booking_id, awaits, given.task_token)
    if hold is None or hold.answer is not None or hold.outcome is not None:
        tasks.succeed(given.task_token, "{}")
