"""The dead-letter queue, for messages that can never be handled: with the reason, for bookingctl to show."""

from typing import Any

from booking.channels.aws import client, provider

REASON_MAX = 256


class SqsDeadLetters:
    """Puts messages aside."""

    def __init__(self, queue_url: str, sqs: Any = None) -> None:
        self._queue_url = queue_url
        self._sqs = sqs or client("sqs")

    def put(self, body: str, reason: str) -> None:
        """Raises ``ProviderUnavailable``, ``ProviderRefused``."""
        attributes = {"reason": {"DataType": "String", "StringValue": reason[:REASON_MAX]}}
        with provider("SQS"):
            self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=body, MessageAttributes=attributes)
