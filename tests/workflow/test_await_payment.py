"""A session that has to be paid for: held, paid, booked; or free again."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from psycopg2.extensions import connection as Connection

from local import demo
from local.stripe import payer
from tests.asking import body, requested_by
from tests.holds import entries
from tests.rows import bookings, ledger
from tests.workflow.holds import Holds
from tests.workflow.machine import HANDLERS, Workflow

STARTS_AT = next(demo.starts(datetime.now(UTC)))
CLIENT = requested_by()


@pytest.fixture
def holds(booking: Workflow) -> Holds:
    return Holds(booking)


def ask(booking: Workflow) -> str:
    return booking.start_machine("booking", "b-1", booking_id="b-1", requested_by=CLIENT, request=body(STARTS_AT))


def test_it_is_held_until_it_is_paid_for_and_then_booked(holds: Holds, booking: Workflow, db: Connection) -> None:
    holds.asks_for(payment="prepay", price_cents=9000)
    arn = ask(booking)
    holds.waiting("b-1", checkout=True)
    assert bookings(db) == {"b-1": "held"}
    assert holds.press("b-1", "0002") == "declined"
    assert holds.press("b-1") == "complete"
    assert holds.tell().status == "SUCCEEDED"
    ended = booking.wait(arn)
    booking.drain()
    assert (ended.status, ended.output["decision"]["outcome"]) == ("SUCCEEDED", "confirmed")
    assert bookings(db) == {"b-1": "confirmed"}
    assert entries(db) == [("session", "intended", 9000), ("session", "captured", 9000)]
    assert {event for event, *_, status in ledger(db, "b-1") if status == "sent"} == {
        "payment_due",
        "booking_confirmed",
    }
    steps = ["OpenCheckout", "KeepCheckout", "NotifyPayer", "DeliverToPayer", "AwaitPayment", "SettlePayment"]
    assert [each for each in ended.states if each in steps][:3] == steps[:3]


def test_nobody_pays_and_the_time_is_free_once_the_provider_takes_nothing_more(
    holds: Holds, booking: Workflow, db: Connection
) -> None:
    holds.asks_for(payment="prepay", price_cents=9000)
    arn = ask(booking)
    hold = holds.waiting("b-1", checkout=True)
    booking.tasks.succeed(str(hold.task_token), "{}")  # as the time-out would
    ended = booking.wait(arn)
    booking.drain()
    assert ended.output["decision"]["outcome"] == "expired"
    assert booking.invoked.count("CloseCheckout") == 1
    assert bookings(db) == {"b-1": "cancelled"}
    [session] = holds.practice.account.all("checkout.session")
    assert session["status"] == "expired"


def test_the_hold_ends_by_itself(holds: Holds, booking: Workflow, db: Connection) -> None:
    """In a second, instead of half an hour: the step before it says how long."""
    holds.asks_for(payment="prepay", price_cents=9000)
    real = HANDLERS["ReserveSlot"]

    def short(event: object, context: object) -> object:
        decision = real(event, context)
        decision["hold"]["wait_seconds"] = 1
        return decision

    with patch.dict(HANDLERS, ReserveSlot=short):
        ended = booking.wait(ask(booking))
    assert ended.output["decision"]["outcome"] == "expired"
    assert bookings(db) == {"b-1": "cancelled"}


def test_paid_while_the_checkout_is_being_closed_is_paid(holds: Holds, booking: Workflow, db: Connection) -> None:
    holds.asks_for(payment="prepay", price_cents=9000)
    arn = ask(booking)
    hold = holds.waiting("b-1", checkout=True)
    assert holds.press("b-1") == "complete"
    booking.tasks.succeed(str(hold.task_token), "{}")  # the time-out is faster than the event
    ended = booking.wait(arn)
    assert ended.output["decision"]["outcome"] == "confirmed"
    assert holds.tell().output["decision"]["outcome"] == "recorded"
    assert entries(db)[1:] == [("session", "captured", 9000)]


def test_an_event_that_is_faster_than_the_wait_ends_it_at_once(holds: Holds, booking: Workflow, db: Connection) -> None:
    holds.asks_for(payment="prepay", price_cents=9000)
    booking.answering = False  # the client's mail takes its time
    arn = ask(booking)
    page = holds.opened("b-1").checkout_id
    assert payer.pay(holds.practice.account, str(page)) == "complete"
    holds.tell()
    booking.answering = True
    ended = booking.wait(arn)
    assert ended.output["decision"]["outcome"] == "confirmed"
    assert bookings(db) == {"b-1": "confirmed"}


def test_staff_ask_for_no_payment(holds: Holds, booking: Workflow, db: Connection) -> None:
    holds.asks_for(payment="prepay", price_cents=9000)
    arn = ask(booking)
    holds.waiting("b-1")
    holds.waive("b-1")
    assert booking.wait(arn).output["decision"]["outcome"] == "confirmed"
    assert entries(db) == [("session", "intended", 9000)]


def test_a_client_cancels_what_is_held(holds: Holds, booking: Workflow, db: Connection) -> None:
    holds.asks_for(payment="prepay", price_cents=9000)
    arn = ask(booking)
    holds.waiting("b-1")
    assert booking.change("cancellation", "c-1", "b-1", {}, CLIENT).output["decision"]["outcome"] == "cancelled"
    assert booking.wait(arn).output["decision"]["outcome"] == "cancelled"
    assert bookings(db) == {"b-1": "cancelled"}
    assert {each["status"] for each in holds.practice.account.all("checkout.session")} == {"expired"}
