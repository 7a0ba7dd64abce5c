"""Clients: seen by themselves, their therapists and operators; they and operators write them."""

from uuid import UUID, uuid4

from booking import access
from booking.contracts.clients import ClientSearch, ClientsQuery
from booking.contracts.people import ClientAnswer, ClientBody, ClientList, NewClientBody
from booking.contracts.queries import next_cursor, uuid_cursor
from booking.errors import Refusal
from booking.model import Requester
from booking.ports import Clock, Logins
from booking.problems import Problem
from booking.services.logins import invitations
from booking.services.people.keeping import (
    demand_own_fields,
    demand_textable,
    id_taken,
    kept,
    logins_apart,
    replacement,
    seen_client,
)
from booking.services.people.proving import as_client_puts, as_staff_put
from booking.store import Stores
from booking.versions import demand_current

CLIENTS_OWN_FIELDS = frozenset({"time_zone", "contacts", "language", "discreet"})
"""What clients may change of themselves: contact data, and consent in it."""


def list_clients(stores: Stores, requester: Requester, page: ClientsQuery) -> ClientList:
    """A page of the clients the requester sees."""
    with stores.transaction() as store:
        visible = access.visible_clients(requester, *store.people.own_ids(requester.sub))
        rows = store.people.clients(visible, uuid_cursor(page.cursor), page.limit + 1, confirmed=page.confirmed)
    listed = [ClientAnswer.model_validate(row) for row in rows[: page.limit]]
    return ClientList(clients=listed, next=next_cursor(rows, page.limit, lambda row: str(row["id"])))


def search_clients(stores: Stores, requester: Requester, body: ClientSearch) -> ClientList:
    """A page of the clients the requester sees who have these words, or this number. Raises ``Refusal``."""
    access.demand_staff(requester)
    with stores.transaction() as store:
        visible = access.visible_clients(requester, *store.people.own_ids(requester.sub))
        rows = store.people.found_clients(body.text, visible, uuid_cursor(body.cursor), body.limit + 1)
    listed = [ClientAnswer.model_validate(row) for row in rows[: body.limit]]
    return ClientList(clients=listed, next=next_cursor(rows, body.limit, lambda row: str(row["id"])))


def confirm_client(stores: Stores, requester: Requester, client_id: UUID, clock: Clock) -> ClientAnswer:
    """Staff know this person; once is enough. Raises ``Refusal``."""
    with stores.transaction() as store:
        client = seen_client(store, requester, client_id, lock=True)
        access.demand_staff(requester)
        now = clock()
        if client.confirmed or not store.records.confirm(client_id, now):
            return client
        store.retention.record(client_id, "confirmed", requester.sub, "known to the practice", now)
        return client.model_copy(update={"confirmed": True})


def get_client(stores: Stores, requester: Requester, client_id: UUID) -> ClientAnswer:
    """One client the requester sees. Raises ``Refusal``."""
    with stores.transaction() as store:
        return seen_client(store, requester, client_id)


def add_client(stores: Stores, logins: Logins, requester: Requester, body: NewClientBody, clock: Clock) -> ClientAnswer:
    """A new client. Raises ``Refusal``."""
    access.demand_staff(requester)
    if body.confirmed is False:
        raise Refusal(Problem.RULE_BROKEN, "confirmed: who is entered by staff is known to them")
    if body.user_sub is not None and not access.is_operator(requester):
        raise access.forbidden("Only operators may set user_sub.")
    if body.invite:
        invitations.address_of(body)  # before anything is kept
    row = {**body.model_dump(exclude={"invite"}), "id": body.id or uuid4()}
    with logins_apart(), stores.transaction() as store:
        demand_textable(store, body.contacts)
        now = clock()
        if not store.people.add_client({**row, "contacts": as_staff_put(body.contacts)}, requester.sub, now):
            raise id_taken()
        store.records.put_consents(row["id"], None, "staff", now)
        added = kept(ClientAnswer, store.people.client(row["id"], access.ANYONE))
    if not body.invite:
        return added
    invitations.send_to_client(stores, logins, added, clock)
    with stores.autocommit() as store:
        return kept(ClientAnswer, store.people.client(added.id, access.ANYONE))


def change_client(
    stores: Stores, requester: Requester, client_id: UUID, body: ClientBody, if_match: str | None, clock: Clock
) -> ClientAnswer:
    """An operator changes everything, clients of themselves what is theirs. Raises ``Refusal``."""
    with logins_apart(), stores.transaction() as store:
        current = seen_client(store, requester, client_id, lock=True)
        if not access.is_operator(requester) and requester.sub != current.user_sub:
            raise access.forbidden("Only operators and the client may do this.")
        if body.confirmed not in (None, current.confirmed):
            raise Refusal(Problem.RULE_BROKEN, "confirmed: is changed by POST /v1/clients/{client_id}/confirmation")
        replaced = replacement(ClientAnswer, client_id, body.model_copy(update={"confirmed": current.confirmed}))
        demand_current(if_match, current)
        if access.is_operator(requester):
            contacts = as_staff_put(body.contacts, current.contacts)
        else:
            demand_own_fields(current, replaced, CLIENTS_OWN_FIELDS)
            self_made = store.records.is_self_made(client_id)
            contacts = as_client_puts(body.contacts, current.contacts, requester, self_made=self_made)
        demand_textable(store, body.contacts, current.contacts)
        now = clock()
        store.people.change_client({**replaced.model_dump(), "contacts": contacts}, now)
        login_was_taken = current.user_sub is not None and replaced.user_sub is None
        store.records.withdraw_invitation(client_id, login_was_taken=login_was_taken)
        said_by = "client" if requester.sub == current.user_sub else "staff"
        store.records.put_consents(client_id, None, said_by, now)
        return kept(ClientAnswer, store.people.client(client_id, access.ANYONE))
