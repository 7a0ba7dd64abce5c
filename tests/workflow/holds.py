"""Held bookings beside a running workflow: what the service asks for, the provider's account, and what people say."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from booking.channels.stripe_payments import StripePayments
from booking.codes import Group, HoldAnswer, ProviderObject
from booking.config import database_config
from booking.contracts.holds import ApprovalBody, PaymentWaiverBody
from booking.database import Database
from booking.model import Requester
from booking.services.holds.answering import answer_request
from booking.services.payments.waive_payment import waive_payment
from booking.store import Stores
from booking.store.holds import HoldView
from handlers._outside import outside
from local.stripe import payer
from local.stripe.client import InProcess
from tests.fakes import clock_at
from tests.integration.till import OneKey
from tests.stripe_double import Practice
from tests.workflow.machine import END_SECONDS, Execution, Workflow

THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))


class Holds:
    """The provider's account is the laptop's double, behind the real channel."""

    def __init__(self, running: Workflow) -> None:
        self.running = running
        self.practice = Practice()
        self.practice.account.now = lambda: datetime.now(UTC)
        provider = StripePayments(OneKey(), "https://site.example.com", http_client=InProcess(self.practice.api))  # type: ignore[arg-type]  # a key is all it asks for
        vars(outside)["payments"] = provider

    @cached_property
    def stores(self) -> Stores:
        """A connection of their own: the functions use theirs meanwhile."""
        return Stores(Database(database_config(), "holds"))

    def asks_for(self, **terms: Any) -> None:
        """From now on the demo's service asks for this."""
        with self.stores.transaction() as store, store._connection.cursor() as cursor:
            for name, value in terms.items():
                cursor.execute(f"UPDATE services SET {name} = %s", (value,))  # noqa: S608  # a column's name, of a test's

    def waiting(self, booking_id: str, *, checkout: bool = False) -> HoldView:
        """The hold, once its workflow waits."""
        return self._once(booking_id, lambda hold: bool(hold.task_token and (hold.checkout_url or not checkout)))

    def opened(self, booking_id: str) -> HoldView:
        """The hold, once there is a page to pay on."""
        return self._once(booking_id, lambda hold: bool(hold.checkout_url))

    def _once(self, booking_id: str, so: Callable[[HoldView], bool]) -> HoldView:
        deadline = time.monotonic() + END_SECONDS
        while True:
            with self.stores.autocommit() as store:
                hold = store.holds.get(booking_id)
            if hold is not None and so(hold):
                return hold
            assert time.monotonic() < deadline, "nothing waits, or there is no page"
            time.sleep(0.02)

    def started(self, name: str) -> str:
        """The ARN of an execution of the payment machine that a function has started."""
        machine = self.running._arn("payment")
        return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"

    def proves(self, booking_id: str) -> None:
        """The bank has asked the client who they are, and they have shown it."""
        payer.authenticate(self.practice.account, str(self.opened(booking_id).checkout_id), is_approved=True)

    def answer(self, booking_id: str, answer: str) -> None:
        body = ApprovalBody(answer=HoldAnswer(answer))
        answer_request(self.stores, self.running.tasks, THERAPIST, booking_id, body, clock_at(datetime.now(UTC)))

    def waive(self, booking_id: str) -> None:
        body, clock = PaymentWaiverBody(reason="paid in cash"), clock_at(datetime.now(UTC))
        waive_payment(self.stores, self.running.workflows, self.running.tasks, THERAPIST, booking_id, body, clock)

    def press(self, booking_id: str, card: str = "4242") -> str:
        """The client pays, on the page that the booking shows."""
        hold = self.waiting(booking_id, checkout=True)
        return payer.pay(self.practice.account, str(hold.checkout_id), card)

    def tell(self, kind: str = "checkout.session.completed") -> Execution:
        """The provider tells of the newest such event, and the payment machine runs to its end."""
        event = next(each for each in reversed(self.practice.account.events) if each["type"] == kind)
        about = {"type": ProviderObject.CHECKOUT, "id": event["data"]["object"]["id"]}
        return self.running.run_machine("payment", event["id"], about="event", object=about, key=None)
