"""An event becomes an execution, which reads what it is about."""

from booking.contracts.payments import PaymentEvent, PaymentInput
from booking.ports import Workflows


def start_payment(workflows: Workflows, event: PaymentEvent) -> None:
    """Starts the machine under the event's id: an event that is told again starts nothing.

    Raises ``ProviderUnavailable``, ``ProviderRefused``.
    """
    workflows.start_payment(event.event_id, PaymentInput(about="event", object=event.object))
