"""Who the caller is to this practice."""

from booking.contracts.people import MeAnswer
from booking.model import Requester
from booking.store import Stores


def me(stores: Stores, requester: Requester) -> MeAnswer:
    """Who the caller is to this practice."""
    with stores.reading() as store:
        therapist_id, client_id = store.people.own_ids(requester.sub)
    return MeAnswer(sub=requester.sub, groups=sorted(requester.groups), client_id=client_id, therapist_id=therapist_id)
