"""RecordDelivery: the consumer of the queue of what providers report of the messages it took."""

from booking.contracts.delivery import Delivered
from booking.services.notifications.record_delivery import record_delivery
from handlers._outside import outside
from handlers._queue import consumer
from handlers._runtime import counted, logger


@consumer(Delivered)
def handler(report: Delivered) -> None:
    logger.thread_safe_append_keys(notification_id=report.notification_id and str(report.notification_id))
    is_news = record_delivery(outside.stores, report, outside.clock)
    metric = counted(f"Message{report.delivery.title()}") if is_news else {}
    logger.info("delivery reported", delivery=report.delivery, is_news=is_news, **metric)
