"""What all calls about oneself share: the record, and the answer."""

from typing import Any

from booking import access
from booking.contracts.me import MeAnswer, MyRecordState, MyRequestState
from booking.model import Requester
from booking.store import Store

_OF_THE_RECORD = frozenset(MyRecordState.model_fields)


def lock_own(store: Store, requester: Requester) -> dict[str, Any]:
    """The caller's record, which nobody else changes meanwhile. Raises ``Refusal`` when they have none."""
    own = store.records.lock_own(requester.sub)
    if own is None:
        raise access.not_found("client")
    return own


def answer_of(store: Store, requester: Requester, own: dict[str, Any] | None) -> MeAnswer:
    """The answer of every call about oneself."""
    therapist_id, client_id = store.people.own_ids(requester.sub)
    asked = [] if own is None else store.client_requests.of_client(own["id"])
    return MeAnswer(
        sub=requester.sub,
        groups=sorted(requester.groups),
        address=requester.address,
        client_id=client_id,
        therapist_id=therapist_id,
        confirmed=own and own["confirmed"],
        record=own and MyRecordState.model_validate({name: own[name] for name in _OF_THE_RECORD}),
        requests=[MyRequestState.model_validate(each) for each in asked],
    )
