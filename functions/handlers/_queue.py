"""The frame of a queue's consumer: partial batches, each message parsed; what can't be read is put aside, with why."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from booking.errors import ContractViolated
from handlers._outside import outside
from handlers._runtime import Handler, logged, logger, parse

Message = TypeVar("Message", bound=BaseModel)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise ContractViolated("not JSON") from None


def consumer(contract: type[Message], *, side_by_side: int = 1) -> Callable[[Callable[[Message], None]], Handler]:
    """A Lambda handler for a queue's batches. A message whose handling raises is left to the queue.

    ``side_by_side``: so many of a batch are handled at once, in threads, for who waits most of the time for a provider.
    What they log is told apart by ``logger.thread_safe_append_keys``.
    """

    def frame(handle: Callable[[Message], None]) -> Handler:
        def take(body: str) -> None:
            try:
                message = parse(contract, _json(body))
            except ContractViolated as violated:
                logger.error("put aside", reason=str(violated))
                outside.dead_letters.put(body, str(violated))  # nobody will ever be able to read it
            else:
                handle(message)

        def is_taken(record: dict[str, Any]) -> bool:
            logger.thread_safe_clear_keys()
            logger.thread_safe_append_keys(message_id=record["messageId"])
            try:
                take(record["body"])
            except Exception as error:
                receives = record["attributes"]["ApproximateReceiveCount"]
                logger.error("left to the queue", error=type(error).__name__, receive_count=receives)
                return False
            return True

        @logged
        def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
            records = event["Records"]
            with ThreadPoolExecutor(side_by_side) as pool:
                taken = list(pool.map(is_taken, records))
            left = [record["messageId"] for record, is_one in zip(records, taken, strict=True) if not is_one]
            return {"batchItemFailures": [{"itemIdentifier": each} for each in left]}

        return handler

    return frame
