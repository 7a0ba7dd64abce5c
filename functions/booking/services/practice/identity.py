"""Who the practice is: read by everyone, written by operators."""

from booking import access
from booking.contracts.practice import PracticeAnswer, PracticeBody
from booking.model import Requester
from booking.store import Stores
from booking.versions import demand_current


def get_practice(stores: Stores) -> PracticeAnswer:
    """The practice, as everyone sees it."""
    with stores.autocommit() as store:
        return PracticeAnswer.model_validate(store.practice.get())


def change_practice(stores: Stores, requester: Requester, body: PracticeBody, if_match: str | None) -> PracticeAnswer:
    """Replaces all of it; messages that leave from now on say so. Raises ``Refusal``."""
    access.demand_operator(requester)
    with stores.transaction() as store:
        demand_current(if_match, PracticeAnswer.model_validate(store.practice.lock_practice()))
        store.practice.put(body.model_dump(mode="json"))
        return PracticeAnswer.model_validate(store.practice.get())
