"""Whatever happens, in whatever order: nobody has paid for nothing, and nobody has been booked for nothing.

A hundred seeded runs in ``make test``; ``make chaos`` plays thousands (MONEY_RUNS).
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar, cast

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from psycopg2.extensions import connection as Connection

from booking.codes import HoldAnswer
from booking.store import Stores
from local.stripe import disputes, refunds
from local.stripe.errors import Refused
from local.stripe.faults import CALLS
from tests.integration.till import MINUTE, Till
from tests.money import check_money
from tests.rows import rows

Thing = TypeVar("Thing")

RUNS = int(os.environ.get("MONEY_RUNS", "100"))
STEPS = 40
ANY = st.integers(0, 5)
"""Which of them: the newest first."""
TERMS = st.fixed_dictionaries(
    {
        "payment": st.sampled_from(["prepay", "prepay", "prepay", "card_on_file", "none"]),
        "approval": st.sampled_from(["none", "none", "none", "therapist"]),
        "late_fee_kind": st.sampled_from(["percent", "amount", "none"]),
        "free_cancellation_minutes": st.sampled_from([3000, 3000, 0]),  # of a day and a half: late, or never
    }
)


class _NothingYet(Exception):
    """There is none of what should be done something to."""


HAPPENINGS = (
    *(3 * ["a_machine_goes_on"]),
    *(3 * ["all_machines_go_on"]),
    *(4 * ["somebody_presses_pay"]),
    *(2 * ["an_event_arrives"]),
    *(2 * ["somebody_cancels"]),
    *(2 * ["time_passes"]),
    *(2 * ["somebody_asks"]),
    *("the_therapist_answers", "staff_ask_for_no_payment", "somebody_moves", "somebody_is_missed"),
    *("the_provider_fails", "the_sweep_comes", "somebody_disputes"),
    *(2 * ["a_refund_comes_back"]),
    "staff_give_back_by_hand",
)
"""How often each happens, against the others."""
CARDS = ("4242", "4242", "4242", "0341", "0002", "3155")
MINUTES = (1, 6, 31, 31, 120, 3000)


class Money(RuleBasedStateMachine):
    """What people, the provider and the machines may do next: ``which`` and ``more`` say to what, and how."""

    till: Till

    @initialize(terms=TERMS)
    def begin(self, terms: dict[str, object]) -> None:
        self.till = Till(self.stores, self.db)  # type: ignore[attr-defined]  # the test has put them here
        self.somebody_asks(0, 0, terms)
        self.all_machines_go_on(0, 4, terms)

    @rule(what=st.sampled_from(HAPPENINGS), which=ANY, more=st.integers(0, 5), terms=TERMS)
    def something_happens(self, what: str, which: int, more: int, terms: dict[str, object]) -> None:
        """What there is nothing of yet does not happen."""
        with suppress(_NothingYet):
            getattr(self, what)(which, more, terms)

    def somebody_asks(self, which: int, more: int, terms: dict[str, object]) -> None:
        for name, value in terms.items():
            rows(self.till.db, f"UPDATE services SET {name} = %s RETURNING 1", value)  # noqa: S608  # of TERMS
        self.till.ask(hour=more % 2, client=which % 2)

    def a_machine_goes_on(self, which: int, more: int, _terms: object) -> None:
        """Some steps; the answer of the last one may be lost."""
        run = self._newest([run for run in self.till.runs.values() if not run.has_ended], which)
        for _ in range(more // 2):
            self.till.advance(run)
        self.till.advance(run, crashes=more % 2 == 1)

    def all_machines_go_on(self, _which: int, more: int, _terms: object) -> None:
        for _ in range(more + 1):
            for run in list(self.till.runs.values()):
                self.till.advance(run)

    def somebody_presses_pay(self, which: int, more: int, _terms: object) -> None:
        self.till.press(self._newest(self.till.sessions, which // 2), CARDS[more])

    def an_event_arrives(self, which: int, _more: int, _terms: object) -> None:
        self.till.tell(self._newest(self.till.practice.account.events, which))

    def the_therapist_answers(self, which: int, more: int, _terms: object) -> None:
        self.till.answer(self._booking(which), HoldAnswer.DECLINE if more == 0 else HoldAnswer.APPROVE)

    def staff_ask_for_no_payment(self, which: int, _more: int, _terms: object) -> None:
        self.till.waive(self._booking(which))

    def somebody_cancels(self, which: int, more: int, _terms: object) -> None:
        self.till.cancel(self._booking(which), by_client=more > 0)

    def somebody_moves(self, which: int, more: int, _terms: object) -> None:
        self.till.move(self._booking(which), hour=more % 2)

    def somebody_is_missed(self, which: int, more: int, _terms: object) -> None:
        self.till.attend(self._booking(which), came=more == 0)

    def time_passes(self, _which: int, more: int, _terms: object) -> None:
        self.till.practice.time += MINUTES[more] * MINUTE

    def the_provider_fails(self, _which: int, more: int, _terms: object) -> None:
        self.till.practice.faults.next.append(CALLS[more])

    def the_sweep_comes(self, _which: int, _more: int, _terms: object) -> None:
        self.till.sweep()

    def somebody_disputes(self, which: int, _more: int, _terms: object) -> None:
        charge = self._newest(self.till.practice.account.all("charge"), which)
        with suppress(Refused):  # nothing was taken, or it is disputed
            disputes.open_one(self.till.practice.account, charge["payment_intent"])

    def a_refund_comes_back(self, which: int, more: int, _terms: object) -> None:
        """Days later, from the bank; staff may give the money back by hand then."""
        account = self.till.practice.account
        refund = refunds.fail(account, self._newest(account.all("refund"), which)["id"])
        if more % 2 == 1:
            with suppress(Refused):  # it has been charged back, or given back by hand before
                refunds.create(account, {"payment_intent": refund["payment_intent"], "amount": refund["amount"]})

    def staff_give_back_by_hand(self, which: int, _more: int, _terms: object) -> None:
        """A refund whose workflow has failed, as the runbook says: it has not begun, and the practice has waited."""
        left = [run for run in self.till.runs.values() if run.name.startswith("refund-")]
        run = self._newest([run for run in left if run.step == "PreparePayment"], which)
        self.till.give_back_by_hand(run)

    def _booking(self, which: int) -> str:
        return self._newest(self.till.bookings, which)

    @staticmethod
    def _newest(things: Sequence[Thing], which: int) -> Thing:
        if not things:
            raise _NothingYet
        return things[-1 - which % len(things)]

    def teardown(self) -> None:
        if hasattr(self, "till"):
            settle_everything(self.till)
            check_money(self.till.stores, self.till.db, self.till.practice.account)


def settle_everything(till: Till) -> None:
    """The provider is well again, every event comes in the end, and every machine goes on to its end."""
    till.practice.faults.next.clear()
    for _ in range(400):
        till.practice.account.catch_up()
        for event in till.practice.account.events:
            till.tell(event)
        till.start_what_was_started()
        going = [run for run in till.runs.values() if not run.has_ended]
        before = [(run.name, run.step) for run in going]
        for run in going:
            till.advance(run)
        if not going:
            return
        if [(run.name, run.step) for run in going] == before:
            till.practice.time += 31 * MINUTE  # all of them wait
            till.sweep()
    raise AssertionError(f"never ends: {[(run.name, run.step) for run in till.runs.values() if not run.has_ended]}")


def test_no_interleaving_loses_or_takes_money(stores: Stores, db: Connection) -> None:
    def fresh() -> Money:
        rows(db, "TRUNCATE bookings, booking_events, changes, key_conflicts, booking_words CASCADE; SELECT 1")
        rows(db, "UPDATE services SET price_cents = 9000, late_fee_value = 30 RETURNING 1")
        rows(db, "UPDATE services SET no_show_fee_kind = 'percent', no_show_fee_value = 100 RETURNING 1")
        machine = Money()
        machine.stores, machine.db = stores, db  # type: ignore[attr-defined]
        return machine

    make = cast("type[RuleBasedStateMachine]", fresh)  # called for each run, as a class would be
    played = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize="MONEY_RUNS" not in os.environ,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        database=None,
    )
    run_state_machine_as_test(make, settings=played)
