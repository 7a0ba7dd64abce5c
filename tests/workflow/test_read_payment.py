"""Events come twice and in any order; what is none of ours changes nothing."""

from psycopg2.extensions import connection as Connection

from tests.holds import entries
from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.paid import book_and_pay


def test_the_object_is_read_anew_whatever_the_event_said(booking: Workflow, db: Connection) -> None:
    holds = Holds(booking)
    book_and_pay(booking, holds)
    before = entries(db)
    session = holds.practice.account.all("checkout.session")[0]["id"]
    about = {"type": "checkout.session", "id": session}
    for name in ("evt_twice", "evt_thrice"):
        ended = booking.run_machine("payment", name, about="event", object=about, key=None)
        assert ended.output["decision"]["outcome"] == "recorded"
    assert entries(db) == before
    unknown = {"type": "checkout.session", "id": "cs_test_unknown"}
    ended = booking.run_machine("payment", "evt_unknown", about="event", object=unknown, key=None)
    assert (ended.status, ended.output["decision"]["outcome"]) == ("SUCCEEDED", "nothing")
