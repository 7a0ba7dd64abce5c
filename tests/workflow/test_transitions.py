"""What docs/cost.md says of state transitions, counted: every execution is run, and its states are those of the row."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import ProviderObject
from booking.contracts.reminders import PrepareReminderInput
from booking.services.notifications.reminders import start_reminders
from booking.store import Stores
from local import documents
from tests.asking import body
from tests.fakes import FakeWorkflows, clock_at
from tests.workflow.holds import Holds
from tests.workflow.machine import Execution, Workflow
from tests.workflow.offers import CLIENT as WAITING
from tests.workflow.offers import Offers
from tests.workflow.paid import CLIENT, LATE_FEE, PRICE, STARTS_AT, ask, book_and_pay, cancel
from tests.workflow.test_prepare_resend import Operator, bounced

Story = Callable[[Workflow, Stores, Connection], Execution]


def booked(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    return booking.run("b-1", body(STARTS_AT), CLIENT)


def rejected(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    return booking.run("b-1", body("2020-01-01T10:00:00Z"), CLIENT)


def cancelled(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    booked(booking, stores, db)
    return booking.change("cancellation", "c-1", "b-1", {}, CLIENT)


def reminded(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    booking.run("b-1", body(STARTS_AT + timedelta(days=10)), CLIENT)
    booking.drain()
    due = STARTS_AT + timedelta(days=9)
    workflows = FakeWorkflows()
    start_reminders(stores, workflows, clock_at(due))
    [(name, given)] = workflows.started.items()
    booking.clock_ahead = due - datetime.now(UTC)
    return booking.run_machine("reminder", name, **PrepareReminderInput.model_validate(given).model_dump(mode="json"))


def sent_again(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    booking.run("b-1", body(STARTS_AT + timedelta(days=10)), CLIENT)
    booking.drain()
    operator = Operator(booking, stores, db)
    client_mail = operator.message("client", "email")
    bounced(operator, client_mail)
    operator.mends("email")
    return operator.sends_again(client_mail)


def offered(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    offers = Offers(booking)
    offers.join("w-1", WAITING, STARTS_AT)
    [offer] = offers.sweep()
    arn = offers.start_now(offer)
    offers.wait_for_token(offer)
    offers.answer(offer, "accept")
    return booking.wait(arn)


def approved(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    holds = Holds(booking)
    holds.asks_for(approval="therapist")
    arn = ask(booking)
    holds.waiting("b-1")
    holds.answer("b-1", "approve")
    return booking.wait(arn)


def paid(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    return book_and_pay(booking, Holds(booking))


def told_of_payment(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    holds = Holds(booking)
    holds.asks_for(payment="prepay", price_cents=PRICE)
    arn = ask(booking)
    assert holds.press("b-1") == "complete"
    told = holds.tell()
    booking.wait(arn)
    return told


def told_again(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    """The payment that the checkout led to has an event of its own."""
    holds = Holds(booking)
    book_and_pay(booking, holds)
    return told_of(holds, "payment_intent.succeeded", ProviderObject.PAYMENT)


def told_of_refund(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    holds = Holds(booking)
    book_and_pay(booking, holds)
    cancel(booking)
    booking.wait(holds.started("refund-b-1-1"))
    return told_of(holds, "refund.created", ProviderObject.REFUND)


def told_of_fee(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    holds = Holds(booking)
    book_and_pay(booking, holds, payment="card_on_file", **LATE_FEE)
    cancel(booking)
    booking.wait(holds.started("fee-b-1-1"))
    return told_of(holds, "payment_intent.succeeded", ProviderObject.PAYMENT)


def told_of(holds: Holds, kind: str, about: ProviderObject) -> Execution:
    event = next(each for each in reversed(holds.practice.account.events) if each["type"] == kind)
    reference = {"type": about, "id": event["data"]["object"]["id"]}
    return holds.running.run_machine("payment", event["id"], about="event", object=reference, key=None)


def left_unpaid(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    holds = Holds(booking)
    holds.asks_for(payment="prepay", price_cents=PRICE)
    arn = ask(booking)
    hold = holds.waiting("b-1", checkout=True)
    booking.tasks.succeed(str(hold.task_token), "{}")  # as the time-out would
    return booking.wait(arn)


def given_back(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    holds = Holds(booking)
    book_and_pay(booking, holds)
    cancel(booking)
    return booking.wait(holds.started("refund-b-1-1"))


def fee_taken(booking: Workflow, stores: Stores, db: Connection) -> Execution:
    holds = Holds(booking)
    book_and_pay(booking, holds, payment="card_on_file", **LATE_FEE)
    cancel(booking)
    return booking.wait(holds.started("fee-b-1-1"))


STORIES: dict[str, Story] = {
    "a booking, three messages": booked,
    "a request that is rejected, without a message": rejected,
    "a cancellation or a move, three messages": cancelled,
    "a reminder": reminded,
    "a resend of one message": sent_again,
    "an offer that is accepted, two messages before and three after": offered,
    "a booking that the therapist approves, one message before and three after": approved,
    "a booking that is paid for, or for which a card is left, two messages before and three after": paid,
    "the same, and nobody pays": left_unpaid,
    "an event: somebody has paid, or left a card": told_of_payment,
    "an event that says nothing new, as of the payment itself": told_again,
    "a refund, two messages": given_back,
    "an event of a refund": told_of_refund,
    "a fee from the card, two messages": fee_taken,
    "an event of a fee": told_of_fee,
}
TABLE = (documents.ROOT / "docs" / "cost.md").read_text().partition("## By line")[0]
ROWS = {
    name: (states, int(count))
    for name, states, count in re.findall(r"^\| (.+?) \| (.+) \| (\d+) \|$", TABLE, re.MULTILINE)
}


def states_of(cell: str) -> list[list[str]]:
    """A row's states; of ``CancelBooking or MoveBooking`` it is either."""
    parts = [re.fullmatch(r"(?:(\d+) × )?(.+)", part) for part in cell.split(", ")]
    return [part[2].split(" or ") for part in parts if part for _ in range(int(part[1] or 1))]


def test_every_row_has_its_story() -> None:
    assert list(ROWS) == list(STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_an_execution_enters_the_states_of_its_row(
    name: str, booking: Workflow, stores: Stores, db: Connection
) -> None:
    ended = STORIES[name](booking, stores, db)
    booking.drain()
    cell, count = ROWS[name]
    wanted = states_of(cell)
    assert ended.status == "SUCCEEDED"
    assert len(ended.states) == count, ended.states
    assert [state for state, some in zip(ended.states, wanted, strict=True) if state not in some] == []
