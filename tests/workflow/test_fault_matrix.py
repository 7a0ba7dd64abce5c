"""The fault matrix of docs/reliability.md, row by row, against the real state machine in both interpreters."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Channel
from booking.config import DatabaseConfig
from booking.services.notifications.reminders import contract_of
from booking.services.notifications.reminding import execution_name
from booking.store.reminders import Reminder
from handlers._outside import outside
from local import demo
from tests.asking import body, requested_by
from tests.contract.test_state_machines import TASKS
from tests.rows import bookings, rows
from tests.workflow.engines import ENGINES
from tests.workflow.machine import Execution, Workflow, workflow
from tests.workflow.matrix import (
    ANSWERS,
    FUNCTION_FAILURES,
    MESSAGE_FAILURES,
    MONEY,
    MOTO_SAYS,
    ROWS,
    SHORT_TIMEOUT,
    Row,
    failures_of,
    row_of,
    text_can_never_arrive,
)
from tests.workflow.offers import Offers

GENERAL = [row for row in ROWS if row.state not in MONEY]
"""The others are played by test_money_faults.py."""


def test_every_task_has_a_row_for_every_way_it_can_fail() -> None:
    expected = {
        (row_of(name), failure) for name, state in TASKS for failure in failures_of(row_of(name), state["Resource"])
    }
    assert sorted((row.state, row.failure) for row in ROWS) == sorted(expected)


EXPERIMENTS = [(engine, row) for row in GENERAL for engine in ENGINES]


@pytest.fixture(params=EXPERIMENTS, ids=[f"{engine}-{row}" for engine, row in EXPERIMENTS])
def experiment(database: DatabaseConfig, request: pytest.FixtureRequest) -> Iterator[tuple[Workflow, Row]]:
    engine, row = request.param
    with workflow(database, engine, timeout_seconds=1 if row.failure in SHORT_TIMEOUT else None) as running:
        yield running, row


STARTS_AT, ANOTHER_START = itertools.islice(demo.starts(datetime.now(UTC)), 2)

CHANGES: dict[str, tuple[dict[str, str], str]] = {
    "cancellation": ({}, "cancelled"),
    "rescheduling": ({"starts_at": ANOTHER_START.isoformat()}, "confirmed"),
}
"""What is asked of a machine that changes a booking, and the booking's status when it is done."""


def play(running: Workflow, row: Row, booking_id: str, by: dict[str, str]) -> Execution:
    """Runs the machine that the row is about."""
    machine = row.machine
    if machine in CHANGES:
        request, _ = CHANGES[machine]
        return running.change(machine, "c-1", booking_id, request, by)
    if machine == "offer":
        return play_offer(running, row)
    if machine == "resend":
        act_id = str(uuid4())
        return running.run_machine(
            "resend", f"resend-{act_id}", booking_id=booking_id, notification_ids=[], act_id=act_id
        )
    if machine == "reminder":
        reminder = Reminder(booking_id, Channel.EMAIL, f"1440@{STARTS_AT.timestamp():.0f}", STARTS_AT)
        given = contract_of(reminder).model_dump(mode="json")
        name = execution_name(reminder, sequence=0)
        return running.run_machine("reminder", name, **given)
    return running.run(booking_id, body(STARTS_AT), by)


def play_offer(running: Workflow, row: Row) -> Execution:
    """The offer was accepted before its workflow comes to wait for it, unless the row says otherwise."""
    offers = Offers(running)
    offers.patience = 1 if row.failure == "nobody answers" else None
    booking_id = offers.sweep()[0]
    if row.failure not in ANSWERS:
        offers.answer(booking_id, "accept")
    arn = offers.start_now(booking_id)
    if row.failure == "the answer comes while it waits":
        offers.wait_for_token(booking_id)
        offers.answer(booking_id, "accept")
    if row.failure == "the offer is left":
        offers.wait_for_token(booking_id)
        offers.leave("w-1")
    return running.wait(arn)


def status_when_done(row: Row) -> str:
    if row.machine in CHANGES:
        return CHANGES[row.machine][1]
    return "rejected" if row.state == "RejectBooking" else "confirmed"


