"""What a sweep has freed meanwhile is said by the workflow too, and what was paid too late goes back."""

from datetime import UTC, datetime, timedelta

from psycopg2.extensions import connection as Connection

from booking.services.holds.settle_holds import settle_holds
from local.stripe import payer
from tests.asking import body, requested_by
from tests.fakes import FakeTasks, FakeWorkflows, clock_at
from tests.holds import entries
from tests.rows import bookings, ledger
from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.paid import PRICE, STARTS_AT, ask


def test_paid_after_the_time_went_to_somebody_else_goes_back_and_is_told(booking: Workflow, db: Connection) -> None:
    holds = Holds(booking)
    holds.asks_for(payment="prepay", price_cents=PRICE)
    arn = ask(booking)
    page = str(holds.waiting("b-1", checkout=True).checkout_id)
    late = clock_at(datetime.now(UTC) + timedelta(hours=1))
    settle_holds(holds.stores, FakeWorkflows(), FakeTasks(), late)  # the workflow has not seen the end of it
    assert bookings(db) == {"b-1": "cancelled"}
    holds.asks_for(payment="none")
    booking.run("b-2", body(STARTS_AT), requested_by("sub-other-client"))
    assert payer.pay(holds.practice.account, page) == "complete"
    told = holds.tell()
    booking.drain()
    assert told.status == "SUCCEEDED"
    assert entries(db, "b-1")[-2:] == [("refund", "intended", PRICE), ("refund", "refunded", PRICE)]
    assert ("payment_refunded", "client", "email", "sent") in ledger(db, "b-1")
    [charge] = holds.practice.account.all("charge")
    assert charge["amount_refunded"] == PRICE
    with holds.stores.autocommit() as store:
        hold = store.holds.get("b-1")
    booking.tasks.succeed(str(hold and hold.task_token), "{}")
    assert booking.wait(arn).output["decision"]["outcome"] == "expired"
