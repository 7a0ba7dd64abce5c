"""What the stories of paid sessions begin with."""

from datetime import UTC, datetime

from local import demo
from tests.asking import body, requested_by
from tests.workflow.holds import Holds
from tests.workflow.machine import Execution, Workflow

STARTS_AT = next(demo.starts(datetime.now(UTC)))
CLIENT = requested_by()
PRICE = 9000
LATE_FEE = {"late_fee_kind": "percent", "late_fee_value": 50, "free_cancellation_minutes": 500_000}
"""Whenever it is cancelled, it is late."""


def ask(booking: Workflow, booking_id: str = "b-1") -> str:
    """Somebody asks for a session; the execution's ARN."""
    return booking.start_machine(
        "booking", booking_id, booking_id=booking_id, requested_by=CLIENT, request=body(STARTS_AT)
    )


def book_and_pay(booking: Workflow, holds: Holds, **terms: object) -> Execution:
    """A session that is paid for, or for which a card is left."""
    holds.asks_for(**{"payment": "prepay", "price_cents": PRICE, **terms})
    arn = ask(booking)
    assert holds.press("b-1") == "complete"
    assert holds.tell().status == "SUCCEEDED"
    ended = booking.wait(arn)
    booking.drain()
    return ended


def cancel(booking: Workflow) -> str:
    """The client cancels; the outcome."""
    ended = booking.change("cancellation", "c-1", "b-1", {}, CLIENT)
    booking.drain()
    return str(ended.output["decision"]["outcome"])
