"""Whether somebody can still be told of a booking, and what happens when they cannot."""

from datetime import datetime
from uuid import UUID

from booking.store import Store


def call_for_attention(store: Store, notification_id: UUID, at: datetime) -> None:
    """Marks the booking for a person when this recipient can be reached on no channel."""
    booking_id = store.ledger.unreached(notification_id)
    if booking_id is not None:
        store.history.mark_unreached(booking_id, at)
