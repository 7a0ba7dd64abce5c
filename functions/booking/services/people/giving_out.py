"""Giving out one client's data, and erasing it: what both is asked for in several ways. Each is recorded."""

from datetime import datetime
from typing import Any
from uuid import UUID

from booking.contracts.retention import ClientDataAnswer
from booking.store import Store


def export(store: Store, client_id: UUID, actor: str, reason: str, now: datetime) -> dict[str, Any]:
    """All that is kept of a client there is; that it was given out is in it."""
    store.retention.record(client_id, "exported", actor, reason, now)
    return store.retention.file(client_id) or {}


def erase(store: Store, client_id: UUID, actor: str, reason: str, now: datetime) -> ClientDataAnswer:
    """Erases a client there is, and locks them first."""
    locked = store.retention.lock_client(client_id)
    if locked is None:
        return ClientDataAnswer(outcome="unknown")
    user_sub, is_erased = locked
    if is_erased:
        return ClientDataAnswer(outcome="erased")
    if store.retention.count_sessions_to_come(client_id, now):
        return ClientDataAnswer(outcome="has_sessions")
    store.retention.erase(client_id, now)
    store.retention.record(client_id, "erased", actor, reason, now)
    return ClientDataAnswer(outcome="erased", user_sub=user_sub)
