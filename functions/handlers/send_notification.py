"""SendNotification: the consumer of the notification queue. What it could not answer, the queue brings back."""

from functools import cache

from booking.channels.email import SesEmail
from booking.channels.sms import SnsSms
from booking.channels.workflow import StepFunctionsTasks
from booking.config import required
from booking.contracts.messages import NotificationMessage
from booking.model import Channel
from booking.services.send_notification import Channels, TaskCallbacks, send_notification
from handlers._queue import consumer
from handlers._runtime import count, logger, stores, utc_now


@cache
def outside() -> tuple[Channels, TaskCallbacks]:
    """The providers and Step Functions."""
    return {Channel.EMAIL: SesEmail(required("EMAIL_SENDER")), Channel.SMS: SnsSms()}, StepFunctionsTasks()


@consumer(NotificationMessage)
def handler(message: NotificationMessage) -> None:
    logger.append_keys(booking_id=message.booking_id, notification_id=str(message.notification_id))
    outcome = send_notification(stores(), *outside(), message, utc_now)
    logger.info("notification handled", outcome=outcome or "failed")
    count(f"Notification{(outcome or 'failed').title()}")
