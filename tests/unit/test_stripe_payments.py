"""Our side of Stripe, through the official package, with the laptop's double of Stripe behind it."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest
import stripe
from botocore.stub import Stubber
from pydantic import BaseModel

from booking.channels import stripe_payments
from booking.channels.stripe_events import StripeSignatures
from booking.channels.stripe_keys import SecretsManagerKeys
from booking.channels.stripe_payments import StripePayments
from booking.codes import FactsOf, Language, PaymentPurpose, PaymentStatus, ProviderObject
from booking.contracts.payments import (
    ChargeFeeInput,
    Checkout,
    ListChargesInput,
    OpenCheckoutInput,
    ProviderReference,
    RefundPaymentInput,
)
from booking.errors import ConfigurationError, ProviderRefused, ProviderUnavailable
from local.stripe import API_KEY, disputes, faults, payer
from local.stripe.client import InProcess
from tests.stripe_double import GivenKeys, Practice, channel_to

OLD_KEY = "sk_test_old00000000000000000000000000"
PERSON = ("Jenny", "Rosen", "example.com", "4242")
"""What the payer types at Stripe."""


class _Secrets:
    """Secrets Manager: one answer after the other, the last for ever; an error is raised."""

    def __init__(self, answers: list[Any]) -> None:
        self._answers, self.asked = answers, 0

    def get_secret_value(self, **_: str) -> dict[str, str]:
        answer = self._answers[min(self.asked, len(self._answers) - 1)]
        self.asked += 1
        return {"SecretString": answer if isinstance(answer, str) else json.dumps(answer)}


class Clinic(Practice):
    """The practice and its channel. Whatever the channel answers has nothing in it that the payer has typed."""

    def __init__(self) -> None:
        super().__init__()
        self.channel = channel_to(self.api)

    def hold(self, **other: Any) -> OpenCheckoutInput:
        given: dict[str, Any] = {
            "booking_id": "b-1",
            "key": "session-b-1",
            "purpose": PaymentPurpose.SESSION,
            "amount": 8000,
            "currency": "EUR",
            "until": self.time + timedelta(minutes=30),
            "language": Language.EN,
        }
        return OpenCheckoutInput(**{**given, **other})

    def paid(self, **other: Any) -> Checkout:
        """A hold that somebody has paid for."""
        opened = self.channel.open_checkout(self.hold(**other))
        assert opened.checkout_id
        payer.pay(self.account, opened.checkout_id)
        self.wait(seconds=5)
        paid = self.channel.close_checkout(opened.checkout_id)
        nameless(paid)
        return paid

    def card(self, card: str = "4242") -> ChargeFeeInput:
        """A fee of forty euros, from a card that was kept at the booking."""
        opened = self.channel.open_checkout(self.hold(purpose=PaymentPurpose.CARD, amount=0, key="card-b-1"))
        assert opened.checkout_id
        if payer.pay(self.account, opened.checkout_id, card) == payer.AUTHENTICATE:
            payer.authenticate(self.account, opened.checkout_id, is_approved=True)
        kept = nameless(self.channel.close_checkout(opened.checkout_id))
        assert kept.status is PaymentStatus.COMPLETE
        return ChargeFeeInput(
            booking_id="b-1",
            key="fee-b-1-1",
            customer_id=kept.customer_id or "",
            payment_method_id=kept.payment_method_id or "",
            amount=4000,
            currency="EUR",
        )

    def read(self, kind: ProviderObject, thing_id: str | None) -> Any:
        assert thing_id
        return nameless(self.channel.read(ProviderReference(type=kind, id=thing_id)))

    def taken(self) -> int:
        """What has come in and stayed, by the account's own objects."""
        return sum(each["amount_captured"] - each["amount_refunded"] for each in self.account.all("charge"))


def nameless(answer: Any) -> Any:
    """The answer, as it lies in executions."""
    assert isinstance(answer, BaseModel)
    assert not [each for each in PERSON if each in answer.model_dump_json()]
    return answer


