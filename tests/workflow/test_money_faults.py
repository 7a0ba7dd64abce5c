"""The rows of the fault matrix about holds and money, against the real machines in both interpreters."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from psycopg2.extensions import connection as Connection

from booking.config import DatabaseConfig
from tests.contract.test_state_machines import TASKS
from tests.money import check_money
from tests.rows import bookings, rows
from tests.workflow.engines import ENGINES
from tests.workflow.machine import Workflow, workflow
from tests.workflow.matrix import CRASH, MONEY, MOTO_SAYS, ROWS, SHORT_TIMEOUT, Row
from tests.workflow.paid import STARTS_AT
from tests.workflow.paid_rows import ENDS_CANCELLED, PaidRow

OF_MONEY = [row for row in ROWS if row.state in MONEY]
EXPERIMENTS = [(engine, row) for row in OF_MONEY for engine in ENGINES]
MUCH_LATER = STARTS_AT + timedelta(days=12)


@pytest.fixture(params=EXPERIMENTS, ids=[f"{engine}-{row}" for engine, row in EXPERIMENTS])
def experiment(database: DatabaseConfig, request: pytest.FixtureRequest) -> Iterator[tuple[Workflow, Row]]:
    engine, row = request.param
    with workflow(database, engine, timeout_seconds=1 if row.failure in SHORT_TIMEOUT else None) as running:
        yield running, row


def test_no_money_is_lost_or_taken(experiment: tuple[Workflow, Row], db: Connection) -> None:
    running, row = experiment
    played = PaidRow(running, row, db)
    ended = played.play()

    expected = row.ends if running.can_redrive else MOTO_SAYS.get(row.ends, row.ends)
    assert " ".join(filter(None, (ended.status, ended.error))) == expected
    assert bookings(db)[played.booking_id] == row.booking
    assert (Counter(running.providers.addresses()) - played.before).total() == row.sent
    if ended.status == "SUCCEEDED":
        check_money(played.holds.stores, db, played.holds.practice.account)
    elif running.can_redrive:
        redrive_and_check(played, ended.arn)
    else:
        mend(played)
        played.time_is_up()


def mend(played: PaidRow) -> None:
    played.running.faults.clear()
    played.running.providers.email.mend()
    played.holds.practice.faults.next.clear()


def redrive_and_check(played: PaidRow, arn: str) -> None:
    """The cause is mended, and an operator redrives: everything is done, nothing twice, and the sums are equal."""
    running, row, db = played.running, played.row, played.db
    invoked, delivered = len(running.invoked), len(running.messages)
    mend(played)
    running.redrive_now(arn)
    ended = played.goes_on(arn)

    assert ended.status == "SUCCEEDED"
    again = [*running.invoked[invoked:], f"{len(running.messages) - delivered}×DeliverNotification"]
    assert ", ".join(again) == row.redriven
    assert bookings(db)[played.booking_id] == ("cancelled" if row.state in ENDS_CANCELLED else "confirmed")
    check_money(played.holds.stores, db, played.holds.practice.account)
    left = rows(db, "SELECT reason FROM notifications WHERE status <> 'sent'")
    assert [each["reason"] for each in left] == ["booking_changed"] * row.state.startswith("Deliver"), "answered before"
    [sent] = rows(db, "SELECT count(*) FROM notifications WHERE status = 'sent'")
    assert len(running.providers.addresses()) == sent["count"]


LATE_ONES = [row for row in OF_MONEY if row.redriven]
TOLD_LATE = {"payment_refunded", "fee_charged", "fee_due"}
"""Of money somebody is told whenever it moves."""


@pytest.mark.parametrize("row", LATE_ONES, ids=str)
def test_what_is_redriven_much_later_keeps_no_money_for_nothing(
    database: DatabaseConfig, db: Connection, row: Row
) -> None:
    """The session is over by then. In the laptop cloud's interpreter: moto has no redrive."""
    with workflow(database, "laptop", timeout_seconds=1 if row.failure in SHORT_TIMEOUT else None) as running:
        played = PaidRow(running, row, db)
        ended = played.play()
        assert ended.status == "FAILED"
        mend(played)
        played.much_later(MUCH_LATER)
        sent = {each["id"] for each in rows(db, "SELECT id FROM notifications WHERE status = 'sent'")}
        running.redrive_now(ended.arn)
        assert played.goes_on(ended.arn).status == "SUCCEEDED"

    assert bookings(db)[played.booking_id] == row.much_later
    check_money(played.holds.stores, db, played.holds.practice.account)
    told = rows(db, "SELECT id, event FROM notifications WHERE status = 'sent'")
    assert {each["event"] for each in told if each["id"] not in sent} <= TOLD_LATE


HOLDS_OF_OFFERS = [
    row for row in OF_MONEY if row.failure == CRASH and f"offer.{row.state}" in {name for name, _ in TASKS}
]


@pytest.mark.parametrize("row", HOLDS_OF_OFFERS, ids=str)
def test_an_accepted_offer_waits_for_its_payment_in_the_same_states(
    database: DatabaseConfig, db: Connection, row: Row
) -> None:
    """In its own machine. Two more messages than for a booking: of the offer itself."""
    with workflow(database, "laptop") as running:
        played = PaidRow(running, row, db, offered=True)
        assert played.play().status == "SUCCEEDED"
        assert bookings(db) == {played.booking_id: row.booking}
        assert len(running.providers.addresses()) == row.sent + 2
        check_money(played.holds.stores, db, played.holds.practice.account)
