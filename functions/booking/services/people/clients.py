"""Clients: seen by themselves, their therapists and operators; they and operators write them."""

from uuid import UUID, uuid4

from booking import access
from booking.contracts.people import ClientAnswer, ClientBody, ClientList
from booking.contracts.queries import Page, next_cursor, uuid_cursor
from booking.model import Requester
from booking.ports import Clock
from booking.services.people.keeping import (
    demand_own_fields,
    demand_textable,
    id_taken,
    kept,
    logins_apart,
    replacement,
)
from booking.store import Store, Stores
from booking.versions import demand_current

CLIENTS_OWN_FIELDS = frozenset({"time_zone", "contacts", "language", "discreet"})
"""What clients may change of themselves: contact data, and consent in it."""

ANYONE: dict[str, object] = {"everyone": True, "own_client_id": None, "own_therapist_id": None, "sub": ""}
"""Everyone: what one has just written one may read."""


def list_clients(stores: Stores, requester: Requester, page: Page) -> ClientList:
    """A page of the clients the requester sees."""
    with stores.transaction() as store:
        visible = access.visible_clients(requester, *store.people.own_ids(requester.sub))
        rows = store.people.clients(visible, uuid_cursor(page.cursor), page.limit + 1)
    listed = [ClientAnswer.model_validate(row) for row in rows[: page.limit]]
    return ClientList(clients=listed, next=next_cursor(rows, page.limit, lambda row: str(row["id"])))


def get_client(stores: Stores, requester: Requester, client_id: UUID) -> ClientAnswer:
    """One client the requester sees. Raises ``Refusal``."""
    with stores.transaction() as store:
        return _client(store, requester, client_id)


def add_client(stores: Stores, requester: Requester, body: ClientBody, clock: Clock) -> ClientAnswer:
    """A new client. Raises ``Refusal``."""
    access.demand_staff(requester)
    if body.user_sub is not None and not access.is_operator(requester):
        raise access.forbidden("Only operators may set user_sub.")
    row = {**body.model_dump(), "id": body.id or uuid4()}
    with logins_apart(), stores.transaction() as store:
        demand_textable(store, body.contacts)
        if not store.people.add_client(row, requester.sub, clock()):
            raise id_taken()
        return kept(ClientAnswer, store.people.client(row["id"], ANYONE))


def change_client(
    stores: Stores, requester: Requester, client_id: UUID, body: ClientBody, if_match: str | None, clock: Clock
) -> ClientAnswer:
    """An operator changes everything, clients of themselves what is theirs. Raises ``Refusal``."""
    with logins_apart(), stores.transaction() as store:
        current = _client(store, requester, client_id, lock=True)
        if not access.is_operator(requester) and requester.sub != current.user_sub:
            raise access.forbidden("Only operators and the client may do this.")
        replaced = replacement(ClientAnswer, client_id, body)
        demand_current(if_match, current)
        if not access.is_operator(requester):
            demand_own_fields(current, replaced, CLIENTS_OWN_FIELDS)
        demand_textable(store, body.contacts, current.contacts)
        store.people.change_client(replaced.model_dump(), clock())
        return kept(ClientAnswer, store.people.client(client_id, ANYONE))


def _client(store: Store, requester: Requester, client_id: UUID, *, lock: bool = False) -> ClientAnswer:
    visible = access.visible_clients(requester, *store.people.own_ids(requester.sub))
    row = store.people.lock_client(client_id, visible) if lock else store.people.client(client_id, visible)
    if row is None:
        raise access.not_found("client")
    return ClientAnswer.model_validate(row)
