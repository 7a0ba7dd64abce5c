"""One client's data: giving it out, and forgetting it. Both are recorded."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from booking.contracts.retention import ClientDataAnswer, ClientDataInput
from booking.errors import ProviderRefused
from booking.ports import Clock, Logins
from booking.services.people.giving_out import erase, export
from booking.store import Stores

YEAR = timedelta(days=365.25)
BATCH = 200
MAX_BATCHES = 20
LOOSE_WORDS_KEPT = timedelta(days=1)
"""Notes and reasons under a key that nobody has used since, or somebody else."""

CODES_KEPT = timedelta(days=2)
"""Codes that were texted to a number count for a day."""


def client_data(stores: Stores, given: ClientDataInput, clock: Clock) -> ClientDataAnswer:
    """Exports or erases. Who has sessions to come is not erased: cancel them first. Erasing twice is success."""
    now = clock()
    with stores.transaction() as store:
        if store.retention.lock_client(given.client_id) is None:
            return ClientDataAnswer(outcome="unknown")
        if given.act == "export":
            file = export(store, given.client_id, given.actor, given.reason, now)
            return ClientDataAnswer(outcome="exported", file=file)
        return erase(store, given.client_id, given.actor, given.reason, now)


def forget_clients(stores: Stores, years: int, clock: Clock) -> int:
    """Erases who was inactive for so many years, in bounded batches; returns how many. Safe to run twice.

    Each in a transaction of their own: nobody waits for two hundred, and no two clients' rows are locked in a row.
    """
    now, forgotten = clock(), 0
    with stores.transaction() as store:
        store.retention.forget_number_codes(now - CODES_KEPT)
    for _ in range(MAX_BATCHES):
        with stores.autocommit() as store:
            if store.words.settle_loose(now - LOOSE_WORDS_KEPT, BATCH) < BATCH:
                break
    for _ in range(MAX_BATCHES):
        with stores.autocommit() as store:
            found = store.retention.lock_clients_to_forget(now - years * YEAR, BATCH)
        erased = sum(_forget(stores, client_id, years, now) for client_id in found)
        forgotten += erased
        if len(found) < BATCH or not erased:
            break
    return forgotten


def delete_logins(stores: Stores, logins: Logins, must_stop: Callable[[], bool]) -> int:
    """Deletes the logins of who was erased, whoever erased them; how many. Safe to run twice, and to be cut off.

    Raises ``ProviderUnavailable`` at once, and ``ProviderRefused`` for one of them after all others.
    """
    deleted, refused = 0, dict[str, ProviderRefused]()
    while found := _logins_to_delete(stores, but=refused):
        for sub in found:
            if must_stop():
                return deleted
            try:
                logins.delete(sub)
            except ProviderRefused as error:
                refused[sub] = error
                continue
            with stores.autocommit() as store:
                store.retention.login_is_deleted(sub)
            deleted += 1
    for each in refused.values():
        raise each
    return deleted


def _logins_to_delete(stores: Stores, but: Collection[str]) -> list[str]:
    with stores.autocommit() as store:
        return [sub for sub in store.retention.logins_to_delete(BATCH + len(but)) if sub not in but]


def _forget(stores: Stores, client_id: UUID, years: int, now: datetime) -> bool:
    """False: something has happened of this client meanwhile, or somebody else has them locked."""
    with stores.transaction() as store:
        if not store.retention.lock_clients_to_forget(now - years * YEAR, 1, client_id):
            return False
        store.retention.erase(client_id, now)
        store.retention.record(client_id, "erased", "retention", f"inactive for {years} years", now)
    return True
