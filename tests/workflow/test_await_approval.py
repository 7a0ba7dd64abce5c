"""A session that the therapist has to say yes to."""

import pytest
from psycopg2.extensions import connection as Connection

from tests.rows import bookings, ledger
from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.paid import CLIENT, ask


@pytest.mark.parametrize(
    ("answer", "outcome", "status"), [("approve", "confirmed", "confirmed"), ("decline", "declined", "cancelled")]
)
def test_it_is_held_until_the_therapist_has_answered(
    booking: Workflow, db: Connection, answer: str, outcome: str, status: str
) -> None:
    holds = Holds(booking)
    holds.asks_for(approval="therapist")
    arn = ask(booking)
    holds.waiting("b-1")
    assert bookings(db) == {"b-1": "held"}
    holds.answer("b-1", answer)
    ended = booking.wait(arn)
    booking.drain()
    assert ended.output["decision"]["outcome"] == outcome
    assert bookings(db) == {"b-1": status}
    assert ("approval_requested", "therapist", "email", "sent") in ledger(db, "b-1")
    assert "OpenCheckout" not in booking.invoked


def test_a_client_takes_the_request_back(booking: Workflow, db: Connection) -> None:
    holds = Holds(booking)
    holds.asks_for(approval="therapist")
    arn = ask(booking)
    holds.waiting("b-1")
    assert booking.change("cancellation", "c-1", "b-1", {}, CLIENT).output["decision"]["outcome"] == "cancelled"
    assert booking.wait(arn).output["decision"]["outcome"] == "cancelled"
    assert bookings(db) == {"b-1": "cancelled"}
