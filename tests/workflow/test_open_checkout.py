"""The provider loses answers, is away, and comes back: one page to pay on, and no time lost."""

import pytest
from psycopg2.extensions import connection as Connection

from local.stripe.faults import FAILED, LOST, UNAVAILABLE
from tests.rows import bookings
from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.paid import PRICE, ask


@pytest.mark.parametrize("fault", [LOST, UNAVAILABLE, FAILED])
def test_whatever_the_provider_does_first_there_is_one_page_to_pay_on(
    booking: Workflow, db: Connection, fault: str
) -> None:
    holds = Holds(booking)
    holds.asks_for(payment="prepay", price_cents=PRICE)
    holds.practice.faults.next.append(fault)
    arn = ask(booking)
    assert holds.press("b-1") == "complete"
    holds.tell()
    assert booking.wait(arn).output["decision"]["outcome"] == "confirmed"
    assert bookings(db) == {"b-1": "confirmed"}
    assert len(holds.practice.account.all("checkout.session")) == 1
