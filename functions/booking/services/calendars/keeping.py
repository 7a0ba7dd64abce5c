"""Whose a calendar is to read and to change."""

from uuid import UUID

from booking import access
from booking.model import Requester
from booking.store import Store


def demand_keeper(store: Store, requester: Requester, therapist_id: UUID) -> None:
    """Raises ``Refusal`` (not found) for who does not keep this calendar."""
    owner = store.calendars.owner(therapist_id)
    if owner is None or not access.may_keep(requester, *owner):
        raise access.not_found("therapist")
