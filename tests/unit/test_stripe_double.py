"""The laptop's double of Stripe, asked through the official package: what it takes, what it refuses, what it keeps."""

from typing import Any

import pytest
import stripe

from local.stripe import disputes, payer, refunds
from local.stripe.account import Account
from local.stripe.api import Api
from tests.stripe_double import CANCEL, SUCCESS, Practice


@pytest.fixture
def practice() -> Practice:
    return Practice()


def paid(practice: Practice, **other: Any) -> str:
    """The intent of a session that was paid."""
    session = practice.opened(**other)
    assert payer.pay(practice.account, session.id) == payer.COMPLETE
    practice.wait(seconds=5)
    return str(practice.session(session.id).payment_intent)


# -- Checkout --------------------------------------------------------------------------------------------------------


def test_a_session_has_no_payment_before_somebody_pays_it(practice: Practice) -> None:
    session = practice.opened()
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 8000)
    assert session.payment_intent is None
    assert session.url
    assert payer.pay(practice.account, session.id) == payer.COMPLETE
    after = practice.session(session.id, "payment_intent.latest_charge", "line_items")
    assert (after.status, after.payment_status, after.url) == ("complete", "paid", None)
    assert (after.payment_intent.status, after.payment_intent.latest_charge.amount_captured) == ("succeeded", 8000)
    assert after.line_items.data[0].description == "Session of 50 minutes"
    assert practice.told()[-3:] == ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def test_who_is_declined_can_pay_again_in_the_same_session(practice: Practice) -> None:
    session = practice.opened(payment_intent_data={"metadata": {"booking_id": "b-1"}})
    assert payer.pay(practice.account, session.id, "9995") == payer.DECLINED
    intent = practice.session(session.id, "payment_intent").payment_intent
    assert (intent.status, intent.last_payment_error.decline_code) == ("requires_payment_method", "insufficient_funds")
    assert payer.pay(practice.account, session.id) == payer.COMPLETE
    after = practice.session(session.id, "payment_intent").payment_intent
    assert (after.id, after.status, after.metadata["booking_id"]) == (intent.id, "succeeded", "b-1")
    charges = practice.stripe.charges.list({"payment_intent": intent.id}).data
    assert [each.status for each in charges] == ["succeeded", "failed"]


@pytest.mark.parametrize("is_approved", [True, False])
def test_three_d_secure_asks_first_and_charges_then(practice: Practice, is_approved: bool) -> None:
    session = practice.opened()
    assert payer.pay(practice.account, session.id, "3155") == payer.AUTHENTICATE
    assert practice.session(session.id, "payment_intent").payment_intent.status == "requires_action"
    assert practice.account.all("charge") == []
    came_to = payer.authenticate(practice.account, session.id, is_approved=is_approved)
    after = practice.session(session.id, "payment_intent")
    if is_approved:
        assert (came_to, after.status) == (payer.COMPLETE, "complete")
    else:
        assert (came_to, after.status) == (payer.DECLINED, "open")
        assert after.payment_intent.last_payment_error.code == "payment_intent_authentication_failure"
        assert practice.account.all("charge") == [], "a bank that knows nobody charges nobody"


def test_a_paid_session_is_not_paid_twice(practice: Practice) -> None:
    session = practice.opened()
    payer.pay(practice.account, session.id)
    assert payer.pay(practice.account, session.id) == payer.COMPLETE
    assert len(practice.account.all("charge")) == 1


def test_a_session_ends_by_the_clock_and_can_not_be_paid_afterwards(practice: Practice) -> None:
    session = practice.opened()
    payer.pay(practice.account, session.id, "0002")
    practice.wait(minutes=59)
    assert practice.session(session.id).status == "open"
    practice.wait(minutes=1)
    assert payer.pay(practice.account, session.id) == payer.EXPIRED
    after = practice.session(session.id, "payment_intent")
    assert (after.status, after.payment_status, after.payment_intent.status) == ("expired", "unpaid", "canceled")
    assert practice.told()[-1] == "checkout.session.expired"
    assert practice.account.balance() == {}


