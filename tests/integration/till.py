"""A practice, its workflows and Stripe's double, step by step: anything may happen between any two steps.

The steps are the functions' own, on real PostgreSQL, in the order of the machines; a crash after a step has it run
again, as the machines' retries and a redrive do. What the real machines do is in tests/workflow.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from psycopg2.extensions import connection as Connection

from booking.channels.stripe_keys import StripeKeys
from booking.channels.stripe_payments import StripePayments
from booking.codes import Awaits, BookingStatus, Group, HoldAnswer, Outcome, ProviderObject
from booking.contracts.changes import AttendanceBody, CancelBookingInput, MoveBookingInput
from booking.contracts.holds import (
    ApprovalBody,
    AwaitHoldInput,
    KeepCheckoutInput,
    PaymentWaiverBody,
    PreparePaymentInput,
    RecordPaymentInput,
    SettleApprovalInput,
    SettlePaymentInput,
)
from booking.contracts.payments import (
    ChargeFeeInput,
    Checkout,
    CloseCheckoutInput,
    OpenCheckoutInput,
    PaymentFacts,
    PaymentInput,
    ProviderReference,
    ReadPaymentInput,
    RefundPaymentInput,
)
from booking.contracts.steps import HoldContract
from booking.errors import ProviderUnavailable, Refusal
from booking.model import Requester
from booking.problems import Problem
from booking.services.bookings.mark_attendance import mark_attendance
from booking.services.changes.cancel_booking import cancel_booking
from booking.services.changes.move_booking import move_booking
from booking.services.holds.answering import answer_request
from booking.services.holds.await_hold import await_hold
from booking.services.holds.keep_checkout import keep_checkout
from booking.services.holds.settle_approval import approval_settled
from booking.services.holds.settle_holds import settle_holds
from booking.services.holds.settle_payment import payment_settled
from booking.services.payments.charge_fee import charge_fee
from booking.services.payments.checkout import close_checkout, open_checkout
from booking.services.payments.prepare_payment import prepare_payment
from booking.services.payments.read_payment import read_payment
from booking.services.payments.record_payment import record_payment
from booking.services.payments.refund_payment import refund_payment
from booking.services.payments.waive_payment import waive_payment
from booking.store import Stores
from local import demo
from local.stripe import API_KEY, payer, refunds
from local.stripe.client import InProcess
from local.stripe.errors import Refused
from tests.asking import EXECUTION, NOW, STARTS_AT, requested_by, reserve, reserve_input
from tests.fakes import FakeTasks, FakeWorkflows
from tests.stripe_double import Practice

MINUTE = timedelta(minutes=1)
CLIENTS = (("sub-client", demo.CLIENT_ID), ("sub-other-client", demo.OTHER_CLIENT_ID))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
TOO_LATE = {
    Problem.HOLD_NOT_FOUND,
    Problem.HOLD_ANSWERED,
    Problem.HOLD_OVER,
    Problem.BOOKING_NOT_FOUND,  # its time was taken
    Problem.NOTHING_DUE,
    Problem.SESSION_NOT_BEGUN,
    Problem.BOOKING_NOT_STANDING,
}
TOLD = {  # the events that the practice listens to, and what each is about
    "checkout.session.completed": ProviderObject.CHECKOUT,
    "checkout.session.expired": ProviderObject.CHECKOUT,
    "payment_intent.succeeded": ProviderObject.PAYMENT,
    "payment_intent.payment_failed": ProviderObject.PAYMENT,
    "charge.refunded": ProviderObject.CHARGE,
    "refund.created": ProviderObject.REFUND,
    "refund.updated": ProviderObject.REFUND,
    "refund.failed": ProviderObject.REFUND,
    "charge.dispute.created": ProviderObject.DISPUTE,
    "charge.dispute.closed": ProviderObject.DISPUTE,
}


class OneKey:
    """The provider's key, which is not rotated here."""

    def read(self, *, anew: bool = False) -> StripeKeys:  # as the real one is asked
        return StripeKeys.model_validate({"api_keys": [API_KEY], "webhook_secrets": ["whsec_test"]})


