"""Where a client pays is on the booking as soon as there is a page, before any mail has left."""

from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.paid import PRICE, ask


def test_the_page_is_there_though_no_mail_leaves(booking: Workflow) -> None:
    holds = Holds(booking)
    holds.asks_for(payment="prepay", price_cents=PRICE)
    booking.answering = False
    arn = ask(booking)
    url = holds.opened("b-1").checkout_url
    assert url == holds.practice.account.all("checkout.session")[0]["url"]
    booking.answering = True
    holds.waive("b-1")
    assert booking.wait(arn).output["decision"]["outcome"] == "confirmed"