def test_three_d_secure_that_comes_after_the_end_charges_nobody(practice: Practice) -> None:
    session = practice.opened()
    payer.pay(practice.account, session.id, "3155")
    practice.stripe.checkout.sessions.expire(session.id)
    assert payer.authenticate(practice.account, session.id, is_approved=True) == payer.EXPIRED
    assert practice.account.all("charge") == []


@pytest.mark.parametrize("status", ["complete", "expired"])
def test_only_an_open_session_can_be_expired(practice: Practice, status: str) -> None:
    session = practice.opened()
    if status == "complete":
        payer.pay(practice.account, session.id)
    else:
        practice.stripe.checkout.sessions.expire(session.id)
    with pytest.raises(stripe.InvalidRequestError, match=f"a status of `{status}`"):
        practice.stripe.checkout.sessions.expire(session.id)


@pytest.mark.parametrize(
    ("seconds", "rule"), [(1800, "at least 30 minutes"), (24 * 3600, "less than 24 hours"), (1801, "")]
)
def test_a_session_lasts_from_half_an_hour_to_a_day(practice: Practice, seconds: int, rule: str) -> None:
    end = practice.account.seconds + seconds
    if not rule:
        assert practice.opened(expires_at=end).expires_at == end
        return
    with pytest.raises(stripe.InvalidRequestError, match=rule) as refused:
        practice.opened(expires_at=end)
    assert refused.value.param == "expires_at"


@pytest.mark.parametrize(
    ("other", "param", "code"),
    [
        ({"customer_email": "client@example.com"}, "customer_email", "parameter_unknown"),
        ({"allowed_payment_method_types": ["klarna"]}, "allowed_payment_method_types[0]", None),
        ({"allowed_payment_method_types": None}, "allowed_payment_method_types", "parameter_missing"),
        ({"payment_method_types": ["card"]}, "payment_method_types", "payment_method_types_no_longer_supported"),
        ({"success_url": "/paid"}, "success_url", "url_invalid"),
        ({"customer": "cus_of_nobody"}, "customer", "resource_missing"),
        ({"locale": "klingon"}, "locale", None),
        ({"client_reference_id": ""}, "client_reference_id", "parameter_invalid_empty"),
        ({"metadata": {"note": "x" * 501}}, "metadata[note]", None),
        ({"expires_at": "soon"}, "expires_at", "parameter_invalid_integer"),
    ],
)
def test_what_is_wrong_is_named(practice: Practice, other: dict[str, Any], param: str, code: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        practice.opened(**other)
    assert (refused.value.param, refused.value.code) == (param, code)
    assert practice.account.all("checkout.session") == []


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "eur", "amount_too_small"),
        (50, "eur", None),
        (49, "jpy", "amount_too_small"),
        (6000, "jpy", None),
        (5125, "kwd", "parameter_invalid_integer"),
        (5120, "kwd", None),
        (100_000_000, "eur", "amount_too_large"),
        (5000, "xxx", None),
    ],
)
def test_amounts_are_whole_numbers_of_the_smallest_unit(
    practice: Practice, amount: int, currency: str, code: str | None
) -> None:
    asked = practice.payment(amount, currency)
    if code or currency == "xxx":
        with pytest.raises(stripe.InvalidRequestError) as refused:
            practice.opened(**asked)
        assert refused.value.code == code
    else:
        session = practice.opened(**asked)
        assert (session.amount_total, session.currency) == (amount, currency)


# -- A card on file --------------------------------------------------------------------------------------------------


def test_a_card_that_was_kept_pays_a_fee_while_the_person_is_away(practice: Practice) -> None:
    customer = practice.customer()
    method = practice.kept_card(customer)
    intent = practice.fee(customer, method, expand=["latest_charge"])
    assert (intent.status, intent.amount_received, intent.latest_charge.paid) == ("succeeded", 4000, True)
    assert "setup_intent.succeeded" in practice.told()


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("0341", "card_declined", "generic_decline"),
        ("3184", "authentication_required", "authentication_required"),
    ],
)
def test_a_fee_that_the_bank_refuses_comes_with_its_intent(
    practice: Practice, card: str, code: str, decline_code: str
) -> None:
    customer = practice.customer()
    method = practice.kept_card(customer, card)
    with pytest.raises(stripe.CardError) as refused:
        practice.fee(customer, method)
    error: Any = refused.value.error
    assert (refused.value.http_status, error.code, error.decline_code) == (402, code, decline_code)
    intent = practice.stripe.payment_intents.retrieve(error.payment_intent.id)
    assert (intent.status, intent.amount_received) == ("requires_payment_method", 0)
    assert practice.stripe.payment_intents.cancel(intent.id).status == "canceled"
    assert practice.account.balance() == {}


