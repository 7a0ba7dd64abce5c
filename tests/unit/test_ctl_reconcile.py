"""bookingctl payments reconcile: what the ledger and the provider have differently, and nothing else."""

import json
from typing import Any

import pytest

from tests.operators import FakePractice, run

DAYS = ("--from", "2027-03-01", "--to", "2027-03-31")
COMMAND = ("payments", "reconcile", *DAYS)


def charge(name: str = "pi_1", **more: Any) -> dict[str, Any]:
    """As the provider has it."""
    known = {"payment_intent_id": name, "booking_id": "b-1", "key": "session-b-1", "disputed": False}
    return {**known, "captured": 9000, "refunded": 0, "currency": "EUR", "created_at": "2027-03-01T08:00:00Z", **more}


def entry(name: str = "pi_1", **more: Any) -> dict[str, Any]:
    """As the ledger has it."""
    known = {"payment_intent_id": name, "booking_id": "b-1", "captured": 9000, "refunded": 0, "currency": "EUR"}
    return {**known, "at": "2027-03-01T08:01:00Z", **more}


def practice(charges: list[dict[str, Any]], ledger: list[dict[str, Any]]) -> FakePractice:
    made = FakePractice()
    made.answers["ListCharges"] = {"charges": charges, "next": None}
    made.answers["ListPayments"] = {"payments": ledger, "next": None}
    return made


def found(made: FakePractice) -> list[tuple[Any, ...]]:
    answer = run(made, *COMMAND, "--json")
    differences = json.loads(answer.stdout)["differences"]
    assert answer.exit_code == (1 if differences else 0)
    return [(each["payment_intent_id"], each["differs"], each["ledger"], each["provider"]) for each in differences]


def test_books_that_agree_are_said_and_nothing_is_an_error() -> None:
    answer = run(practice([charge()], [entry()]), *COMMAND)
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[-1] == "Payments: 1. The ledger and the provider agree."
    assert run(practice([], []), *COMMAND).stdout == "There is no payment on these days.\n"


@pytest.mark.parametrize(
    ("charges", "ledger", "difference"),
    [
        ([charge()], [], ("pi_1", "not in the ledger", None, 9000)),
        ([], [entry()], ("pi_1", "not at the provider", 9000, None)),
        ([charge(refunded=4500)], [entry()], ("pi_1", "given back", 0, 4500)),
        ([charge()], [entry(captured=900)], ("pi_1", "taken", 900, 9000)),
        ([charge(currency="JPY")], [entry()], ("pi_1", "currency", 9000, 9000)),
    ],
)
def test_each_difference_is_found(
    charges: list[dict[str, Any]], ledger: list[dict[str, Any]], difference: tuple[Any, ...]
) -> None:
    agreed = charge("pi_0"), entry("pi_0")
    assert found(practice([*charges, agreed[0]], [*ledger, agreed[1]])) == [difference]


def test_a_payment_around_midnight_is_of_the_day_on_which_the_provider_made_it() -> None:
    """The ledger hears of it later, 18 days at most; so both are asked for more than the days that were named."""
    before, last = "2027-02-28T23:59:00Z", "2027-03-31T23:59:00Z"
    charges = [charge("pi_1", created_at=before), charge("pi_2", created_at=last)]
    made = practice(charges, [entry("pi_1"), entry("pi_2", at="2027-04-18T22:00:00Z")])
    assert json.loads(run(made, *COMMAND, "--json").stdout) == {"payments": 1, "differences": []}
    asked = {(event["since"], event["until"]) for _, event in made.asked}
    assert asked == {("2027-02-11T00:00:00+00:00", "2027-04-19T00:00:00+00:00")}


def test_all_pages_of_both_are_read() -> None:
    made = FakePractice()
    rest = {"charges": [charge("pi_2")], "payments": [entry("pi_2")], "next": None}
    first = {"charges": [charge("pi_1")], "payments": [entry("pi_1")], "next": "pi_1"}
    made.answers["ListCharges"] = made.answers["ListPayments"] = lambda asked: rest if asked["after"] else first
    assert json.loads(run(made, *COMMAND, "--json").stdout) == {"payments": 2, "differences": []}


def test_amounts_read_as_their_currency_counts_and_a_dispute_is_said() -> None:
    made = practice([charge(currency="KWD", captured=9000, refunded=1005, disputed=True)], [entry(currency="KWD")])
    answer = run(made, *COMMAND)
    assert answer.exit_code == 1
    assert "given back, disputed" in answer.stdout
    assert "1.005 KWD" in answer.stdout
    assert "Payments: 1, of which 1 differ" in answer.stdout
    assert max(map(len, answer.stdout.splitlines())) <= 80


def test_days_that_are_none_and_a_provider_that_is_away_are_a_line() -> None:
    answer = run(practice([], []), "payments", "reconcile", "--from", "2027-03-02", "--to", "2027-03-01")
    assert (answer.exit_code, "is after" in answer.output) == (2, True)
    made = practice([], [])
    del made.answers["ListCharges"]
    answer = run(made, *COMMAND)
    assert (answer.exit_code, "Traceback" in answer.output) == (3, False)
