"""Idempotency keys, and what becomes of a call when Stripe fails: unknown is not failed."""

from typing import Any

import pytest
import stripe

from local.stripe import API_KEY, payer
from local.stripe.api import Api
from local.stripe.faults import CALLS, DROPPED, FAILED, FAILED_LATE, LIMITED, LOST, UNAVAILABLE, Faults
from tests.stripe_double import Practice


@pytest.fixture
def practice() -> Practice:
    return Practice()


def post(practice: Practice, key: str, **given: str) -> Any:
    form = "&".join(f"{name}={value}" for name, value in given.items())
    headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": key}
    return practice.api.answer("POST", "/v1/customers", headers, form)


def test_the_same_key_brings_the_same_answer_and_says_so(practice: Practice) -> None:
    first, again = post(practice, "k"), post(practice, "k")
    assert again.body == first.body
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]
    assert len(practice.account.all("customer")) == 1


def test_a_key_is_for_one_call_with_its_parameters(practice: Practice) -> None:
    practice.opened(key="k")
    with pytest.raises(stripe.IdempotencyError, match="the same parameters"):
        practice.opened(key="k", client_reference_id="another")
    with pytest.raises(stripe.IdempotencyError, match="the same endpoint"):
        practice.refund("pi_x", key="k")


def test_what_was_refused_after_the_work_began_stays_refused(practice: Practice) -> None:
    customer = practice.customer()
    method = practice.kept_card(customer, "0341")
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            practice.fee(customer, method, key="fee")
    assert len(practice.account.all("payment_intent")) == 1


def test_what_was_wrong_before_the_work_began_can_be_put_right_under_the_same_key(practice: Practice) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        practice.opened(key="k", locale="klingon")
    assert practice.opened(key="k", locale="de").locale == "de"


def test_a_key_is_forgotten_after_a_day(practice: Practice) -> None:
    first = practice.opened(key="k", expires_at=None)
    practice.wait(hours=23, minutes=59)
    assert practice.opened(key="k", expires_at=None).id == first.id
    practice.wait(minutes=1)
    assert practice.opened(key="k", expires_at=None).id != first.id


def test_a_second_call_while_the_first_goes_on_is_a_conflict(practice: Practice) -> None:
    meanwhile: list[Any] = []

    def ask_again(_: float) -> None:
        practice.faults.delay = 0
        meanwhile.append(post(practice, "k"))

    slow = Api(practice.account, faults=practice.faults, sleep=ask_again)
    practice.api, practice.faults.delay = slow, 1
    assert post(practice, "k").status == 200
    assert [(each.status, each.body["error"]["code"]) for each in meanwhile] == [(409, "idempotency_key_in_use")]
    assert len(practice.account.all("customer")) == 1


@pytest.mark.parametrize("fault", CALLS)
def test_after_each_fault_a_charge_was_made_once_or_never_and_asking_again_tells(
    practice: Practice, fault: str
) -> None:
    customer = practice.customer()
    method = practice.kept_card(customer)
    practice.faults.next = [fault]
    errors = {LIMITED: stripe.RateLimitError, DROPPED: stripe.APIConnectionError, LOST: stripe.APIConnectionError}
    with pytest.raises(errors.get(fault, stripe.APIError)):
        practice.fee(customer, method, key="fee")
    was_done = fault in (FAILED_LATE, LOST)
    assert len(practice.account.all("charge")) == int(was_done)
    if fault in (FAILED, FAILED_LATE):
        with pytest.raises(stripe.APIError, match="unknown error"):
            practice.fee(customer, method, key="fee")
        found = practice.stripe.payment_intents.list({"customer": customer}).data
        assert [each.status for each in found] == ["succeeded"] * int(was_done), "only looking tells"
    else:
        assert practice.fee(customer, method, key="fee").status == "succeeded"
        assert len(practice.account.all("charge")) == 1


def test_a_lost_answer_of_a_payment_is_read_at_the_session(practice: Practice) -> None:
    session = practice.opened(key="k")
    payer.pay(practice.account, session.id)
    practice.faults.next = [LOST]
    with pytest.raises(stripe.APIConnectionError):
        practice.session(session.id)
    assert practice.session(session.id).payment_status == "paid"


def test_the_same_seed_fails_the_same_calls() -> None:
    def fates() -> list[str]:
        faults = Faults(lost=0.2, failed=0.2, unavailable=0.2, seed=7)
        return [faults.of_call() for _ in range(100)]

    assert fates() == fates()
    assert set(fates()) == {"", LOST, FAILED, UNAVAILABLE}


def test_a_fault_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="exploded"):
        Faults(next=["exploded"])