def test_a_card_is_its_owners_and_one_that_was_not_kept_is_nobodys(practice: Practice) -> None:
    customer = practice.customer()
    with pytest.raises(stripe.InvalidRequestError, match="different customer"):
        practice.fee(practice.customer(), practice.kept_card(customer))
    session = practice.opened(customer=customer)
    payer.pay(practice.account, session.id)
    method = practice.session(session.id, "payment_intent").payment_intent.payment_method
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        practice.fee(customer, method)


def test_a_prepaid_session_can_keep_the_card_for_later(practice: Practice) -> None:
    customer = practice.customer()
    session = practice.opened(customer=customer, payment_intent_data={"setup_future_usage": "off_session"})
    payer.pay(practice.account, session.id)
    method = practice.session(session.id, "payment_intent").payment_intent.payment_method
    assert practice.fee(customer, method).status == "succeeded"


def test_the_intent_of_a_session_is_ended_with_its_session_only(practice: Practice) -> None:
    session = practice.opened()
    payer.pay(practice.account, session.id, "0002")
    intent = practice.session(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="expire the Checkout Session instead") as refused:
        practice.stripe.payment_intents.cancel(intent)
    assert refused.value.code == "payment_intent_unexpected_state"


# -- Refunds and disputes --------------------------------------------------------------------------------------------


def test_never_more_is_given_back_than_was_paid(practice: Practice) -> None:
    intent = paid(practice)
    with pytest.raises(stripe.InvalidRequestError, match=r"€80.01\) is greater than charge amount \(€80.00"):
        practice.refund(intent, amount=8001)
    assert practice.refund(intent, amount=5000).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match=r"greater than unrefunded amount on charge \(€30.00"):
        practice.refund(intent, amount=3001)
    assert practice.refund(intent).amount == 3000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        practice.refund(intent)
    assert refused.value.code == "charge_already_refunded"
    assert [each.amount for each in practice.stripe.refunds.list({"payment_intent": intent}).data] == [3000, 5000]


def test_what_was_not_paid_is_not_given_back(practice: Practice) -> None:
    session = practice.opened()
    payer.pay(practice.account, session.id, "0002")
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        practice.refund(str(practice.session(session.id).payment_intent))


def test_a_refund_that_the_bank_sends_back_is_the_practices_money_again(practice: Practice) -> None:
    intent = paid(practice)
    before = practice.account.balance()
    refund = practice.refund(intent)
    refunds.fail(practice.account, refund.id)
    failed = practice.stripe.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert practice.told()[-1] == "refund.failed"
    assert practice.account.balance() == before
    assert practice.refund(intent).amount == 8000


def test_a_disputed_charge_is_refunded_by_nobody_but_the_bank(practice: Practice) -> None:
    intent = paid(practice)
    before = practice.account.balance()["eur"]
    dispute = disputes.open_one(practice.account, intent)
    assert practice.account.balance()["eur"] == before - 8000 - disputes.FEE
    with pytest.raises(stripe.InvalidRequestError, match="charged back") as refused:
        practice.refund(intent)
    assert refused.value.code == "charge_disputed"
    disputes.close(practice.account, dispute["id"], is_won=True)
    assert practice.account.balance()["eur"] == before - disputes.FEE
    assert practice.refund(intent).status == "succeeded"
    [known] = practice.stripe.disputes.list({"payment_intent": intent}).data
    assert (known.status, known.reason) == ("won", "fraudulent")


