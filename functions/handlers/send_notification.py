"""SendNotification: the consumer of the notification queue. What it could not answer, the queue brings back."""

from functools import cache

from booking.channels.email import SesEmail
from booking.channels.sms import SnsSms
from booking.channels.workflow import StepFunctionsTasks
from booking.config import optional, required
from booking.contracts.messages import NotificationMessage
from booking.model import Channel
from booking.notices import Sender
from booking.services.send_notification import Channels, TaskCallbacks, send_notification
from handlers._queue import consumer
from handlers._runtime import counted, logger, stores, utc_now


@cache
def outside() -> tuple[Channels, TaskCallbacks, Sender]:
    """The providers, Step Functions, and in whose name we write."""
    sender = Sender(required("EMAIL_SENDER"), optional("BOOKING_SITE_URL").rstrip("/"))
    return (
        {Channel.EMAIL: SesEmail(sender.email, required("EMAIL_CONFIGURATION_SET")), Channel.SMS: SnsSms()},
        StepFunctionsTasks(),
        sender,
    )


@consumer(NotificationMessage)
def handler(message: NotificationMessage) -> None:
    logger.append_keys(booking_id=message.booking_id, notification_id=str(message.notification_id))
    channels, tasks, sender = outside()
    outcome = send_notification(stores(), channels, tasks, message, utc_now, sender)
    result = outcome or "failed"
    logger.info("notification handled", outcome=result, **counted(f"Notification{result.title()}"))
