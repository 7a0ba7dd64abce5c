"""SendNotification: the consumer of the notification queue. What it could not answer, the queue brings back."""

import boto3  # noqa: F401  # while Lambda starts the environment, not while somebody waits for the first message

from booking.contracts.queues import Delivery, NotificationTask
from booking.services.notifications.send_notification import send_notification
from handlers._outside import outside
from handlers._queue import consumer
from handlers._runtime import counted, logger

BATCH = 10
"""As many as the queue hands out at once (template.yaml): each waits for its provider, and they wait together."""

for each in (NotificationTask, Delivery):
    each.model_rebuild()  # two threads that build one at once, when it is first used, get neither


@consumer(NotificationTask, side_by_side=BATCH)
def handler(task: NotificationTask) -> None:
    logger.thread_safe_append_keys(booking_id=task.booking_id, notification_id=str(task.notification_id))
    outcome = send_notification(outside.stores, outside.channels, outside.tasks, task, outside.clock, outside.sender)
    result = outcome or "failed"
    logger.info("notification handled", outcome=result, **counted(f"Notification{result.title()}"))