def refund_of(paid: Checkout, amount: int = 8000) -> RefundPaymentInput:
    return RefundPaymentInput(
        booking_id="b-1",
        key="refund-b-1-1",
        payment_intent_id=paid.payment_intent_id or "",
        amount=amount,
        currency="EUR",
    )


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


# -- Checkout ----------------------------------------------------------------------------------------------------------


def test_a_page_is_opened_that_says_nothing_about_therapy_and_comes_back_to_the_booking(clinic: Clinic) -> None:
    opened = nameless(clinic.channel.open_checkout(clinic.hold(language=Language.DE)))
    assert (opened.status, opened.amount, opened.currency) == (PaymentStatus.OPEN, 8000, "EUR")
    assert opened.url.startswith("https://checkout.stripe.com/")
    session = clinic.session(opened.checkout_id, "line_items")
    assert [each.description for each in session.line_items.data] == ["Termin"]
    page = "https://booking.example.com/bookings/b-1"
    assert (session.success_url, session.cancel_url) == (f"{page}?checkout=done", f"{page}?checkout=left")
    assert (session.locale, session.client_reference_id) == ("de", "b-1")
    assert session.customer_email is None


def test_opening_it_again_finds_the_same_page_and_what_became_of_it(clinic: Clinic) -> None:
    first = clinic.channel.open_checkout(clinic.hold())
    assert clinic.channel.open_checkout(clinic.hold()).url == first.url
    payer.pay(clinic.account, first.checkout_id or "")
    again = clinic.channel.open_checkout(clinic.hold())
    assert (again.checkout_id, again.status, again.url) == (first.checkout_id, PaymentStatus.COMPLETE, None)


def test_who_has_paid_has_paid_although_the_hold_is_over(clinic: Clinic) -> None:
    paid = clinic.paid()
    assert (paid.status, paid.amount, paid.currency, paid.key) == (PaymentStatus.COMPLETE, 8000, "EUR", "session-b-1")
    assert paid.receipt_url
    assert paid.payment_intent_id
    assert clinic.channel.close_checkout(paid.checkout_id or "") == paid


def test_nobody_can_pay_on_a_page_that_is_closed(clinic: Clinic) -> None:
    opened = clinic.channel.open_checkout(clinic.hold())
    closed = clinic.channel.close_checkout(opened.checkout_id or "")
    assert (closed.status, closed.url) == (PaymentStatus.EXPIRED, None)
    payer.pay(clinic.account, opened.checkout_id or "")
    assert clinic.taken() == 0


@pytest.mark.parametrize("fault", [faults.LOST, faults.DROPPED, faults.LIMITED, faults.UNAVAILABLE])
def test_an_answer_that_is_lost_is_asked_for_again_and_one_page_is_there(clinic: Clinic, fault: str) -> None:
    clinic.faults.next = [fault]
    with pytest.raises(ProviderUnavailable):
        clinic.channel.open_checkout(clinic.hold())
    clinic.channel.open_checkout(clinic.hold())
    assert len(clinic.account.all("checkout.session")) == 1


@pytest.mark.parametrize("fault", [faults.FAILED, faults.FAILED_LATE])
def test_a_failure_that_stripe_repeats_all_day_does_not_keep_anybody_from_paying(clinic: Clinic, fault: str) -> None:
    clinic.faults.next = [fault]
    with pytest.raises(ProviderUnavailable):
        clinic.channel.open_checkout(clinic.hold())
    opened = clinic.channel.open_checkout(clinic.hold())
    assert opened.status is PaymentStatus.OPEN
    assert clinic.channel.open_checkout(clinic.hold()).checkout_id == opened.checkout_id


def test_a_currency_without_decimals_is_charged_as_it_is(clinic: Clinic) -> None:
    paid = clinic.paid(amount=9000, currency="JPY")
    assert (paid.amount, paid.currency) == (9000, "JPY")


def test_what_stripe_refuses_is_not_tried_again(clinic: Clinic) -> None:
    with pytest.raises(ProviderRefused, match="Stripe: amount_too_small"):
        clinic.channel.open_checkout(clinic.hold(amount=10))
    with pytest.raises(ProviderRefused, match="Stripe: resource_missing"):
        clinic.channel.close_checkout("cs_of_somebody_else")


