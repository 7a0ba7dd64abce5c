"""Two records of one person: which they may be, and making one of them."""

from typing import Any
from uuid import UUID

from booking import access
from booking.contracts.clients import DuplicateList, DuplicateState, MergeBody
from booking.contracts.people import ClientAnswer
from booking.errors import Refusal
from booking.model import Requester
from booking.ports import Clock
from booking.problems import Problem
from booking.services.people.keeping import kept, seen_client
from booking.store import Store, Stores

LISTED = 20


def list_duplicates(stores: Stores, requester: Requester, client_id: UUID) -> DuplicateList:
    """Records that may be of the same person, of those the requester sees. Raises ``Refusal``."""
    with stores.transaction() as store:
        visible = access.visible_clients(requester, *store.people.own_ids(requester.sub))
        seen_client(store, requester, client_id)
        access.demand_staff(requester)
        alike = store.records.alike(client_id)
        rows = {row["id"]: row for row in store.people.clients(visible, None, len(alike) or 1, ids=list(alike))}
    found = [(ClientAnswer.model_validate(rows[each]), because) for each, because in alike.items() if each in rows]
    return DuplicateList(
        duplicates=[
            DuplicateState.model_validate({"client": client, "because": because}) for client, because in found[:LISTED]
        ]
    )


def merge_clients(stores: Stores, requester: Requester, client_id: UUID, body: MergeBody, clock: Clock) -> ClientAnswer:
    """What the duplicate has becomes this client's: sessions, entries, consents, history, login; the duplicate ends.

    One record of two with a login has it afterwards; of two contacts on one channel this client's stays. Raises
    ``Refusal`` when both have logins, and when their sessions overlap: nobody sits in two.
    """
    if body.duplicate_id == client_id:
        raise Refusal(Problem.RULE_BROKEN, "duplicate_id: must be another record than the one in the path")
    now = clock()
    with stores.transaction() as store:
        seen_client(store, requester, client_id)
        access.demand_operator(requester)
        found = store.records.lock_to_merge([client_id, body.duplicate_id])
        if client_id not in found:
            raise access.not_found("client")
        if body.duplicate_id not in found:
            raise Refusal(Problem.RULE_BROKEN, "duplicate_id: names no client")
        _demand_apart(store, found[client_id], found[body.duplicate_id])
        store.records.merge(client_id, found[body.duplicate_id], now)
        store.records.put_consents(client_id, None, "staff", now)
        store.retention.record(client_id, "merged", requester.sub, f"has what {body.duplicate_id} had", now)
        store.retention.record(body.duplicate_id, "merged", requester.sub, f"is {client_id} now", now)
        return kept(ClientAnswer, store.people.client(client_id, access.ANYONE))


def _demand_apart(store: Store, client: dict[str, Any], duplicate: dict[str, Any]) -> None:
    if client["user_sub"] is not None and duplicate["user_sub"] is not None:
        raise Refusal(Problem.LOGINS_OF_BOTH, "Take one login away first, with PUT /v1/clients/{client_id}.")
    overlapping = store.records.overlapping(client["id"], duplicate["id"])
    if overlapping:
        raise Refusal(
            Problem.SESSIONS_OVERLAP,
            "Cancel or move one of each two first.",
            bookings=[
                {"booking_id": each["id"], "other_id": each["other_id"], "starts_at": each["starts_at"].isoformat()}
                for each in overlapping
            ],
        )
