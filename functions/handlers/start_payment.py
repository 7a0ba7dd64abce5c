"""StartPayment: the consumer of the queue of payment events. Each starts a workflow, which reads what it is about."""

from booking.contracts.payments import PaymentEvent
from booking.services.payments.start_payment import start_payment
from handlers._outside import outside
from handlers._queue import consumer
from handlers._runtime import logger


@consumer(PaymentEvent)
def handler(event: PaymentEvent) -> None:
    start_payment(outside.workflows, event)
    logger.info("payment event", event_id=event.event_id, type=event.type)