@dataclass
class Run:
    """An execution: the step that comes next, and what it is given."""

    name: str
    step: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        return self.step == "end"


class Till:
    """Everything that may happen, one call a thing. ``time`` is everybody's."""

    def __init__(self, stores: Stores, db: Connection) -> None:
        self.stores, self.db = stores, db
        self.practice = Practice()
        self.practice.time = NOW
        self.provider = StripePayments(OneKey(), "https://site.example.com", http_client=InProcess(self.practice.api))  # type: ignore[arg-type]  # a key is all it asks for
        self.tasks, self.workflows = FakeTasks(), FakeWorkflows()
        self.runs: dict[str, Run] = {}
        self.bookings: list[str] = []
        self.tokens = 0
        self.told: set[str] = set()

    @property
    def now(self) -> datetime:
        return self.practice.time

    def clock(self) -> datetime:
        return self.practice.time

    # -- People -----------------------------------------------------------------------------------------------------

    def ask(self, hour: int, client: int) -> str:
        """Somebody asks for one of the hours of the day."""
        sub, client_id = CLIENTS[client]
        booking_id = f"b-{len(self.bookings)}"
        given = reserve_input(booking_id, STARTS_AT + timedelta(hours=hour), client_id=client_id, by=requested_by(sub))
        decision = reserve(self.stores, given, self.now)
        self.bookings.append(booking_id)
        if decision.hold is not None:
            is_payment = decision.outcome == Outcome.AWAITS_PAYMENT
            step = "OpenCheckout" if is_payment else "AwaitApproval"
            self.runs[booking_id] = Run(booking_id, step, {"booking_id": booking_id, "hold": decision.hold})
        return str(decision.outcome)

    def answer(self, booking_id: str, answer: HoldAnswer) -> None:
        body = ApprovalBody.model_validate({"answer": answer})
        self._allowed(lambda: answer_request(self.stores, self.tasks, THERAPIST, booking_id, body, self.clock))

    def waive(self, booking_id: str) -> None:
        self._allowed(lambda: self._waive(booking_id))

    def _waive(self, booking_id: str) -> object:
        body = PaymentWaiverBody(reason="paid in cash")
        return waive_payment(self.stores, self.workflows, self.tasks, THERAPIST, booking_id, body, self.clock)

    def press(self, session_id: str, card: str) -> None:
        """The client presses "pay" at the provider, with this card."""
        if payer.pay(self.practice.account, session_id, card) == payer.AUTHENTICATE:
            payer.authenticate(self.practice.account, session_id, is_approved=True)

    def cancel(self, booking_id: str, *, by_client: bool) -> None:
        by = self._client_of(booking_id) if by_client else requested_by("sub-therapist", "therapist")
        given = CancelBookingInput.model_validate(self._change(booking_id, by, {}))
        cancel_booking(self.stores, self.workflows, self.tasks, given, self.clock)

    def move(self, booking_id: str, hour: int) -> None:
        to = {"starts_at": (STARTS_AT + timedelta(hours=hour)).isoformat()}
        given = MoveBookingInput.model_validate(self._change(booking_id, self._client_of(booking_id), to))
        move_booking(self.stores, given, self.clock)

    def attend(self, booking_id: str, *, came: bool) -> None:
        """The therapist says whether the client came."""
        body = AttendanceBody(status=BookingStatus.COMPLETED if came else BookingStatus.NO_SHOW)
        self._allowed(lambda: mark_attendance(self.stores, self.workflows, THERAPIST, booking_id, body, self.clock))

    def _client_of(self, booking_id: str) -> dict[str, str]:
        with self.db.cursor() as cursor:
            cursor.execute("SELECT requested_by FROM bookings WHERE id = %s", (booking_id,))
            found: Any = cursor.fetchone()
            return requested_by(found["requested_by"] if found else "sub-client")

    def _change(self, booking_id: str, by: dict[str, str], request: dict[str, str]) -> dict[str, Any]:
        self.tokens += 1
        return {
            "change_id": f"c-{self.tokens}",
            "booking_id": booking_id,
            "requested_by": by,
            "request": request,
            "requested_at": self.now,
            "execution": f"{EXECUTION}-{self.tokens}",
        }

    def _allowed(self, act: Callable[[], object]) -> None:
        """What may be too late: then it is refused, and nothing has happened."""
        try:
            act()
        except Refusal as refusal:
            if refusal.problem not in TOO_LATE:
                raise

    # -- The provider -----------------------------------------------------------------------------------------------

    @property
    def sessions(self) -> list[str]:
        return [each["id"] for each in self.practice.account.all("checkout.session")]

    def give_back_by_hand(self, run: Run) -> None:
        """In the provider's dashboard, what a movement should have given back; its event comes at once."""
        with self.stores.autocommit() as store:
            [intended] = store.payments.intended(run.data["key"])
        asked = {"payment_intent": intended.payment_id, "amount": intended.amount}
        try:
            refunds.create(self.practice.account, asked)
        except Refused:  # it has been charged back, or given back before
            return
        for event in list(self.practice.account.events):
            self.tell(event)
        self.practice.faults.next.clear()
        for told in [each for each in self.runs.values() if each.step in ("ReadPayment", "RecordPayment")]:
            while told.step in ("ReadPayment", "RecordPayment"):
                self.advance(told)

    def tell(self, event: dict[str, Any]) -> None:
        """An event arrives, however late and however often: its execution starts once."""
        kind = TOLD.get(event["type"])
        if kind is None or event["id"] in self.runs:
            return
        told = PaymentInput(about="event", object=ProviderReference(type=kind, id=event["data"]["object"]["id"]))
        self.runs[event["id"]] = Run(event["id"], "ReadPayment", {"object": told.object})

    # -- Machines ---------------------------------------------------------------------------------------------------

    def go_on(self, booking_id: str, step: str) -> None:
        """The booking's workflow, up to a step."""
        while self.runs[booking_id].step != step:
            self.advance(self.runs[booking_id])

    def start_what_was_started(self) -> None:
        """The executions that functions have started meanwhile."""
        for name, given in self.workflows.started.items():
            if name not in self.runs:
                self.runs[name] = Run(name, "PreparePayment", {"key": given["key"]})

    def advance(self, run: Run, *, crashes: bool = False) -> None:
        """The next step. ``crashes``: its answer is lost, and it will be done again."""
        if run.has_ended:
            return
        before = run.step, dict(run.data)
        try:
            run.step = getattr(self, f"_{run.step}")(run)
        except ProviderUnavailable:
            run.step, run.data = before
        if crashes:
            run.step, run.data = before
        self.start_what_was_started()

    def sweep(self) -> None:
        settle_holds(self.stores, self.workflows, self.tasks, self.clock)
        self.start_what_was_started()

    def _hold(self, run: Run) -> HoldContract:
        hold: HoldContract = run.data["hold"]
        return hold

    def _OpenCheckout(self, run: Run) -> str:  # noqa: N802  # as the state is named; so are those below
        hold = self._hold(run)
        given = OpenCheckoutInput(
            booking_id=run.data["booking_id"],
            key=hold.key,
            purpose=hold.purpose,
            amount=hold.amount,
            currency=hold.currency,
            until=hold.until,
            language=hold.language,
        )
        run.data["checkout"] = open_checkout(self.provider, given, self.clock)
        return "KeepCheckout"

    def _KeepCheckout(self, run: Run) -> str:  # noqa: N802
        checkout: Checkout = run.data["checkout"]
        given = KeepCheckoutInput(booking_id=run.data["booking_id"], checkout_id=checkout.checkout_id, url=checkout.url)
        keep_checkout(self.stores, given, self.clock)
        return "AwaitPayment"

    def _await(self, run: Run, awaits: Awaits) -> str:
        self.tokens += 1
        run.data["token"], run.data["since"] = f"t-{self.tokens}", self.now
        given = AwaitHoldInput(booking_id=run.data["booking_id"], task_token=run.data["token"])
        await_hold(self.stores, self.tasks, given, awaits)
        return f"{awaits.title()}IsAwaited"

    def _is_over(self, run: Run) -> bool:
        is_woken = any(token == run.data["token"] for token, _ in self.tasks.succeeded)
        return is_woken or self.now >= run.data["since"] + timedelta(seconds=self._hold(run).wait_seconds)

    def _AwaitApproval(self, run: Run) -> str:  # noqa: N802
        return self._await(run, Awaits.APPROVAL)

    def _AwaitPayment(self, run: Run) -> str:  # noqa: N802
        return self._await(run, Awaits.PAYMENT)

    def _ApprovalIsAwaited(self, run: Run) -> str:  # noqa: N802
        return "SettleApproval" if self._is_over(run) else run.step

    def _PaymentIsAwaited(self, run: Run) -> str:  # noqa: N802
        return "SettlePayment" if self._is_over(run) else run.step

    def _SettleApproval(self, run: Run) -> str:  # noqa: N802
        given = SettleApprovalInput(booking_id=run.data["booking_id"], execution=EXECUTION)
        decision = approval_settled(self.stores, given, self.clock)
        if decision.outcome == Outcome.AWAITS_PAYMENT:
            run.data["hold"] = decision.hold
            return "OpenCheckout"
        return "end"

    def _SettlePayment(self, run: Run) -> str:  # noqa: N802
        given = SettlePaymentInput(
            booking_id=run.data["booking_id"], checkout=run.data["checkout"], execution=EXECUTION
        )
        decision = payment_settled(self.stores, self.workflows, given, self.clock)
        return "CloseCheckout" if decision.outcome == Outcome.UNPAID else "end"

    def _CloseCheckout(self, run: Run) -> str:  # noqa: N802
        checkout: Checkout = run.data["checkout"]
        given = CloseCheckoutInput(booking_id=run.data["booking_id"], checkout_id=checkout.checkout_id)
        run.data["checkout"] = close_checkout(self.provider, given)
        return "SettlePayment"

    def _ReadPayment(self, run: Run) -> str:  # noqa: N802
        run.data["facts"] = read_payment(self.provider, ReadPaymentInput(object=run.data["object"]))
        return "RecordPayment"

    def _PreparePayment(self, run: Run) -> str:  # noqa: N802
        given = PreparePaymentInput(key=run.data["key"], about="movement")
        prepared = prepare_payment(self.stores, given, self.clock)
        run.data["prepared"] = prepared
        steps = {Outcome.REFUND: "RefundPayment", Outcome.CHARGE: "ChargeFee", Outcome.NOTHING: "end"}
        return steps[prepared.outcome]

    def _RefundPayment(self, run: Run) -> str:  # noqa: N802
        run.data["facts"] = refund_payment(
            self.provider, RefundPaymentInput.model_validate(self._of_prepared(run, "payment_intent_id"))
        )
        return "RecordPayment"

    def _ChargeFee(self, run: Run) -> str:  # noqa: N802
        given = ChargeFeeInput.model_validate(self._of_prepared(run, "customer_id", "payment_method_id"))
        run.data["facts"] = charge_fee(self.provider, given)
        return "RecordPayment"

    def _of_prepared(self, run: Run, *names: str) -> dict[str, Any]:
        prepared = run.data["prepared"].model_dump()
        fields = ("booking_id", "amount", "currency", *names)
        return {"key": run.data["key"], **{name: prepared[name] for name in fields}}

    def _RecordPayment(self, run: Run) -> str:  # noqa: N802
        facts: PaymentFacts = run.data["facts"]
        given = RecordPaymentInput(facts=facts, execution=EXECUTION)
        recorded = record_payment(self.stores, self.tasks, given, self.clock)
        if recorded.next_key is None:
            return "end"
        run.data["key"] = recorded.next_key
        return "PreparePayment"
