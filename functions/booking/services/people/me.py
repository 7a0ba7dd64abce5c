"""Who the caller is to this practice, and the record they make of themselves."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from booking import access, addresses
from booking.contracts.me import GivenConsentState, MeAnswer, MeBody, MyRecordState
from booking.contracts.people import KeptContact
from booking.model import Requester
from booking.ports import Clock
from booking.services.people.agreeing import demand_texts
from booking.services.people.keeping import demand_textable
from booking.services.people.own import answer_of
from booking.services.people.proving import as_client_puts
from booking.store import Store, Stores
from booking.versions import demand_current


def me(stores: Stores, requester: Requester) -> MeAnswer:
    """Who the caller is to this practice."""
    with stores.transaction() as store:
        return answer_of(store, requester, store.records.own(requester.sub))


def put_me(stores: Stores, requester: Requester, body: MeBody, if_match: str | None, clock: Clock) -> MeAnswer:
    """Makes the caller's record, or changes it. What is there already is success, whatever version is named.

    Who was invited at the address that their login has shown to be theirs takes over the record that staff made: once,
    and only while nobody has it. Everyone else gets a new one. Raises ``Refusal``.
    """
    now = clock()
    with stores.transaction() as store:
        store.records.lock_login(requester.sub)
        own = store.records.lock_own(requester.sub)
        current = answer_of(store, requester, own)
        if current.record is not None and _says(body) == _says(current.record):
            return current
        demand_current(if_match, current)
        if own is None:
            _begin(store, requester, body, now)
        else:
            if body.name != own["name"] and (own["confirmed"] or not own["self_made"]):
                raise access.forbidden("Only operators may change name.")
            _write(store, requester, own, body, now)
        return answer_of(store, requester, store.records.own(requester.sub))


def _begin(store: Store, requester: Requester, body: MeBody, now: datetime) -> None:
    mailbox = addresses.mailbox(requester.address)
    invited = store.records.lock_invited(mailbox) if mailbox is not None else []
    if len(invited) != 1:  # of two, nobody can tell whose the login is: staff merge
        _add(store, requester, body, now)
        return
    store.records.claim(invited[0], requester.sub)
    store.retention.record(invited[0], "claimed", "client", "invited at the address of this login", now)
    own = store.records.own(requester.sub)
    assert own is not None  # noqa: S101  # it was claimed a moment ago
    _write(store, requester, own, body, now, keeps_others=True)


def _add(store: Store, requester: Requester, body: MeBody, now: datetime) -> None:
    client_id = uuid4()
    contacts = as_client_puts(body.contacts, (), requester, self_made=True)
    demand_texts(body, (), ())
    demand_textable(store, body.contacts)
    store.records.add_own(client_id, requester.sub, _columns(body))
    _put_rest(store, client_id, contacts, body, now)


def _write(
    store: Store, requester: Requester, own: dict[str, Any], body: MeBody, now: datetime, *, keeps_others: bool = False
) -> None:
    """``keeps_others``: what staff know, and who takes a record over can't have seen: its name, its other contacts."""
    before = [KeptContact.model_validate(each) for each in own["contacts"]]
    contacts = as_client_puts(body.contacts, before, requester, self_made=own["self_made"])
    demand_texts(body, before, [GivenConsentState.model_validate(each) for each in own["consents"]])
    demand_textable(store, body.contacts, before)
    columns = _columns(body)
    if keeps_others:
        columns["name"] = own["name"]
        named = {each.channel for each in body.contacts}
        contacts += [each.model_dump() for each in before if each.channel not in named]
    store.records.change_own(own["id"], columns)
    _put_rest(store, own["id"], contacts, body, now)


def _put_rest(store: Store, client_id: UUID, contacts: list[dict[str, Any]], body: MeBody, now: datetime) -> None:
    store.people.put_client_contacts(client_id, contacts, now)
    store.records.put_consents(client_id, {each.kind: each.version for each in body.consents}, "client", now)


def _columns(body: MeBody) -> dict[str, Any]:
    return body.model_dump(include={"name", "time_zone", "language", "discreet"})


def _says(record: MeBody | MyRecordState) -> dict[str, Any]:
    """What somebody says of themselves; whether an address is proven is not for them to say."""
    said = record.model_dump(mode="json")
    for each in said["contacts"]:
        each.pop("unproven")
    return said
