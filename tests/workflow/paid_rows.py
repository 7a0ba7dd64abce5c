"""A row about holds or money, played: what is broken, and what the client, the therapist and the provider do."""

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from psycopg2.extensions import connection as Connection

from booking.services.holds.settle_holds import settle_holds
from booking.store.holds import HoldView
from handlers._outside import outside
from local.stripe import payer
from tests.fakes import clock_at
from tests.integration.till import TOLD
from tests.workflow import machine
from tests.workflow.holds import Holds
from tests.workflow.machine import Execution, Fault, Workflow
from tests.workflow.matrix import FUNCTION_FAILURES, MESSAGE_FAILURES, PROVIDER_FAILURES, Row
from tests.workflow.offers import Offers
from tests.workflow.paid import CLIENT, LATE_FEE, PRICE, STARTS_AT, ask, cancel

FEE_BY_HAND = ("OpenCheckout for a fee", "KeepCheckout for a fee")

LISTS_FIRST = ("RefundPayment", "ChargeFee")
"""They ask the provider what there is already; the call that moves money is their second."""

ENDS_CANCELLED = {"CloseCheckout", "PreparePayment", "RefundPayment", "ChargeFee", *FEE_BY_HAND}
"""The states of a booking that nobody wants any more, or nobody paid for."""


