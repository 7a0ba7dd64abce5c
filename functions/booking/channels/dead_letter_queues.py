"""The dead-letter queues, looked into without a trace: what was taken to be read is visible again at once.

They have no redrive policy of their own, so that it does no harm that looking counts as receiving.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from booking.channels.aws import client, provider
from booking.contracts.base import legal_id
from booking.contracts.operations import DeadLetterQueue, DeadLetterState, Letter

AT_ONCE = 10
"""Messages of a call at most, as SQS says."""

TOO_OFTEN = "handled in vain too often: see the function's log"


class SqsDeadLetterQueues:
    """See ``ports.DeadLetterQueues``. ``urls``: of each queue, and of its dead-letter queue."""

    def __init__(self, urls: Mapping[DeadLetterQueue, tuple[str, str]], sqs: Any = None) -> None:
        self._urls = urls
        self._sqs = sqs or client("sqs")

    @contextmanager
    def held(
        self,
        queues: Iterable[DeadLetterQueue],
        seconds: int = 60,
        enough: Callable[[Sequence[Letter]], bool] = lambda _: False,
    ) -> Iterator[list[Letter]]:
        taken: list[Letter] = []
        try:
            with ThreadPoolExecutor(len(DeadLetterQueue)) as pool:
                list(pool.map(lambda queue: self._take(queue, seconds, enough, taken), queues))
            each_once = {each.state.message_id: each for each in taken}.values()
            yield sorted(each_once, key=lambda each: each.state.sent_at, reverse=True)
        finally:
            self._release(taken)

    def put_back(self, letter: Letter) -> None:
        queue, dead = self._urls[letter.state.queue]
        with provider("SQS"):
            self._sqs.send_message(QueueUrl=queue, MessageBody=letter.body)
            self._sqs.delete_message(QueueUrl=dead, ReceiptHandle=letter.handle)

    def _take(
        self, queue: DeadLetterQueue, seconds: int, enough: Callable[[Sequence[Letter]], bool], taken: list[Letter]
    ) -> None:
        seen = dict[str, Letter]()
        while not enough(list(seen.values())):
            with provider("SQS"):
                answer = self._sqs.receive_message(
                    QueueUrl=self._urls[queue][1],
                    MaxNumberOfMessages=AT_ONCE,
                    VisibilityTimeout=seconds,
                    WaitTimeSeconds=1,  # asks all of SQS's servers: without it some messages are not seen
                    AttributeNames=["All"],
                    MessageAttributeNames=["reason"],
                )
            found = [_letter(queue, message) for message in answer.get("Messages", [])]
            taken += found
            if all(each.state.message_id in seen for each in found):
                return
            seen |= {each.state.message_id: each for each in found}

    def _release(self, taken: list[Letter]) -> None:
        """A message is released by its latest handle; what is gone is no error, each has an answer of its own."""
        for queue, (_, dead) in self._urls.items():
            handles = list({each.state.message_id: each.handle for each in taken if each.state.queue is queue}.values())
            for start in range(0, len(handles), AT_ONCE):
                entries = [
                    {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                    for number, handle in enumerate(handles[start : start + AT_ONCE])
                ]
                with provider("SQS"):
                    self._sqs.change_message_visibility_batch(QueueUrl=dead, Entries=entries)


def _letter(queue: DeadLetterQueue, message: Mapping[str, Any]) -> Letter:
    attributes = message.get("Attributes", {})
    state = DeadLetterState(
        queue=queue,
        message_id=message["MessageId"],
        booking_id=booking_of(message["Body"]),
        reason=message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", TOO_OFTEN),
        received=int(attributes.get("ApproximateReceiveCount", 0)),
        sent_at=datetime.fromtimestamp(int(attributes.get("SentTimestamp", 0)) / 1000, UTC),
    )
    return Letter(state, message["Body"], message["ReceiptHandle"])


def booking_of(body: str) -> str | None:
    """The booking that a message is about: itself says so, or the input of the execution that it tells of."""
    content = _object_in(body)
    if "detail" in content:
        detail = content["detail"] if isinstance(content["detail"], dict) else {}
        content = _object_in(detail.get("input"))
    return legal_id(content.get("booking_id"))


def _object_in(text: Any) -> dict[str, Any]:
    """What a text says as JSON, or nothing: it may be anything."""
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
