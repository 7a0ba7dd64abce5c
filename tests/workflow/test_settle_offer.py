"""The wait list: time that comes free is offered in order, one at a time, and booked for who accepts."""

from datetime import UTC, datetime, timedelta

import pytest
from psycopg2.extensions import connection as Connection

from booking.services.waitlist.offer_slots import STALLED
from local import demo
from tests.asking import body, requested_by
from tests.rows import bookings, ledger, rows
from tests.workflow.holds import Holds
from tests.workflow.machine import Workflow
from tests.workflow.offers import CLIENT, OTHER_CLIENT, Offers

STARTS_AT = next(demo.starts(datetime.now(UTC)))
MINUTE = timedelta(minutes=1)
STAFF = requested_by("sub-therapist", "therapist")


@pytest.fixture
def offers(booking: Workflow) -> Offers:
    return Offers(booking)


def statuses(db: Connection) -> dict[str, str]:
    return {row["id"]: row["status"] for row in rows(db, "SELECT id, status FROM waitlist")}


def test_a_cancelled_session_goes_to_who_waits_in_order(offers: Offers, booking: Workflow, db: Connection) -> None:
    booking.run("b-1", {**body(STARTS_AT), "client_id": str(demo.CLIENT_ID)}, STAFF)
    offers.join("second", CLIENT, STARTS_AT)
    rows(db, "UPDATE waitlist SET created_at = now() + interval '1 minute' RETURNING 1")
    offers.join("first", OTHER_CLIENT, STARTS_AT)
    assert offers.sweep() == [], "nothing is free"

    booking.change("cancellation", "c-1", "b-1", {}, requested_by())
    [for_first] = offers.sweep()
    arn = offers.start_now(for_first)
    offers.wait_for_token(for_first)
    assert offers.sweep() == [], "one at a time: it is held for the first"
    refused = booking.run("b-2", {**body(STARTS_AT), "client_id": str(demo.CLIENT_ID)}, STAFF)
    assert refused.output["decision"]["reasons"][0]["code"] == "slot_taken", "held is held"
    offers.answer(for_first, "decline", OTHER_CLIENT)
    ended = booking.wait(arn)
    assert (ended.status, ended.output["decision"]["outcome"]) == ("SUCCEEDED", "declined")
    assert ended.states[-3:] == ["NotifyParties", "OfferIsOpen?", "OfferIsSettled"]

    [for_second] = offers.sweep()
    arn = offers.start_now(for_second)
    offers.wait_for_token(for_second)
    offers.answer(for_second, "accept")
    ended = booking.wait(arn)
    assert ended.output["decision"]["outcome"] == "accepted"
    booking.drain()
    assert bookings(db)[for_second] == "confirmed"
    assert statuses(db) == {"first": "waiting", "second": "booked"}
    assert ledger(db, for_second) == [
        ("booking_confirmed", "client", "email", "sent"),
        ("booking_confirmed", "client", "sms", "sent"),
        ("booking_confirmed", "therapist", "email", "sent"),
        ("slot_offered", "client", "email", "sent"),
        ("slot_offered", "client", "sms", "sent"),
    ]
    assert offers.sweep() == [], "the first was offered this one, and did not want it"


def test_who_does_not_answer_in_time_loses_it_to_the_next(offers: Offers, booking: Workflow, db: Connection) -> None:
    offers.join("w-1", CLIENT, STARTS_AT)
    [booking_id] = offers.sweep()
    offers.patience = 1
    ended = booking.wait(offers.start_now(booking_id))
    assert (ended.status, ended.output["decision"]["outcome"]) == ("SUCCEEDED", "expired")
    assert bookings(db)[booking_id] == "cancelled"
    reasons = rows(db, "SELECT reasons FROM bookings WHERE id = %s", booking_id)[0]["reasons"]
    assert [reason["code"] for reason in reasons] == ["offer_expired"]
    assert booking.run("b-9", body(STARTS_AT), requested_by()).output["decision"]["outcome"] == "reserved"


