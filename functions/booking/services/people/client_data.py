"""One client's data: giving it out, and forgetting it. Both are recorded."""

from datetime import datetime, timedelta
from uuid import UUID

from booking.contracts.retention import ClientDataAnswer, ClientDataInput
from booking.ports import Clock
from booking.store import Stores

YEAR = timedelta(days=365.25)
BATCH = 200
MAX_BATCHES = 20


def client_data(stores: Stores, given: ClientDataInput, clock: Clock) -> ClientDataAnswer:
    """Exports or erases. Who has sessions to come is not erased: cancel them first. Erasing twice is success."""
    now = clock()
    with stores.transaction() as store:
        locked = store.retention.lock_client(given.client_id)
        if locked is None:
            return ClientDataAnswer(outcome="unknown")
        if given.act == "export":
            store.retention.record(given.client_id, "exported", given.actor, given.reason, now)
            return ClientDataAnswer(outcome="exported", file=store.retention.file(given.client_id))
        user_sub, is_erased = locked
        if is_erased:
            return ClientDataAnswer(outcome="erased")
        if store.retention.count_sessions_to_come(given.client_id, now):
            return ClientDataAnswer(outcome="has_sessions")
        store.retention.erase(given.client_id, now)
        store.retention.record(given.client_id, "erased", given.actor, given.reason, now)
    return ClientDataAnswer(outcome="erased", user_sub=user_sub)


def forget_clients(stores: Stores, years: int, clock: Clock) -> int:
    """Erases who was inactive for so many years, in bounded batches; returns how many. Safe to run twice.

    Each in a transaction of their own: nobody waits for two hundred, and no two clients' rows are locked in a row.
    """
    now, forgotten = clock(), 0
    for _ in range(MAX_BATCHES):
        with stores.reading() as store:
            found = store.retention.lock_clients_to_forget(now - years * YEAR, BATCH)
        erased = sum(_forget(stores, client_id, years, now) for client_id in found)
        forgotten += erased
        if len(found) < BATCH or not erased:
            break
    return forgotten


def _forget(stores: Stores, client_id: UUID, years: int, now: datetime) -> bool:
    """False: something has happened of this client meanwhile, or somebody else has them locked."""
    with stores.transaction() as store:
        if not store.retention.lock_clients_to_forget(now - years * YEAR, 1, client_id):
            return False
        store.retention.erase(client_id, now)
        store.retention.record(client_id, "erased", "retention", f"inactive for {years} years", now)
    return True
