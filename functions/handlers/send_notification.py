"""SendNotification: the consumer of the notification queue. What it could not answer, the queue brings back."""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.channels.email import SesEmail
from booking.channels.sms import SnsSms
from booking.channels.workflow import StepFunctionsTasks
from booking.config import required
from booking.contracts import NotificationMessage
from booking.model import Channel
from booking.services.send_notification import Channels, TaskCallbacks, send_notification
from handlers._runtime import count, logger, parse, stores, utc_now

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@cache
def outside() -> tuple[Channels, TaskCallbacks]:
    """The providers and Step Functions."""
    return {Channel.EMAIL: SesEmail(required("EMAIL_SENDER")), Channel.SMS: SnsSms()}, StepFunctionsTasks()


def record_handler(record: SQSRecord) -> None:
    message = parse(NotificationMessage, json.loads(record.body))
    logger.append_keys(booking_id=message.booking_id, notification_id=str(message.notification_id))
    outcome = send_notification(stores(), *outside(), message, utc_now)
    logger.info("notification handled", outcome=outcome or "failed")
    count(f"Notification{(outcome or 'failed').title()}")


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
