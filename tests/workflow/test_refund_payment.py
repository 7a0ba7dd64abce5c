"""What is cancelled goes back, once, whatever the provider's answers do."""

import pytest
from psycopg2.extensions import connection as Connection

from local.stripe.faults import FAILED_LATE, LOST, UNAVAILABLE
from tests.holds import entries
from tests.rows import ledger
from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.paid import LATE_FEE, PRICE, book_and_pay, cancel


@pytest.mark.parametrize("fault", [LOST, UNAVAILABLE, FAILED_LATE])
def test_it_goes_back_once(booking: Workflow, db: Connection, fault: str) -> None:
    holds = Holds(booking)
    book_and_pay(booking, holds)
    assert cancel(booking) == "cancelled"
    holds.practice.faults.next += ["", fault]  # the first call only lists
    ended = booking.wait(holds.started("refund-b-1-1"))
    booking.drain()
    assert ended.status == "SUCCEEDED"
    assert entries(db)[-2:] == [("refund", "intended", PRICE), ("refund", "refunded", PRICE)]
    assert [each["amount"] for each in holds.practice.account.all("refund")] == [PRICE]
    assert ("payment_refunded", "client", "email", "sent") in ledger(db, "b-1")


def test_late_is_given_back_less_the_fee(booking: Workflow, db: Connection) -> None:
    holds = Holds(booking)
    book_and_pay(booking, holds, **LATE_FEE)
    assert cancel(booking) == "late_cancelled"
    booking.wait(holds.started("refund-b-1-1"))
    assert entries(db)[-1] == ("refund", "refunded", PRICE // 2)
