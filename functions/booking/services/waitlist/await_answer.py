"""AwaitAnswer: the workflow waits for the answer to an offer, unless it is there already."""

from booking.contracts.offers import AwaitAnswerInput
from booking.ports import WaitingTasks
from booking.store import Stores


def await_answer(stores: Stores, tasks: WaitingTasks, given: AwaitAnswerInput) -> None:
    """Keeps the token for the answer to come; when it is there already, or there is no such offer, there is no wait."""
    with stores.transaction() as store:
        offer = store.offers.lock_offer(given.booking_id)
        store.offers.keep_token(given.booking_id, given.task_token)
    if offer is None or offer.answer is not None or offer.outcome is not None:
        tasks.succeed(given.task_token, "{}")
