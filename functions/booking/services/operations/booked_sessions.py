"""When bookings are that are only named, as operators are told."""

from collections.abc import Collection

from booking.contracts.operations import BookedSession
from booking.store import Stores


def sessions_of(stores: Stores, booking_ids: Collection[str]) -> list[BookedSession]:
    """When these bookings are, of what, and with whom. Raises ``DatabaseUnavailable``."""
    if not booking_ids:
        return []
    with stores.autocommit() as store:
        return [BookedSession.model_validate(row) for row in store.finding.sessions(booking_ids)]
