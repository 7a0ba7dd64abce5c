"""Telling the project what happened, as Stripe's webhooks do: signed, tried again, in no certain order.

https://docs.stripe.com/webhooks. Nothing is sent from here: ``Deliveries`` says what is due, and hears what came of it.
"""

import dataclasses
import hmac
import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from booking.services.payments.receive_event import OF_USE
from local.stripe import WEBHOOK_SECRET
from local.stripe.account import Account
from local.stripe.faults import Faults
from local.stripe.objects import Object

WAITS = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 1800.0)
"""Seconds between the attempts at one event; Stripe's are hours, over three days."""

TYPES = tuple(sorted(OF_USE))
"""What an endpoint here is told of, if it does not say otherwise: what a practice's is. ``GET /v1/events`` has all."""


@dataclass(frozen=True)
class Endpoint:
    """Where events go. While its secret is rolled there are two, and each body is signed with both."""

    url: str = ""
    secrets: tuple[str, ...] = (WEBHOOK_SECRET,)
    types: tuple[str, ...] = TYPES


@dataclass(frozen=True)
class Delivery:
    """One attempt at one event. ``at`` is in seconds since 1970."""

    event_id: str
    at: float
    attempt: int = 0


def signature(body: str, secrets: tuple[str, ...], seconds: int) -> str:
    """The header ``Stripe-Signature``: https://docs.stripe.com/webhooks#verify-manually."""
    signed = f"{seconds}.{body}".encode()
    schemes = (f"v1={hmac.new(secret.encode(), signed, sha256).hexdigest()}" for secret in secrets)
    return ",".join([f"t={seconds}", *schemes])


def request(event: Object, secrets: tuple[str, ...], seconds: int) -> tuple[dict[str, str], str]:
    """The headers and the body with which an event is posted."""
    body = json.dumps(event, indent=2)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(body, secrets, seconds),
    }
    return headers, body


class Deliveries:
    """What is still to be sent."""

    def __init__(self, account: Account, faults: Faults, endpoint: Endpoint | None = None) -> None:
        self.endpoint = endpoint or Endpoint()
        self.faults = faults
        self._account = account
        self._planned: list[Delivery] = []
        self._seen = 0

    def due(self) -> list[Delivery]:
        """What is to be posted now, the most overdue first; it is taken from the plan, so say what came of each."""
        self._account.catch_up()
        now = self._account.now().timestamp()
        self._plan(now)
        found = sorted((each for each in self._planned if each.at <= now), key=lambda each: each.at)
        self._planned = [each for each in self._planned if each.at > now]
        return found

    def _plan(self, now: float) -> None:
        for event in self._account.events_after(self._seen):
            self._seen += 1
            if self.endpoint.url and (event["type"] in self.endpoint.types or "*" in self.endpoint.types):
                self._planned += [Delivery(event["id"], now + late) for late in self.faults.deliveries_of_event()]

    def request(self, delivery: Delivery) -> tuple[dict[str, str], str]:
        """Signed at this moment: a late attempt is no stale one."""
        event = self._account.get("event", delivery.event_id, "id")
        return request(event, self.endpoint.secrets, self._account.seconds)

    def report(self, delivery: Delivery, *, was_taken: bool) -> None:
        """What came of an attempt: 2xx is taken, whatever else is tried again, until the last time."""
        if was_taken:
            self._account.get("event", delivery.event_id, "id")["pending_webhooks"] = 0
        elif delivery.attempt < len(WAITS):
            later = self._account.now() + timedelta(seconds=WAITS[delivery.attempt])
            self._planned.append(Delivery(delivery.event_id, later.timestamp(), delivery.attempt + 1))

    def resend(self, event_id: str) -> None:
        """As ``stripe events resend`` does."""
        self._account.get("event", event_id, "id", status=404)
        self._planned.append(Delivery(event_id, self._account.now().timestamp()))

    # -- Over a restart ---------------------------------------------------------------------------------------------

    def state(self) -> Any:
        planned = [dataclasses.astuple(each) for each in self._planned]
        return {"planned": planned, "seen": self._seen, "endpoint": dataclasses.asdict(self.endpoint)}

    def restore(self, state: Any) -> None:
        self._planned, self._seen = [Delivery(*each) for each in state["planned"]], state["seen"]
        endpoint = state["endpoint"]
        self.endpoint = Endpoint(endpoint["url"], tuple(endpoint["secrets"]), tuple(endpoint["types"]))
