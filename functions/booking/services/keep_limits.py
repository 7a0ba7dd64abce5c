"""The practice's limits: what operators set, and what is refused at the edge because of them."""

from collections.abc import Iterable

from booking import access
from booking.contracts.people import KeptContact
from booking.contracts.practice import LimitsBody
from booking.errors import RuleBroken
from booking.model import Channel, Requester
from booking.store import Store, Stores
from booking.versions import demand_current


def get_limits(stores: Stores, viewer: Requester) -> LimitsBody:
    """Raises ``Forbidden``."""
    access.demand_operator(viewer)
    with stores.reading() as store:
        return LimitsBody.model_validate(store.limits.get())


def change_limits(stores: Stores, viewer: Requester, body: LimitsBody, if_match: str | None) -> LimitsBody:
    """What is booked already stays. Raises ``Forbidden``, ``PreconditionMissing``, ``PreconditionFailed``."""
    access.demand_operator(viewer)
    with stores.transaction() as store:
        demand_current(if_match, LimitsBody.model_validate(store.limits.get(lock=True)))
        store.limits.put(body.model_dump())
    return body


def know_countries(store: Store, wanted: Iterable[KeptContact], before: Iterable[KeptContact] = ()) -> None:
    """Raises ``RuleBroken`` for a number that no text would go to; one that was kept before may stay."""
    kept = {each.address for each in before}
    numbers = [each.address for each in wanted if each.channel == Channel.SMS and each.address not in kept]
    if numbers and store.limits.not_to_be_texted(numbers):
        raise RuleBroken(
            "rule-broken", "A rule is broken", "contacts: the practice sends no texts to numbers of this country"
        )
