"""Whatever people, banks, clocks and broken lines do to the double, its own books are right."""

import contextlib
from typing import Any

import stripe
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from local.stripe import charging, disputes, payer, refunds
from local.stripe.errors import Refused
from local.stripe.faults import CALLS
from tests.stripe_double import Practice

FAULTS = st.sampled_from([*CALLS, "", ""])
NTH = st.integers(0, 50)
CARDS = st.sampled_from(list(charging.CARDS))


class Books(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.practice = Practice()
        self.account = self.practice.account
        self.customer = self.practice.customer()
        self.keys = 0

    def nth(self, kind: str, index: int) -> Any:
        made = self.account.all(kind)
        return made[index % len(made)] if made else None

    def asked(self, fault: str, call: Any, *given: Any, **more: Any) -> None:
        """With a key of its own, and again with the same one, whatever was answered."""
        self.keys += 1
        self.practice.faults.next = [fault]
        for _ in range(2):
            try:
                call(*given, key=f"k-{self.keys}", **more)
            except stripe.StripeError:
                continue

    @rule(fault=FAULTS, keeps=st.booleans())
    def a_session_is_opened(self, fault: str, keeps: bool) -> None:
        later = {"customer": self.customer, "payment_intent_data": {"setup_future_usage": "off_session"}}
        self.asked(fault, self.practice.opened, **(later if keeps else {}))

    @rule(index=NTH, card=CARDS)
    def somebody_pays(self, index: int, card: str) -> None:
        if session := self.nth("checkout.session", index):
            payer.pay(self.account, session["id"], card)

    @rule(index=NTH, is_approved=st.booleans())
    def the_bank_has_asked_them(self, index: int, is_approved: bool) -> None:
        if session := self.nth("checkout.session", index):
            payer.authenticate(self.account, session["id"], is_approved=is_approved)

    @rule(index=NTH)
    def a_session_is_ended(self, index: int) -> None:
        if session := self.nth("checkout.session", index):
            try:
                self.practice.stripe.checkout.sessions.expire(session["id"])
            except stripe.InvalidRequestError:
                assert session["status"] != "open"

    @rule(fault=FAULTS, index=NTH)
    def a_fee_is_taken(self, fault: str, index: int) -> None:
        if method := self.nth("payment_method", index):
            self.asked(fault, self.practice.fee, self.customer, method["id"])

    @rule(fault=FAULTS, index=NTH, amount=st.integers(1, 9000))
    def money_is_given_back(self, fault: str, index: int, amount: int) -> None:
        if intent := self.nth("payment_intent", index):
            self.asked(fault, self.practice.refund, intent["id"], amount=amount)

    @rule(index=NTH)
    def a_refund_comes_back(self, index: int) -> None:
        if refund := self.nth("refund", index):
            refunds.fail(self.account, refund["id"])

    @rule(index=NTH, is_inquiry=st.booleans())
    def somebody_disputes(self, index: int, is_inquiry: bool) -> None:
        if intent := self.nth("payment_intent", index):
            with contextlib.suppress(Refused):  # there is nothing to dispute
                disputes.open_one(self.account, intent["id"], is_inquiry=is_inquiry)

    @rule(index=NTH, is_won=st.booleans())
    def the_bank_decides(self, index: int, is_won: bool) -> None:
        dispute = self.nth("dispute", index)
        if dispute and dispute["status"] in ("needs_response", "warning_needs_response"):
            disputes.close(self.account, dispute["id"], is_won=is_won)

    @rule(minutes=st.sampled_from([0.1, 10, 61]))
    def time_goes_by(self, minutes: float) -> None:
        self.practice.wait(minutes=minutes)

    @invariant()
    def nobody_is_charged_twice(self) -> None:
        for intent in self.account.all("payment_intent"):
            paid = [
                each for each in self.account.all("charge") if each["payment_intent"] == intent["id"] and each["paid"]
            ]
            assert len(paid) == (intent["status"] == "succeeded")
            assert sum(each["amount"] for each in paid) == intent["amount_received"]

    @invariant()
    def what_is_complete_is_paid_and_what_is_expired_is_not(self) -> None:
        for session in self.account.all("checkout.session"):
            intent = session["payment_intent"]
            is_paid = bool(intent) and self.account.get("payment_intent", intent, "id")["status"] == "succeeded"
            assert (session["status"] == "complete") == is_paid

    @invariant()
    def a_charge_gives_back_what_its_refunds_say(self) -> None:
        for charge in self.account.all("charge"):
            mine = [each for each in self.account.all("refund") if each["charge"] == charge["id"]]
            back = sum(each["amount"] for each in mine if each["status"] == "succeeded")
            assert back == charge["amount_refunded"] <= charge["amount_captured"]

    def teardown(self) -> None:
        """When all has settled, the balance is what was taken, less what went back, what banks hold, and fees."""
        self.practice.wait(minutes=1)
        self.account.catch_up()
        booked = self.account.all("balance_transaction")
        taken = sum(each["amount"] - each["amount_refunded"] for each in self.account.all("charge") if each["paid"])
        withdrawn = ("needs_response", "lost")
        held = sum(each["amount"] for each in self.account.all("dispute") if each["status"] in withdrawn)
        fees = sum(each["fee"] for each in booked)
        assert self.account.balance().get("eur", 0) == taken - held - fees
        listed = self.practice.stripe.balance_transactions.list({"limit": 3}).auto_paging_iter()
        assert [each.id for each in listed] == [each["id"] for each in reversed(booked)]


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=40, stateful_step_count=25, deadline=None, derandomize=True)