def test_without_a_site_there_is_no_page_to_come_back_to(clinic: Clinic) -> None:
    channel = StripePayments(GivenKeys(API_KEY), "", http_client=InProcess(clinic.api))
    with pytest.raises(ConfigurationError, match="BOOKING_SITE_URL"):
        channel.open_checkout(clinic.hold())


# -- Refunds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [faults.LOST, faults.FAILED_LATE, faults.DROPPED])
def test_money_goes_back_once_however_often_it_is_asked_for(clinic: Clinic, fault: str) -> None:
    paid = clinic.paid()
    clinic.faults.next = ["", fault]  # the listing, the refund
    with pytest.raises(ProviderUnavailable):
        clinic.channel.refund(refund_of(paid, 3000))
    refunded = nameless(clinic.channel.refund(refund_of(paid, 3000)))
    clinic.wait(days=3)  # Stripe has forgotten the key
    again = nameless(clinic.channel.refund(refund_of(paid, 3000)))
    assert again == refunded
    assert (again.object, again.status, again.amount) == (FactsOf.REFUND, PaymentStatus.REFUNDED, 3000)
    assert clinic.taken() == 5000


def test_a_payment_that_is_disputed_is_not_refunded_and_says_so(clinic: Clinic) -> None:
    paid = clinic.paid()
    dispute = disputes.open_one(clinic.account, paid.payment_intent_id or "")
    refused = clinic.channel.refund(refund_of(paid))
    assert (refused.status, refused.failure_code) == (PaymentStatus.DISPUTED, "charge_disputed")
    told = clinic.read(ProviderObject.DISPUTE, dispute["id"])
    assert (told.object, told.status, told.booking_id) == (FactsOf.DISPUTE, PaymentStatus.DISPUTED, "b-1")
    disputes.close(clinic.account, dispute["id"], is_won=True)
    assert clinic.read(ProviderObject.DISPUTE, dispute["id"]).status is PaymentStatus.DISPUTE_WON


def test_what_went_back_by_hand_is_the_bookings_and_is_not_sent_twice(clinic: Clinic) -> None:
    paid = clinic.paid()
    by_hand = clinic.stripe.refunds.create({"payment_intent": paid.payment_intent_id or ""})
    told = clinic.read(ProviderObject.REFUND, by_hand.id)
    assert (told.booking_id, told.key, told.amount) == ("b-1", None, 8000)
    refused = clinic.channel.refund(refund_of(paid))
    assert (refused.status, refused.failure_code) == (PaymentStatus.FAILED, "charge_already_refunded")
    assert clinic.taken() == 0


# -- Fees from a kept card ---------------------------------------------------------------------------------------------


def test_a_card_is_kept_and_a_fee_is_taken_from_it_once(clinic: Clinic) -> None:
    fee = clinic.card()
    assert clinic.taken() == 0
    clinic.faults.next = ["", faults.LOST]
    with pytest.raises(ProviderUnavailable):
        clinic.channel.charge(fee)
    taken = nameless(clinic.channel.charge(fee))
    assert (taken.object, taken.status, taken.amount) == (FactsOf.PAYMENT, PaymentStatus.CAPTURED, 4000)
    assert (taken.purpose, taken.key, taken.booking_id) == (PaymentPurpose.FEE, "fee-b-1-1", "b-1")
    clinic.wait(days=3)
    assert nameless(clinic.channel.charge(fee)).payment_intent_id == taken.payment_intent_id
    assert clinic.taken() == 4000


def test_a_card_that_is_declined_says_why_and_is_not_asked_twice(clinic: Clinic) -> None:
    fee = clinic.card("0341")
    for _ in range(2):
        declined = nameless(clinic.channel.charge(fee))
        assert (declined.status, declined.failure_code) == (PaymentStatus.FAILED, "generic_decline")
    assert len(clinic.account.all("charge")) == 1