def test_a_sweep_that_died_before_it_started_the_workflow_is_made_good(offers: Offers, booking: Workflow) -> None:
    offers.join("w-1", CLIENT, STARTS_AT)
    first = offers.sweep()
    assert offers.sweep() == first, "held, and not started"
    arn = offers.start_now(first[0])
    offers.wait_for_token(first[0])
    assert offers.sweep() == []
    offers.answer(first[0], "accept")
    assert booking.wait(arn).status == "SUCCEEDED"


def test_an_offer_that_was_left_is_not_written_about(offers: Offers, booking: Workflow, db: Connection) -> None:
    offers.join("w-1", CLIENT, STARTS_AT)
    [booking_id] = offers.sweep()
    booking.answering = False
    arn = offers.start_now(booking_id)
    offers.leave("w-1")
    rows(db, "UPDATE offers SET outcome = 'expired' RETURNING 1")  # as an overdue one is settled by the sweep
    rows(db, "UPDATE bookings SET status = 'cancelled' RETURNING 1")
    booking.answering = True
    ended = booking.wait(arn)
    assert ended.output["decision"]["outcome"] == "expired"
    assert booking.providers.addresses() == []
    assert {each[3] for each in ledger(db, booking_id)} == {"undeliverable"}


def is_told_and_booked(holds: Holds, booking: Workflow, db: Connection, arn: str) -> None:
    """The provider tells of the payment."""
    assert holds.tell().status == "SUCCEEDED"
    ended = booking.wait(arn)
    booking.drain()
    assert (ended.status, ended.output["decision"]["outcome"]) == ("SUCCEEDED", "confirmed")
    assert list(bookings(db).values()) == ["confirmed"]


def test_an_accepted_offer_of_what_is_paid_here_is_held_until_it_is_paid(
    offers: Offers, booking: Workflow, db: Connection
) -> None:
    holds = Holds(booking)
    holds.asks_for(payment="prepay", price_cents=9000)
    offers.join("w-1", CLIENT, STARTS_AT)
    [booking_id] = offers.sweep()
    arn = offers.start_now(booking_id)
    offers.wait_for_token(booking_id)
    offers.answer(booking_id, "accept")
    assert holds.press(booking_id) == "complete"
    assert bookings(db) == {booking_id: "held"}
    is_told_and_booked(holds, booking, db, arn)
    assert statuses(db) == {"w-1": "booked"}
    assert {event for event, *_ in ledger(db, booking_id)} == {"slot_offered", "payment_due", "booking_confirmed"}


def test_who_accepted_while_the_workflow_had_failed_is_asked_to_pay_all_the_same(
    offers: Offers, booking: Workflow, db: Connection
) -> None:
    """The sweep holds the time on, and starts what opens the page."""
    holds = Holds(booking)
    holds.asks_for(payment="prepay", price_cents=9000)
    offers.join("w-1", CLIENT, STARTS_AT)
    [booking_id] = offers.sweep()
    offers.answer(booking_id, "accept")
    assert f"accepted-{booking_id}" in offers.sweep(later=STALLED + MINUTE)
    arn = offers.start_now(f"accepted-{booking_id}")
    assert holds.press(booking_id) == "complete"
    is_told_and_booked(holds, booking, db, arn)
    assert ("payment_due", "client", "email", "sent") in {tuple(each[:4]) for each in ledger(db, booking_id)}


def test_an_accepted_offer_that_nobody_pays_for_is_free_again(
    offers: Offers, booking: Workflow, db: Connection
) -> None:
    holds = Holds(booking)
    holds.asks_for(payment="prepay", price_cents=9000)
    offers.join("w-1", CLIENT, STARTS_AT)
    [booking_id] = offers.sweep()
    arn = offers.start_now(booking_id)
    offers.wait_for_token(booking_id)
    offers.answer(booking_id, "accept")
    hold = holds.waiting(booking_id, checkout=True)
    booking.tasks.succeed(str(hold.task_token), "{}")  # as the time-out would
    ended = booking.wait(arn)
    assert ended.output["decision"]["outcome"] == "expired"
    assert bookings(db) == {booking_id: "cancelled"}
