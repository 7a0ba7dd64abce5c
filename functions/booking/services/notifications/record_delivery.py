"""RecordDelivery: what became of a message after the provider took it; addresses that fail are not written to again."""

from datetime import timedelta

from booking.codes import DeliveryReport, Unreachable
from booking.contracts.delivery import Delivered
from booking.errors import NotificationUnknown
from booking.ports import Clock
from booking.services.notifications.reaching import call_for_attention
from booking.store import Stores

STOPS_WRITING = {
    DeliveryReport.BOUNCED: Unreachable.BOUNCED,
    DeliveryReport.COMPLAINED: Unreachable.COMPLAINED,
}


TOO_EARLY = timedelta(minutes=10)
"""So long a report may be faster than our record of the message it is about."""


def record_delivery(stores: Stores, report: Delivered, clock: Clock) -> bool:
    """Whether that was news of a notification we know.

    Raises ``NotificationUnknown`` for a fresh report of a message nobody knows yet: then the queue must bring it back.
    """
    with stores.transaction() as store:
        notification_id = report.notification_id or store.ledger.known_by(report.provider_message_id or "")
        if notification_id is None:
            if clock() - report.at < TOO_EARLY:
                raise NotificationUnknown("a report came before the record of its message")
            return False
        if store.ledger.is_of_an_earlier_attempt(notification_id, report.at):
            return False  # it may have gone to another address, and says nothing of the message that is sent again
        is_news = store.ledger.record_delivery(notification_id, report.delivery, report.at)
        if report.delivery in STOPS_WRITING:  # news or not: it says something about the address
            store.ledger.stop_writing(notification_id, STOPS_WRITING[report.delivery])
        if is_news and report.delivery != DeliveryReport.DELIVERED:
            call_for_attention(store, notification_id, report.at)
    return is_news