def test_a_question_of_the_banks_moves_no_money_and_forbids_no_refund(practice: Practice) -> None:
    intent = paid(practice)
    before = practice.account.balance()
    inquiry = disputes.open_one(practice.account, intent, is_inquiry=True)
    known = practice.stripe.disputes.retrieve(inquiry["id"])
    assert (known.status, known.is_charge_refundable) == ("warning_needs_response", True)
    assert practice.account.balance() == before
    assert practice.refund(intent).status == "succeeded"
    disputes.close(practice.account, inquiry["id"], is_won=False)
    assert practice.stripe.disputes.retrieve(inquiry["id"]).status == "warning_closed"


def test_the_event_of_a_refund_says_what_had_gone_back_before(practice: Practice) -> None:
    intent = paid(practice)
    for amount in (5000, 3000):
        practice.refund(intent, amount=amount)
    before = [
        each["data"]["previous_attributes"] for each in practice.account.events if each["type"] == "charge.refunded"
    ]
    assert before == [{"amount_refunded": 0}, {"amount_refunded": 5000, "refunded": False}]


def test_the_money_of_a_charge_is_booked_a_moment_later(practice: Practice) -> None:
    session = practice.opened()
    payer.pay(practice.account, session.id)
    asked = "payment_intent.latest_charge.balance_transaction"
    assert practice.session(session.id, asked).payment_intent.latest_charge.balance_transaction is None
    practice.wait(seconds=2)
    booked = practice.session(session.id, asked).payment_intent.latest_charge.balance_transaction
    assert (booked.amount, booked.fee, booked.net) == (8000, 145, 7855)
    assert [each.id for each in practice.stripe.balance_transactions.list({"type": "charge"}).data] == [booked.id]


# -- Lists -----------------------------------------------------------------------------------------------------------


def test_lists_are_read_page_by_page_newest_first_in_a_range_of_time(practice: Practice) -> None:
    made = []
    for _ in range(25):
        made.append(practice.opened().id)
        practice.wait(minutes=1)
    pages = practice.stripe.checkout.sessions.list({"limit": 7})
    assert [each.id for each in pages.auto_paging_iter()] == made[::-1]
    first = practice.session(made[0]).created
    found = practice.stripe.checkout.sessions.list({"created": {"gte": first + 60, "lt": first + 180}}).data
    assert [each.id for each in found] == made[1:3][::-1]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        practice.stripe.checkout.sessions.list({"limit": 101})
    assert refused.value.param == "limit"


def test_events_tell_who_asked_and_what_the_object_was(practice: Practice) -> None:
    session = practice.opened(key="first")
    practice.stripe.checkout.sessions.expire(session.id, None, {"idempotency_key": "second"})
    [event] = practice.stripe.events.list({"type": "checkout.session.expired"}).data
    assert event.request
    assert event.request.idempotency_key == "second"
    assert event.data.object["id"] == session.id
    assert (event.livemode, event.api_version) == (False, stripe.api_version)


# -- Keys and strangers ----------------------------------------------------------------------------------------------


def test_two_keys_are_good_while_one_is_rotated_and_a_stranger_is_told_nothing(practice: Practice) -> None:
    practice.api.api_keys = ("sk_test_new", "sk_test_old")
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key provided"):
        practice.opened()
    practice.api.api_keys = ("sk_test_new", "sk_test_laptop0000000000000000000000")
    assert practice.opened().status == "open"


@pytest.mark.parametrize("path", ["/v1/payouts", "/v2/core/events", "/v1/customers", "/v1/checkout/sessions/x/lines"])
def test_what_the_project_does_not_use_is_not_there(practice: Practice, path: str) -> None:
    answer = practice.api.answer("GET", path, {"Authorization": f"Bearer {practice.api.api_keys[0]}"})
    assert answer.status == 404
    assert answer.body["error"]["type"] == "invalid_request_error"


def test_a_missing_object_is_a_404_that_names_it(practice: Practice) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent: 'pi_x'") as refused:
        practice.stripe.payment_intents.retrieve("pi_x")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_an_account_goes_on_where_it_stopped(practice: Practice) -> None:
    session = practice.opened(key="k")
    state = practice.api.state()
    again = Api(Account(lambda: practice.time, seed=2))
    again.restore(state)
    assert payer.pay(again.account, session.id) == payer.COMPLETE
    assert (session.success_url, session.cancel_url) == (SUCCESS, CANCEL)
    assert len(again.account.all("charge")) == 1
