"""What the payment provider tells of."""

from booking.contracts.payments import EventReceived
from booking.problems import Problem
from booking.services.payments.receive_event import receive_event
from handlers._operations import Operation, Who
from handlers._outside import outside


@Operation(
    "receiveStripeEvent",
    "POST",
    "/v1/stripe/events",
    tag="Payments",
    who=Who.EVERYONE,
    function="ReceiveStripeEvent",
    summary="An event of Stripe's (for Stripe alone)",
    description="What it says is not believed but read at Stripe again. Signed by the webhook's secret, minutes ago at "
    "most; Stripe sends what was not answered with 200 again.",
    answered="It was received; once or twice makes no difference",
    refusals=(Problem.INVALID_SIGNATURE,),
)
def stripe_event(payload: bytes, stripe_signature: str | None) -> EventReceived:
    return receive_event(outside.event_signatures, outside.payment_events, payload, stripe_signature)
