"""The frame of a queue's consumer: partial batches, each message parsed; what can't be read is put aside, with why."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
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


def consumer(
    contract: type[Message],
) -> Callable[[Callable[[Message], None]], Handler]:
    """A Lambda handler for a queue's batches. A message whose handling raises is left to the queue."""

    def frame(handle: Callable[[Message], None]) -> Handler:
        def record_handler(record: SQSRecord) -> None:
            logger.append_keys(message_id=record.message_id, booking_id=None, notification_id=None, execution=None)
            try:
                message = parse(contract, _json(record.body))
            except ContractViolated as violated:
                logger.error("put aside", reason=str(violated))
                outside.dead_letters.put(record.body, str(violated))  # nobody will ever be able to read it
                return
            try:
                handle(message)
            except Exception as error:
                receives = record.attributes.approximate_receive_count
                logger.error("left to the queue", error=type(error).__name__, receive_count=receives)
                raise

        @logged
        def handler(event: Any, context: LambdaContext) -> Any:
            processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
            return process_partial_response(event, record_handler, processor, context)

        return handler

    return frame
