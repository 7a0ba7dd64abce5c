"""Payments by Stripe: Checkout, refunds, fees from a kept card (https://docs.stripe.com/api).

``stripe`` takes longer to import than all of the rest: only who makes one of these pays for it.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar

import stripe

from booking.channels import stripe_facts as facts
from booking.channels.stripe_keys import SecretsManagerKeys
from booking.codes import FactsOf, Language, PaymentPurpose, PaymentStatus, ProviderObject
from booking.contracts.payments import (
    ChargeFeeInput,
    ChargesPage,
    Checkout,
    ListChargesInput,
    OpenCheckoutInput,
    PaymentFacts,
    ProviderReference,
    RefundPaymentInput,
)
from booking.errors import ConfigurationError, ProviderRefused, ProviderUnavailable

Answer = TypeVar("Answer")

SECONDS = (3, 15)
"""To connect, and to answer: a bank may be asked meanwhile. Who hears nothing asks again with the same key."""
EXPIRES_AFTER_THE_HOLD = timedelta(minutes=60)
"""Stripe takes 30 minutes from now at least; and the same every time, for a key's second call must equal its first."""
PAGE = 100

_NAMES = {
    Language.EN: {PaymentPurpose.SESSION: "Appointment", PaymentPurpose.FEE: "Fee for an appointment"},
    Language.DE: {PaymentPurpose.SESSION: "Termin", PaymentPurpose.FEE: "Gebühr für einen Termin"},
}
"""What somebody pays for, on Stripe's page, the receipt and in the dashboard: nothing about therapy."""

_DECLINED = frozenset({"resource_missing", "amount_too_small", "amount_too_large"})
"""Refusals that are about this card or amount, and no fault of ours: the card was taken away meanwhile."""

stripe.enable_telemetry = False
logging.getLogger("stripe").setLevel(logging.WARNING)  # below that it quotes Stripe's words, which may quote somebody's


