"""At the provider nobody can pay any more before the time is free; while it is away, the time waits."""

from psycopg2.extensions import connection as Connection

from local.stripe.faults import LOST
from tests.rows import bookings
from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.paid import PRICE, ask


def test_a_lost_answer_is_asked_for_again(booking: Workflow, db: Connection) -> None:
    holds = Holds(booking)
    holds.asks_for(payment="prepay", price_cents=PRICE)
    arn = ask(booking)
    hold = holds.waiting("b-1", checkout=True)
    holds.practice.faults.next.append(LOST)
    booking.tasks.succeed(str(hold.task_token), "{}")
    assert booking.wait(arn).output["decision"]["outcome"] == "expired"
    assert bookings(db) == {"b-1": "cancelled"}
    assert booking.invoked.count("CloseCheckout") == 2
