"""What tests of payments share: a clock to be moved, an account of Stripe's double, and the package in front of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from booking.channels.stripe_keys import SecretsManagerKeys, StripeKeys
from booking.channels.stripe_payments import StripePayments
from local.stripe import API_KEY, WEBHOOK_SECRET, payer
from local.stripe.account import Account
from local.stripe.api import Api
from local.stripe.client import InProcess, client
from local.stripe.faults import Faults

SUCCESS = "http://127.0.0.1:8000/paid?session={CHECKOUT_SESSION_ID}"
CANCEL = "http://127.0.0.1:8000/bookings/b-1"


class Practice:
    """An account of Stripe's that is asked through the official package, without a network."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 29, 9, tzinfo=UTC)
        self.account = Account(lambda: self.time, seed=1)
        self.faults = Faults(seed=1)
        self.slept: list[float] = []
        self.api = Api(self.account, faults=self.faults, sleep=self.slept.append)
        self.stripe = client(self.api).v1

    def wait(self, **duration: float) -> None:
        self.time += timedelta(**duration)

    def opened(self, key: str | None = None, **other: Any) -> Any:
        """A session for 80 euros that ends in an hour."""
        asked: Any = {**self.payment(), **other}
        return self.stripe.checkout.sessions.create(asked, {"idempotency_key": key} if key else {})

    def payment(self, amount: int = 8000, currency: str = "eur") -> dict[str, Any]:
        price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Session of 50 minutes"}}
        return {
            "mode": "payment",
            "allowed_payment_method_types": ["card"],
            "line_items": [{"price_data": price, "quantity": 1}],
            "success_url": SUCCESS,
            "cancel_url": CANCEL,
            "expires_at": self.account.seconds + 3600,
        }

    def session(self, session_id: str, *expand: str) -> Any:
        return self.stripe.checkout.sessions.retrieve(session_id, {"expand": list(expand)})

    def customer(self) -> str:
        return self.stripe.customers.create({"metadata": {"client_id": "c-1"}}).id

    def kept_card(self, customer: str, card: str = "4242") -> str:
        """The customer's, kept by Checkout in setup mode."""
        asked: Any = {
            "mode": "setup",
            "allowed_payment_method_types": ["card"],
            "customer": customer,
            "success_url": SUCCESS,
        }
        session = self.stripe.checkout.sessions.create(asked)
        if payer.pay(self.account, session.id, card) == payer.AUTHENTICATE:
            payer.authenticate(self.account, session.id, is_approved=True)
        return str(self.session(session.id, "setup_intent").setup_intent.payment_method)

    def fee(self, customer: str, method: str, key: str | None = None, **other: Any) -> Any:
        """Forty euros, while the person is away."""
        asked: Any = {
            "amount": 4000,
            "currency": "eur",
            "customer": customer,
            "payment_method": method,
            "allowed_payment_method_types": ["card"],
            "confirm": True,
            "off_session": True,
            **other,
        }
        return self.stripe.payment_intents.create(asked, {"idempotency_key": key} if key else {})

    def refund(self, intent: str, key: str | None = None, **other: Any) -> Any:
        asked: Any = {"payment_intent": intent, **other}
        return self.stripe.refunds.create(asked, {"idempotency_key": key} if key else {})

    def told(self) -> list[str]:
        """The types of all events, in order."""
        return [each["type"] for each in self.account.events]


class GivenKeys(SecretsManagerKeys):
    """Keys that are said, and not read."""

    def __init__(self, *api_keys: str, webhook_secrets: tuple[str, ...] = (WEBHOOK_SECRET,)) -> None:
        super().__init__("")
        self._given_keys = StripeKeys.model_validate({"api_keys": api_keys, "webhook_secrets": webhook_secrets})

    def read(self, *, anew: bool = False) -> StripeKeys:
        return self._given_keys


def channel_to(api: Api, keys: SecretsManagerKeys | None = None) -> StripePayments:
    """Our side of Stripe, in front of this account: what stands in ``outside.payments``."""
    return StripePayments(keys or GivenKeys(API_KEY), "https://booking.example.com", http_client=InProcess(api))
