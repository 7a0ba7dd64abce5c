"""What the payment provider tells of: whether it is the provider's word, and which of it is of use."""

from pydantic import ValidationError

from booking.codes import ProviderObject
from booking.contracts.payments import EventReceived, PaymentEvent, ProviderReference, ToldEvent
from booking.errors import Refusal
from booking.ports import EventSignatures, PaymentEvents
from booking.problems import Problem

OF_USE = frozenset(
    {
        *("checkout.session.completed", "checkout.session.expired"),
        *("payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"),
        *("refund.created", "refund.updated", "refund.failed"),
        *("charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"),
    }
)
"""What docs/deploy.md says to subscribe to. Anything else is heard and forgotten."""


def receive_event(
    signatures: EventSignatures, events: PaymentEvents, payload: bytes, signature: str | None
) -> EventReceived:
    """Puts the event on the queue: its id, its type, and what it is about. The provider comes again if this raises.

    Raises ``Refusal`` (the signature is missing, wrong or stale, or the body is no event), ``ProviderUnavailable``,
    ``ProviderRefused``.
    """
    if not signature or not signatures.are_good(payload, signature):
        raise Refusal(
            Problem.INVALID_SIGNATURE, "Stripe-Signature must be this body's, by the webhook's secret, and current."
        )
    try:
        told = ToldEvent.model_validate_json(payload)
    except ValidationError:
        raise Refusal(Problem.INVALID_BODY, "The body must be an event of Stripe's.") from None
    if told.type not in OF_USE:
        return EventReceived(queued=False)
    about = ProviderReference(type=ProviderObject(told.data.object.object), id=told.data.object.id)
    events.put(PaymentEvent(event_id=told.id, type=told.type, object=about))
    return EventReceived(queued=True)
