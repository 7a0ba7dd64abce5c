"""Money that is not what was intended changes nothing, and an operator hears of it."""

from psycopg2.extensions import connection as Connection

from tests.holds import entries
from tests.rows import bookings
from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.paid import PRICE, ask


def test_another_amount_fails_the_execution_and_books_nothing(booking: Workflow, db: Connection) -> None:
    holds = Holds(booking)
    holds.asks_for(payment="prepay", price_cents=PRICE)
    arn = ask(booking)
    holds.waiting("b-1", checkout=True)
    holds.practice.account.all("checkout.session")[0]["amount_total"] = PRICE - 1
    assert holds.press("b-1") == "complete"
    told = holds.tell()
    assert (told.status, told.error) == ("FAILED", "PaymentMismatch")
    assert bookings(db) == {"b-1": "held"}
    assert entries(db) == [("session", "intended", PRICE)]
    holds.waive("b-1")
    assert booking.wait(arn).output["decision"]["outcome"] == "confirmed"