def test_a_bank_that_wants_the_person_takes_nothing_and_nobody_waits_there(clinic: Clinic) -> None:
    fee = clinic.card("3184")
    for _ in range(2):
        asked = nameless(clinic.channel.charge(fee))
        assert (asked.status, asked.failure_code) == (PaymentStatus.NEEDS_PERSON, "authentication_required")
    assert [each["status"] for each in clinic.account.all("payment_intent")] == ["canceled"]
    assert clinic.read(ProviderObject.PAYMENT, asked.payment_intent_id).status is PaymentStatus.NEEDS_PERSON


def test_a_fee_that_the_card_did_not_take_is_paid_on_a_page_and_on_another_when_that_has_ended(clinic: Clinic) -> None:
    fee = clinic.card("0341")
    clinic.channel.charge(fee)
    asked = clinic.hold(key=fee.key, purpose=PaymentPurpose.FEE, amount=fee.amount)
    first = clinic.channel.open_checkout(asked)
    assert clinic.channel.open_checkout(asked).checkout_id == first.checkout_id
    clinic.wait(hours=3)
    again = clinic.paid(key=fee.key, purpose=PaymentPurpose.FEE, amount=fee.amount)
    assert again.checkout_id != first.checkout_id
    assert (again.key, again.purpose, clinic.taken()) == (fee.key, PaymentPurpose.FEE, 4000)


def test_a_card_that_was_taken_away_is_a_fee_that_failed(clinic: Clinic) -> None:
    fee = clinic.card().model_copy(update={"payment_method_id": "pm_gone"})
    gone = clinic.channel.charge(fee)
    assert (gone.status, gone.failure_code, gone.key) == (PaymentStatus.FAILED, "resource_missing", "fee-b-1-1")


# -- Reading -----------------------------------------------------------------------------------------------------------


def test_every_object_an_event_may_name_is_read_as_it_is_now(clinic: Clinic) -> None:
    paid = clinic.paid()
    [charge] = clinic.account.all("charge")
    assert clinic.read(ProviderObject.CHECKOUT, paid.checkout_id).status is PaymentStatus.COMPLETE
    for kind, thing in ((ProviderObject.PAYMENT, paid.payment_intent_id), (ProviderObject.CHARGE, charge["id"])):
        told = clinic.read(kind, thing)
        assert (told.object, told.status, told.amount, told.key) == (
            *(FactsOf.PAYMENT, PaymentStatus.CAPTURED, 8000),
            "session-b-1",
        )


@pytest.mark.parametrize("kind", ProviderObject)
def test_an_object_that_is_not_there_is_unknown(clinic: Clinic, kind: ProviderObject) -> None:
    told = clinic.read(kind, "xx_of_another_account")
    assert (told.object, told.status) == (FactsOf.UNKNOWN, PaymentStatus.NONE)


def test_what_other_programs_have_written_at_stripe_is_nobodys_here(clinic: Clinic) -> None:
    asked: Any = {**clinic.payment(), "metadata": {"booking_id": "Order 5, Müller", "key": "a b", "purpose": "shoes"}}
    session = clinic.stripe.checkout.sessions.create(asked)
    told = clinic.read(ProviderObject.CHECKOUT, session.id)
    assert (told.booking_id, told.key, told.purpose) == (None, None, None)


def test_payments_are_listed_page_by_page_with_what_went_back(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_payments, "PAGE", 3)
    made = [clinic.paid(booking_id=f"b-{number}", key=f"session-b-{number}") for number in range(5)]
    clinic.channel.open_checkout(clinic.hold(key="session-unpaid"))
    clinic.channel.refund(refund_of(made[-1], 3000))
    given = ListChargesInput(since=clinic.time - timedelta(days=1), until=clinic.time + timedelta(days=1))
    first = clinic.channel.charges(given)
    second = clinic.channel.charges(given.model_copy(update={"after": first.next}))
    listed = [*first.charges, *second.charges]
    assert second.next is None
    assert [each.booking_id for each in listed] == [f"b-{number}" for number in reversed(range(5))]
    assert [each.refunded for each in listed] == [3000, 0, 0, 0, 0]
    assert sum(each.captured - each.refunded for each in listed) == clinic.taken()


