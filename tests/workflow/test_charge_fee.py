"""A fee is taken from the card that was left, once; a bank that wants the person gets the person."""

import pytest
from psycopg2.extensions import connection as Connection

from local.stripe.faults import LOST
from tests.holds import entries
from tests.rows import ledger
from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.paid import LATE_FEE, PRICE, ask, cancel


@pytest.mark.parametrize(
    ("card", "entry", "event"),
    [("4242", "captured", "fee_charged"), ("0341", "failed", "fee_due"), ("3184", "failed", "fee_due")],
)
def test_a_late_cancellation_costs_what_was_agreed(
    booking: Workflow, db: Connection, card: str, entry: str, event: str
) -> None:
    holds = Holds(booking)
    holds.asks_for(payment="card_on_file", price_cents=PRICE, **LATE_FEE)
    arn = ask(booking)
    if holds.press("b-1", card) == "authenticate":
        holds.proves("b-1")
    holds.tell()
    assert booking.wait(arn).output["decision"]["outcome"] == "confirmed"
    assert cancel(booking) == "late_cancelled"
    holds.practice.faults.next += ["", LOST]
    booking.wait(holds.started("fee-b-1-1"))
    booking.drain()
    assert entries(db)[-2:] == [("fee", "intended", PRICE // 2), ("fee", entry, PRICE // 2)]
    assert (event, "client", "email", "sent") in ledger(db, "b-1")
    taken = [each for each in holds.practice.account.all("charge") if each["paid"]]
    assert len(taken) == (entry == "captured")
