"""Approval comes first, then payment: what is declined never reaches the provider."""

from psycopg2.extensions import connection as Connection

from tests.rows import bookings
from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.paid import PRICE, ask


def test_what_is_approved_is_then_paid_for(booking: Workflow, db: Connection) -> None:
    holds = Holds(booking)
    holds.asks_for(approval="therapist", payment="prepay", price_cents=PRICE)
    arn = ask(booking)
    holds.waiting("b-1")
    assert holds.practice.account.all("checkout.session") == []
    holds.answer("b-1", "approve")
    assert holds.press("b-1") == "complete"
    holds.tell()
    assert booking.wait(arn).output["decision"]["outcome"] == "confirmed"
    assert bookings(db) == {"b-1": "confirmed"}


def test_what_is_declined_never_reaches_the_provider(booking: Workflow) -> None:
    holds = Holds(booking)
    holds.asks_for(approval="therapist", payment="prepay", price_cents=PRICE)
    arn = ask(booking)
    holds.waiting("b-1")
    holds.answer("b-1", "decline")
    assert booking.wait(arn).output["decision"]["outcome"] == "declined"
    assert holds.practice.account.all("checkout.session") == []