# -- Keys and trouble --------------------------------------------------------------------------------------------------


def test_keys_are_rotated_without_a_gap(clinic: Clinic) -> None:
    """Before Stripe knows the new key, while it knows both, and after it has forgotten the old one."""
    new = "sk_test_new00000000000000000000000000"
    both = {"api_keys": [new, API_KEY], "webhook_secrets": ["whsec"]}
    secrets = _Secrets([{"api_keys": [API_KEY], "webhook_secrets": ["whsec"]}, both])
    channel = channel_to(clinic.api, SecretsManagerKeys("arn", secrets=secrets))
    channel.open_checkout(clinic.hold())
    clinic.api.api_keys = (new,)  # at once: within the five minutes in which the secret is not read again
    channel.open_checkout(clinic.hold())
    assert secrets.asked == 2
    clinic.api.api_keys = (API_KEY,)
    channel.open_checkout(clinic.hold())


def test_keys_that_nobody_takes_are_an_operators_trouble(clinic: Clinic) -> None:
    with pytest.raises(ProviderRefused, match="takes none of the keys"):
        channel_to(clinic.api, GivenKeys(OLD_KEY)).open_checkout(clinic.hold())


GOOD = {"api_keys": ["sk_1"], "webhook_secrets": ["whsec_1"]}


def test_the_secret_is_read_every_five_minutes_and_kept_while_it_cannot_be() -> None:
    client = boto3.client("secretsmanager")
    now = [0.0]
    newer = {"api_keys": ["sk_2", "sk_1"], "webhook_secrets": ["whsec_2", "whsec_1"]}
    with Stubber(client) as stub:
        stub.add_response("get_secret_value", {"SecretString": json.dumps(GOOD)}, {"SecretId": "arn"})
        stub.add_client_error("get_secret_value", "InternalServiceError")
        stub.add_response("get_secret_value", {"SecretString": json.dumps(newer)}, {"SecretId": "arn"})
        kept = SecretsManagerKeys("arn", lambda: now[0], client)
        first = kept.read()
        now[0] = 299
        assert kept.read() is first
        now[0] = 300
        assert kept.read() is first
        assert [each.get_secret_value() for each in kept.read().api_keys] == ["sk_2", "sk_1"]


@pytest.mark.parametrize("text", ["sk_live_secret", "{}", '{"api_keys": [], "webhook_secrets": ["sk_live_secret"]}'])
def test_a_secret_of_another_shape_is_said_and_not_quoted(text: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        SecretsManagerKeys("arn", secrets=_Secrets([text])).read()
    assert "sk_live_secret" not in str(raised.value)


def test_keys_are_not_shown() -> None:
    assert "sk_1" not in repr(SecretsManagerKeys("arn", secrets=_Secrets([GOOD])).read())


# -- Signatures --------------------------------------------------------------------------------------------------------

BODY = '{"id": "evt_1", "name": "Zoë"}'


def signed(secret: str = "whsec_new", seconds: int | None = None, body: str = BODY) -> str:
    return str(stripe.WebhookSignature.generate_signature_header(body, secret, seconds))


@pytest.mark.parametrize("secret", ["whsec_new", "whsec_old"])
def test_both_secrets_are_good_while_they_are_rotated(secret: str) -> None:
    signatures = StripeSignatures(GivenKeys(API_KEY, webhook_secrets=("whsec_new", "whsec_old")))
    assert signatures.are_good(BODY.encode(), signed(secret))


def test_what_is_not_signed_for_this_body_now_is_not_good() -> None:
    signatures = StripeSignatures(GivenKeys(API_KEY, webhook_secrets=("whsec_new",)))
    wrong = {
        *("", "t=1", "v1=ab", "t=x,v1=ab", "nonsense", "t=,v1=", "é=1"),
        signed("whsec_of_another_endpoint"),
        signed(body=BODY.replace("1", "2")),
        signed(seconds=1_700_000_000),
        signed().replace("v1=", "v0="),
    }
    assert [each for each in wrong if signatures.are_good(BODY.encode(), each)] == []
    assert not signatures.are_good(b"\xff\xfe", signed())
