"""The queue of operators' acts, for when PostgreSQL is away: codes and ids, no words."""

from functools import cached_property
from typing import Any

from booking.channels.aws import client, provider
from booking.contracts.operators import OperatorAct


class SqsActs:
    """See ``ports.ActsQueue``."""

    def __init__(self, queue_url: str, sqs: Any = None) -> None:
        self._queue_url = queue_url
        self._given_sqs = sqs

    @cached_property
    def _sqs(self) -> Any:
        return self._given_sqs or client("sqs")

    def put(self, act: OperatorAct) -> None:
        with provider("SQS"):
            self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=act.model_dump_json())