def test_nothing_is_lost(experiment: tuple[Workflow, Row], db: Connection) -> None:
    running, row = experiment
    ended, booking_id, before = play_until_it_ends(running, row, db)

    expected = row.ends if running.can_redrive else MOTO_SAYS.get(row.ends, row.ends)
    assert " ".join(filter(None, (ended.status, ended.error))) == expected
    assert bookings(db).get(booking_id, "none") == row.booking
    assert (Counter(running.providers.addresses()) - before).total() == row.sent
    if ended.status == "SUCCEEDED":
        settled = {each["status"] for each in rows(db, "SELECT status FROM notifications")}
        assert settled <= {"sent", "undeliverable"}
    if row.redriven and running.can_redrive:
        redrive_and_check(running, row, ended.arn, booking_id, before, db)


LATE_ONES = [row for row in GENERAL if row.redriven]
MUCH_LATER = STARTS_AT + timedelta(days=12)


@pytest.mark.parametrize("row", LATE_ONES, ids=str)
def test_what_is_redriven_much_later_books_and_promises_nothing(
    database: DatabaseConfig, db: Connection, row: Row
) -> None:
    """The session is over by then. In the laptop cloud's interpreter: moto has no redrive."""
    with workflow(database, "laptop", timeout_seconds=1 if row.failure in SHORT_TIMEOUT else None) as running:
        ended, booking_id, _ = play_until_it_ends(running, row, db)
        assert ended.status == "FAILED"
        before = Counter(running.providers.addresses())
        vars(outside)["clock"] = lambda: MUCH_LATER
        ended = mend_and_redrive(running, ended.arn)

    assert ended.status == "SUCCEEDED"
    assert bookings(db)[booking_id] == row.much_later
    assert Counter(running.providers.addresses()) == before
    assert {each["reason"] for each in rows(db, "SELECT reason FROM notifications WHERE status <> 'sent'")} <= {
        "too_late",
        "booking_changed",
    }


def play_until_it_ends(running: Workflow, row: Row, db: Connection) -> tuple[Execution, str, Counter[str]]:
    """The execution, the booking it is about, and how many messages each address had before it."""
    booking_id, by = "b-1", requested_by()
    if row.state == "RejectBooking":  # the slot goes to another client first
        running.run(booking_id, body(STARTS_AT), by)
        booking_id, by = "b-2", requested_by("sub-other-client")
    if row.machine in (*CHANGES, "reminder"):
        running.run(booking_id, body(STARTS_AT), by)
        running.drain()
    if row.machine == "resend":  # a text that never arrived, and a number that is mended since
        text_can_never_arrive(running, db)
        running.run(booking_id, body(STARTS_AT), by)
        running.drain()
        running.providers.sms.mend()
        rows(db, "UPDATE client_contacts SET undeliverable = NULL RETURNING 1")
    if row.machine == "offer":
        Offers(running).join("w-1", by, STARTS_AT)
    before = Counter(running.providers.addresses())
    if row.state == "DeliverNotification":
        MESSAGE_FAILURES[row.failure](running, db)
    elif row.failure not in ANSWERS:
        running.faults[row.state] = replace(FUNCTION_FAILURES[row.failure])

    ended = play(running, row, booking_id, by)
    if row.machine == "offer":
        [booking_id] = bookings(db)
    if running.answering:
        running.drain()
    return ended, booking_id, before


def mend_and_redrive(running: Workflow, arn: str) -> Execution:
    running.faults.clear()
    running.providers.email.mend()
    if not running.answering:
        running.queue_is_lost()
        running.answering = True
    ended = running.redrive(arn)
    running.drain()
    return ended


def redrive_and_check(
    running: Workflow, row: Row, arn: str, booking_id: str, before: Counter[str], db: Connection
) -> None:
    """The cause is mended, and an operator redrives: it goes on where it stopped, and nothing is doubled."""
    invoked, delivered = len(running.invoked), len(running.messages)
    ended = mend_and_redrive(running, arn)

    assert ended.status == "SUCCEEDED"
    again = [*running.invoked[invoked:], f"{len(running.messages) - delivered}×DeliverNotification"]
    assert ", ".join(again) == row.redriven
    assert bookings(db)[booking_id] == status_when_done(row)
    told = Counter(running.providers.addresses()) - before
    if row.machine == "offer":  # who was offered it hears twice: of the offer, and that it is booked
        assert sorted(told.values()) == [1, 2, 2]
        return
    assert set(told.values()) == {1}
    assert told.total() == (1 if row.state == "RejectBooking" or row.machine in ("reminder", "resend") else 3)
    assert {each["status"] for each in rows(db, "SELECT status FROM notifications")} == {"sent"}
    if row.machine == "rescheduling":
        assert rows(db, "SELECT lower(during) AS start FROM bookings") == [{"start": ANOTHER_START}]
