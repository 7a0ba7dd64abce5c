"""A fee that the card did not take is paid by the client, on a page of their own; what is done is not done again."""

from psycopg2.extensions import connection as Connection

from local.stripe import payer
from tests.holds import entries
from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.paid import LATE_FEE, PRICE, ask, cancel


def test_a_client_pays_the_fee_by_themselves(booking: Workflow, db: Connection) -> None:
    holds = Holds(booking)
    holds.asks_for(payment="card_on_file", price_cents=PRICE, **LATE_FEE)
    arn = ask(booking)
    holds.press("b-1", "0341")
    holds.tell()
    booking.wait(arn)
    cancel(booking)
    booking.wait(holds.started("fee-b-1-1"))
    opened = booking.run_machine("payment", "page-1", about="page", object=None, key="fee-b-1-1")
    assert opened.status == "SUCCEEDED"
    page = holds.practice.account.all("checkout.session")[-1]
    assert payer.pay(holds.practice.account, page["id"]) == "complete"
    assert holds.tell().status == "SUCCEEDED"
    assert entries(db)[-1] == ("fee", "captured", PRICE // 2)
    again = booking.run_machine("payment", "page-2", about="page", object=None, key="fee-b-1-1")
    assert again.output["decision"]["outcome"] == "nothing"
