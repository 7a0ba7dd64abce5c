"""RecordDelivery: the consumer of the queue of what SES reports of the messages it took."""

from booking.contracts.delivery import Delivered
from booking.services.record_delivery import record_delivery
from handlers._queue import consumer
from handlers._runtime import count, logger, stores


@consumer(Delivered)
def handler(report: Delivered) -> None:
    logger.append_keys(notification_id=str(report.notification_id))
    is_news = record_delivery(stores(), report)
    logger.info("delivery reported", delivery=report.delivery, is_news=is_news)
    if is_news:
        count(f"Message{report.delivery.title()}")