class PaidRow:
    """``offered``: the same states in the machine of an offer, which was accepted."""

    def __init__(self, running: Workflow, row: Row, db: Connection, *, offered: bool = False) -> None:
        self.running, self.row, self.db, self.offered = running, row, db, offered
        self.holds = Holds(running)
        self.function = row.state.removesuffix(" for a fee")
        self.booking_id, self.booking_arn = "b-1", ""
        self.before: Counter[str] = Counter()
        self._done: set[str] = set()

    # -- The row's machine ------------------------------------------------------------------------------------------

    def play(self) -> Execution:
        """The execution that the row is about, when it has ended."""
        match self.row.state:
            case "ReadPayment" | "RecordPayment":
                return self._an_event_arrives()
            case "PreparePayment" | "RefundPayment":
                return self._paid_and_cancelled()
            case "ChargeFee":
                return self._cancelled_late()
            case state if state in FEE_BY_HAND:
                return self._a_fee_is_paid_by_hand()
        needs_yes = self.row.state in ("AwaitApproval", "SettleApproval", "DeliverToApprover")
        self._asks_for(payment="prepay", approval="therapist" if needs_yes else "none")
        self._break()
        with patch.dict(machine.HANDLERS, ReserveSlot=self._reserved):
            self._ask()
            return self.goes_on(self.booking_arn)

    def goes_on(self, arn: str) -> Execution:
        """Until it has ended; everybody does their part as soon as they can, and once."""
        deadline = time.monotonic() + machine.END_SECONDS
        while True:
            assert time.monotonic() < deadline, f"still running: {self.running.history(arn)[-5:]}"
            has_ended = not self.running.is_running(arn)
            self._people(has_ended)
            if has_ended:
                return self.settled(self.running.wait(arn))
            time.sleep(0.02)

    def settled(self, ended: Execution) -> Execution:
        """When the row's machine is through, so is the booking's. A page for a fee is paid on."""
        if ended.status == "SUCCEEDED":
            self.running.wait(self.booking_arn)
            if self.row.state in FEE_BY_HAND and "fee" not in self._done:
                self._done.add("fee")
                page = self.holds.practice.account.all("checkout.session")[-1]
                assert payer.pay(self.holds.practice.account, page["id"]) == payer.COMPLETE
                assert self.holds.tell().status == "SUCCEEDED"
        if self.running.answering:
            self.running.drain()
        return ended

    def time_is_up(self) -> None:
        """What waits for a person has waited long enough: its task times out."""
        deadline = time.monotonic() + machine.END_SECONDS
        while self.running.is_running(self.booking_arn):
            assert time.monotonic() < deadline, "its time-out wakes nobody"
            self._wake(self._hold())
            time.sleep(0.05)
        self.running.drain()

    def much_later(self, now: datetime) -> None:
        """Nobody has redriven for days; the sweep came by."""
        self.time_is_up()
        self._done.add("fee")  # its page has ended, too: whoever wants to pay asks for another
        vars(outside)["clock"] = lambda: now
        self.holds.practice.account.now = lambda: now
        settle_holds(self.holds.stores, self.running.workflows, self.running.tasks, clock_at(now))

    # -- What happens before, and what is broken --------------------------------------------------------------------

    def _asks_for(self, **terms: Any) -> None:
        self.holds.asks_for(price_cents=PRICE, **terms)

    def _ask(self) -> None:
        if not self.offered:
            self.booking_arn = ask(self.running)
            return
        offers = Offers(self.running)
        offers.join("w-1", CLIENT, STARTS_AT)
        [self.booking_id] = offers.sweep()
        offers.answer(self.booking_id, "accept")
        self.booking_arn = offers.start_now(self.booking_id)

    def _break(self) -> None:
        """From now on it fails as the row says; what was sent before does not count."""
        self.before = Counter(self.running.providers.addresses())
        failure = self.row.failure
        if failure in PROVIDER_FAILURES:
            fault, times = PROVIDER_FAILURES[failure]
            calls = ["", fault] if self.function in LISTS_FIRST else [fault]
            next_calls = self.holds.practice.faults.next
            self.running.faults[self.function] = Fault(
                "", times=times, meets=lambda: next_calls.__setitem__(slice(None), calls)
            )
        elif self.row.state.startswith("Deliver"):
            MESSAGE_FAILURES[failure](self.running, self.db)
        elif failure in FUNCTION_FAILURES:
            self.running.faults[self.function] = replace(FUNCTION_FAILURES[failure])

    def _reserved(self, event: Any, context: Any) -> Any:
        """A second to answer, instead of half an hour, where nobody does."""
        decision = RESERVE_SLOT(event, context)
        if self.row.failure in ("nobody answers", "nobody pays"):
            decision["hold"]["wait_seconds"] = 1
        return decision

    # -- People, and the provider -----------------------------------------------------------------------------------

    def _hold(self) -> HoldView | None:
        with self.holds.stores.autocommit() as store:
            return store.holds.get(self.booking_id)

    def _people(self, has_ended: bool) -> None:
        hold = self._hold()
        if hold is None or hold.answer is not None or hold.outcome is not None or hold.awaits in self._done:
            return
        if hold.awaits == "approval" and (hold.task_token or has_ended):
            self._done.add(hold.awaits)
            self._approval_is_awaited()
        if hold.awaits == "payment" and hold.checkout_url and (hold.task_token or has_ended):
            self._done.add(hold.awaits)
            self._payment_is_awaited(hold)

    def _approval_is_awaited(self) -> None:
        match self.row.failure:
            case "nobody answers":
                return
            case "the client cancels while it waits":
                self._cancel()
            case "the therapist declines":
                self.holds.answer(self.booking_id, "decline")
            case _:
                self.holds.answer(self.booking_id, "approve")

    def _payment_is_awaited(self, hold: HoldView) -> None:
        if self.row.state == "CloseCheckout":
            return self.time_is_up()
        match self.row.failure:
            case "nobody pays":
                return None
            case "the client cancels while it waits":
                return self._cancel()
            case "staff ask for no payment":
                return self.holds.waive(self.booking_id)
        self._press(hold)
        if self.row.failure == "the event of the payment never comes":
            return self.time_is_up()
        assert self.holds.tell().status == "SUCCEEDED"
        return None

    def _cancel(self) -> None:
        assert cancel(self.running) == "cancelled"

    def _press(self, hold: HoldView) -> None:
        assert payer.pay(self.holds.practice.account, str(hold.checkout_id)) == payer.COMPLETE

    def _wake(self, hold: HoldView | None) -> None:
        """As the time-out would: again, if the task was not there yet."""
        if hold is not None and hold.task_token:
            self.running.tasks.succeed(hold.task_token, "{}")

    def _an_event_arrives(self) -> Execution:
        self._asks_for(payment="prepay")
        self._ask()
        hold = self.holds.waiting("b-1", checkout=True)
        self.running.drain()
        self._break()
        if self.row.failure == "it was paid after the hold had ended":
            late = clock_at(datetime.now(UTC) + timedelta(hours=1))
            settle_holds(self.holds.stores, self.running.workflows, self.running.tasks, late)
            self.running.wait(self.booking_arn)
        self._press(hold)
        if self.row.failure == "all events come late, the last one first":
            return self._all_events_come_late()
        ended = self.holds.tell()
        if self.row.failure == "the event comes twice":
            event = self.holds.practice.account.events[-1]
            ended = self._told(event, f"{event['id']}-again")
        return self.settled(ended)

    def _all_events_come_late(self) -> Execution:
        self.time_is_up()
        self._cancel()
        assert self.running.wait(self.holds.started("refund-b-1-1")).status == "SUCCEEDED"
        known = [each for each in reversed(self.holds.practice.account.events) if each["type"] in TOLD]
        return self.settled([self._told(event, event["id"]) for event in known][-1])

    def _told(self, event: dict[str, Any], name: str) -> Execution:
        about = {"type": TOLD[event["type"]], "id": event["data"]["object"]["id"]}
        ended = self.running.run_machine("payment", name, about="event", object=about, key=None)
        assert ended.status == "SUCCEEDED"
        return ended

    def _paid_and_cancelled(self) -> Execution:
        self._book(payment="prepay")
        self._break()
        self._cancel()
        return self.settled(self.running.wait(self.holds.started("refund-b-1-1")))

    def _cancelled_late(self, card: str = "4242") -> Execution:
        self._book(card, payment="card_on_file", **LATE_FEE)
        if card == "4242":
            self._break()
        assert cancel(self.running) == "late_cancelled"
        ended = self.running.wait(self.holds.started("fee-b-1-1"))
        self.running.drain()
        return ended

    def _a_fee_is_paid_by_hand(self) -> Execution:
        self._cancelled_late("0341")
        self._break()
        return self.settled(self.running.run_machine("payment", "page-1", about="page", object=None, key="fee-b-1-1"))

    def _book(self, card: str = "4242", **terms: Any) -> None:
        """A session that is paid for, or for which a card is left."""
        self._asks_for(**terms)
        self._ask()
        assert self.holds.press("b-1", card) == payer.COMPLETE
        assert self.holds.tell().status == "SUCCEEDED"
        assert self.running.wait(self.booking_arn).status == "SUCCEEDED"
        self.running.drain()


RESERVE_SLOT = machine.HANDLERS["ReserveSlot"]
