"""The queue of what Stripe has told of: ids and codes, no names."""

from functools import cached_property
from typing import Any

from booking.channels.aws import client, provider
from booking.contracts.payments import PaymentEvent


class SqsPaymentEvents:
    """See ``ports.PaymentEvents``."""

    def __init__(self, queue_url: str, sqs: Any = None) -> None:
        self._queue_url = queue_url
        self._given_sqs = sqs

    @cached_property
    def _sqs(self) -> Any:
        return self._given_sqs or client("sqs")

    def put(self, event: PaymentEvent) -> None:
        with provider("SQS"):
            self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=event.model_dump_json())
