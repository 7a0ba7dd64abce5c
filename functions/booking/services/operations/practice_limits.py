"""The practice's limits: what one person may cost."""

from booking import access
from booking.contracts.practice import LimitsBody
from booking.model import Requester
from booking.store import Stores
from booking.versions import demand_current


def get_limits(stores: Stores, requester: Requester) -> LimitsBody:
    """Raises ``Refusal``."""
    access.demand_operator(requester)
    with stores.autocommit() as store:
        return LimitsBody.model_validate(store.limits.get())


def change_limits(stores: Stores, requester: Requester, body: LimitsBody, if_match: str | None) -> LimitsBody:
    """What is booked already stays. Raises ``Refusal``."""
    access.demand_operator(requester)
    with stores.transaction() as store:
        demand_current(if_match, LimitsBody.model_validate(store.limits.lock_limits()))
        store.limits.put(body.model_dump())
    return body
