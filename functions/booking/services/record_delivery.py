"""RecordDelivery: what became of a message after the provider took it; addresses that fail are not written to again."""

from datetime import datetime
from uuid import UUID

from booking.contracts.delivery import Delivered
from booking.model import DeliveryReport, Unreachable
from booking.store import Store, Stores

UNREACHED = "UNREACHED"
"""The status of the attention a booking needs when a recipient heard of it on no channel."""

STOPS_WRITING = {
    DeliveryReport.BOUNCED: Unreachable.BOUNCED,
    DeliveryReport.COMPLAINED: Unreachable.COMPLAINED,
}


def record_delivery(stores: Stores, report: Delivered) -> bool:
    """Whether that was news of a message we know."""
    with stores.transaction() as store:
        is_news = store.ledger.record_delivery(report.notification_id, report.delivery, report.at)
        if is_news and report.delivery in STOPS_WRITING:
            store.ledger.stop_writing(report.notification_id, STOPS_WRITING[report.delivery])
            call_for_attention(store, report.notification_id, report.at)
    return is_news


def call_for_attention(store: Store, notification_id: UUID, at: datetime) -> None:
    """Marks the booking for a person when this recipient can be reached on no channel."""
    booking_id = store.ledger.unreached(notification_id)
    if booking_id is not None:
        store.history.mark_attention(booking_id, True, "", UNREACHED, None, at)