class StripePayments:
    """See ``ports.PaymentProvider``. ``api_url`` is another place than Stripe's own: the laptop's."""

    def __init__(
        self,
        keys: SecretsManagerKeys,
        site_url: str,
        api_url: str = "",
        http_client: stripe.HTTPClient | None = None,
    ) -> None:
        self._keys, self._site_url, self._api_url = keys, site_url, api_url
        self._http_client = http_client or stripe.RequestsClient(timeout=SECONDS)
        self._clients: dict[str, stripe.StripeClient] = {}

    def open_checkout(self, given: OpenCheckoutInput) -> Checkout:
        """See ``PaymentProvider.open_checkout``."""
        if not self._site_url:
            raise ConfigurationError("BOOKING_SITE_URL is not set: who has paid must come back to a page")
        page = f"{self._site_url}/bookings/{given.booking_id}"
        metadata = {"booking_id": given.booking_id, "key": given.key, "purpose": given.purpose.value}
        params: Any = {
            "success_url": f"{page}?checkout=done",
            "cancel_url": f"{page}?checkout=left",  # the page says what is still to be done
            "client_reference_id": given.booking_id,
            "locale": given.language.value,
            "expires_at": int((given.until + EXPIRES_AFTER_THE_HOLD).timestamp()),
            "allowed_payment_method_types": ["card"],
            "metadata": metadata,
            "expand": list(facts.EXPANDED_CHECKOUT),
        }
        currency = given.currency.lower()
        if given.purpose is PaymentPurpose.CARD:
            params |= {"mode": "setup", "currency": currency, "customer_creation": "always"}
            params |= {"setup_intent_data": {"metadata": metadata}}
        else:
            product = {"name": _NAMES[given.language][given.purpose]}
            price = {"currency": currency, "unit_amount": given.amount, "product_data": product}
            params |= {"mode": "payment", "line_items": [{"price_data": price, "quantity": 1}]}
            params |= {"payment_intent_data": {"metadata": metadata}}
            params |= {"adaptive_pricing": {"enabled": False}}  # the amount that was promised, in its currency

        # The card was asked for a fee under its key; and a page that has ended has another after it.
        once = f"{given.key}-{params['expires_at']}" if given.purpose is PaymentPurpose.FEE else given.key

        def opened(client: stripe.StripeClient) -> Checkout:
            try:
                session = client.v1.checkout.sessions.create(params, {"idempotency_key": once})
            except stripe.APIError as failed:
                if not _is_replayed(failed.headers or {}):
                    raise
                # Stripe failed, and says so again for a day. What it may have opened then has an address that nobody
                # knows: only one can be paid.
                session = client.v1.checkout.sessions.create(params, {"idempotency_key": f"{once}-again"})
            if session.last_response and _is_replayed(session.last_response.headers):  # as it was when it was opened
                return _checkout(client, session.id)
            return facts.of_checkout(session.to_dict())

        return self._ask(opened)

    def close_checkout(self, checkout_id: str) -> Checkout:
        """See ``PaymentProvider.close_checkout``. Only an open session can be expired, and none that is being paid."""

        def closed(client: stripe.StripeClient) -> Checkout:
            try:
                client.v1.checkout.sessions.expire(checkout_id)
            except stripe.InvalidRequestError as refused:
                is_open = _checkout(client, checkout_id).status is PaymentStatus.OPEN
                if is_open:
                    raise ProviderUnavailable("Stripe: the checkout is being paid", refused.code) from None
            return _checkout(client, checkout_id)

        return self._ask(closed)

    def read(self, reference: ProviderReference) -> PaymentFacts:
        """See ``PaymentProvider.read``. Of a charge its payment is read."""
        return self._ask(lambda client: _read(client, reference))

    def refund(self, given: RefundPaymentInput) -> PaymentFacts:
        """See ``PaymentProvider.refund``. Stripe forgets keys after a day, and its refunds never."""

        def refunded(client: stripe.StripeClient) -> PaymentFacts:
            try:
                made = client.v1.refunds.list({"payment_intent": given.payment_intent_id, "limit": PAGE})
                for each in made.auto_paging_iter():
                    if _has_key(each, given.key):
                        return facts.of_refund(each.to_dict())
                refund = client.v1.refunds.create(
                    {
                        "payment_intent": given.payment_intent_id,
                        "amount": given.amount,
                        "metadata": {"booking_id": given.booking_id, "key": given.key},
                    },
                    {"idempotency_key": given.key},
                )
            except stripe.InvalidRequestError as refused:
                if refused.code not in _NOT_REFUNDABLE:
                    raise
                return PaymentFacts(
                    object=FactsOf.REFUND,
                    status=_NOT_REFUNDABLE[refused.code],
                    booking_id=given.booking_id,
                    key=given.key,
                    amount=given.amount,
                    currency=given.currency,
                    payment_intent_id=given.payment_intent_id,
                    failure_code=refused.code,
                )
            return facts.of_refund(refund.to_dict())

        return self._ask(refunded)

    def charge(self, given: ChargeFeeInput) -> PaymentFacts:
        """See ``PaymentProvider.charge``. An intent for which the bank wants the person is cancelled: nobody waits."""

        def charged(client: stripe.StripeClient) -> PaymentFacts:
            made = client.v1.payment_intents.list({"customer": given.customer_id, "limit": PAGE})
            for each in made.auto_paging_iter():
                if _has_key(each, given.key):
                    return _settled(client, each.id)
            metadata = {"booking_id": given.booking_id, "key": given.key, "purpose": PaymentPurpose.FEE.value}
            try:
                intent = client.v1.payment_intents.create(
                    {
                        "amount": given.amount,
                        "currency": given.currency.lower(),
                        "customer": given.customer_id,
                        "payment_method": given.payment_method_id,
                        "allowed_payment_method_types": ["card"],
                        "off_session": True,
                        "confirm": True,
                        "metadata": metadata,
                    },
                    {"idempotency_key": given.key},
                )
            except (stripe.CardError, stripe.InvalidRequestError) as refused:
                intent_id = _intent_of(refused)
                if intent_id is not None:
                    return _settled(client, intent_id)
                if not isinstance(refused, stripe.CardError) and refused.code not in _DECLINED:
                    raise
                return _declined(given, refused.code)
            return _settled(client, intent.id)

        return self._ask(charged)

    def charges(self, given: ListChargesInput) -> ChargesPage:
        """See ``PaymentProvider.charges``. Payments that took nothing are left out."""
        created = {"gte": _seconds(given.since), "lt": _seconds(given.until)}
        after = {"starting_after": given.after} if given.after else {}
        expand = [f"data.{each}" for each in facts.EXPANDED_PAYMENT]
        params: Any = {"created": created, "limit": PAGE, "expand": expand, **after}

        def listed(client: stripe.StripeClient) -> ChargesPage:
            page = client.v1.payment_intents.list(params)
            found = [facts.charge(each.to_dict()) for each in page.data]
            return ChargesPage(
                charges=[each for each in found if each.captured],
                next=page.data[-1].id if page.has_more else None,
            )

        return self._ask(listed)

    def _ask(self, question: Callable[[stripe.StripeClient], Answer]) -> Answer:
        """What Stripe answers, by the newest key that it takes. When it takes none, the secret is read anew."""
        tried = set()
        with _stripe():
            for anew in (False, True):
                for key in self._keys.read(anew=anew).api_keys:
                    if key in tried:
                        continue
                    tried.add(key)
                    try:
                        return question(self._client(key.get_secret_value()))
                    except stripe.AuthenticationError:
                        logging.getLogger(__name__).warning("Stripe does not take a key")
        raise ProviderRefused("Stripe: takes none of the keys", "authentication")

    def _client(self, key: str) -> stripe.StripeClient:
        """The client of a key; it tries nothing again, for the workflow does."""
        if key not in self._clients:
            self._clients[key] = stripe.StripeClient(
                key,
                http_client=self._http_client,
                max_network_retries=0,
                base_addresses={"api": self._api_url} if self._api_url else None,
            )
        return self._clients[key]


_NOT_REFUNDABLE = {
    "charge_disputed": PaymentStatus.DISPUTED,
    "refund_disputed_payment": PaymentStatus.DISPUTED,
    "charge_already_refunded": PaymentStatus.FAILED,
    "resource_missing": PaymentStatus.FAILED,
}
"""Why nothing goes back: the bank has the money, or its owner has it, or there is no such payment: a person looks."""


@contextmanager
def _stripe() -> Iterator[None]:
    """Raises ``ProviderUnavailable`` where nobody knows what was done, ``ProviderRefused`` for the rest.

    The messages are Stripe's codes: its words may quote what somebody typed.
    """
    try:
        yield
    except stripe.APIConnectionError:
        raise ProviderUnavailable("Stripe: no answer") from None
    except stripe.RateLimitError:
        raise ProviderUnavailable("Stripe: rate_limit", "rate_limit", throttled=True) from None
    except (stripe.InvalidRequestError, stripe.PermissionError, stripe.IdempotencyError, stripe.CardError) as error:
        code = error.code or type(error).__name__
        raise ProviderRefused(f"Stripe: {code}", code) from None
    except stripe.StripeError as error:  # 409: the key's first call is under way. 5xx, or no JSON: anything
        code = str(error.http_status)
        raise ProviderUnavailable(f"Stripe: {code}", code) from None


def _read(client: stripe.StripeClient, reference: ProviderReference) -> PaymentFacts:
    try:
        match reference.type:
            case ProviderObject.CHECKOUT:
                return PaymentFacts(**_checkout(client, reference.id).model_dump(exclude={"url"}))
            case ProviderObject.PAYMENT:
                return _payment(client, reference.id)
            case ProviderObject.CHARGE:
                intent = client.v1.charges.retrieve(reference.id).to_dict().get("payment_intent")
                return _payment(client, intent) if intent else facts.of_nothing()
            case ProviderObject.REFUND:
                expand = {"expand": list(facts.EXPANDED_WITH_PAYMENT)}
                return facts.of_refund(client.v1.refunds.retrieve(reference.id, _params(expand)).to_dict())
            case ProviderObject.DISPUTE:
                expand = {"expand": list(facts.EXPANDED_WITH_PAYMENT)}
                return facts.of_dispute(client.v1.disputes.retrieve(reference.id, _params(expand)).to_dict())
    except stripe.InvalidRequestError as error:
        if error.http_status != HTTPStatus.NOT_FOUND:
            raise
        return facts.of_nothing()


def _checkout(client: stripe.StripeClient, checkout_id: str) -> Checkout:
    expand = {"expand": list(facts.EXPANDED_CHECKOUT)}
    return facts.of_checkout(client.v1.checkout.sessions.retrieve(checkout_id, _params(expand)).to_dict())


def _payment(client: stripe.StripeClient, intent_id: str) -> PaymentFacts:
    expand = {"expand": list(facts.EXPANDED_PAYMENT)}
    return facts.of_payment(client.v1.payment_intents.retrieve(intent_id, _params(expand)).to_dict())


def _settled(client: stripe.StripeClient, intent_id: str) -> PaymentFacts:
    """A fee's payment as it is now. One that waits for a person waits no longer: they get a link instead."""
    found = _payment(client, intent_id)
    if found.status is not PaymentStatus.NEEDS_PERSON:
        return found
    try:
        client.v1.payment_intents.cancel(intent_id)
    except stripe.InvalidRequestError as refused:
        if refused.code != "payment_intent_unexpected_state":  # it was cancelled before, or paid after all
            raise
    found = _payment(client, intent_id)
    is_cancelled = found.status is PaymentStatus.FAILED
    return found.model_copy(update={"status": PaymentStatus.NEEDS_PERSON}) if is_cancelled else found


def _declined(given: ChargeFeeInput, code: str | None) -> PaymentFacts:
    return PaymentFacts(
        object=FactsOf.PAYMENT,
        status=PaymentStatus.FAILED,
        booking_id=given.booking_id,
        key=given.key,
        purpose=PaymentPurpose.FEE,
        amount=given.amount,
        currency=given.currency,
        customer_id=given.customer_id,
        failure_code=code,
    )


def _intent_of(error: stripe.StripeError) -> str | None:
    """The id of the payment that failed, which is in the error."""
    body = error.json_body if isinstance(error.json_body, dict) else {}
    intent = body.get("error", {}).get("payment_intent")
    return str(intent["id"]) if intent else None


def _has_key(made: stripe.Refund | stripe.PaymentIntent, key: str) -> bool:
    metadata: Mapping[str, str] = made.to_dict().get("metadata") or {}
    return metadata.get("key") == key


def _is_replayed(headers: Mapping[str, str]) -> bool:
    """Whether Stripe has answered this key before, and says the same again."""
    return any(name.lower() == "idempotent-replayed" and value == "true" for name, value in headers.items())


def _params(given: dict[str, Any]) -> Any:
    """A name for what the package's types have for each call apart."""
    return given


def _seconds(instant: Any) -> int:
    return int(instant.timestamp())
