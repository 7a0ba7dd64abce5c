"""The account: its objects, its money, its events. Plain Python; the clock and the ids are brought along."""

import json
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from local.stripe import objects
from local.stripe.errors import no_such
from local.stripe.ids import Ids, ids
from local.stripe.objects import Object

PREFIXES = {
    "customer": "cus_",
    "payment_method": "pm_1",
    "checkout.session": "cs_test_",
    "item": "li_1",
    "setup_intent": "seti_1",
    "payment_intent": "pi_3",
    "charge": "ch_3",
    "refund": "re_3",
    "dispute": "du_1",
    "balance_transaction": "txn_3",
    "event": "evt_1",
}
SETTLE_SECONDS = 2
"""After that a charge has its balance transaction: with automatic_async it has none in the first answer
(https://docs.stripe.com/payments/payment-intents/asynchronous-capture)."""


class Account:
    """What Stripe keeps of one practice.

    ``now`` is asked for the time, always. ``seed`` makes the ids of two accounts the same. ``page_url`` is where
    Checkout's pages are. Times in objects are whole seconds since 1970.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        seed: int | None = None,
        page_url: str = "https://checkout.stripe.com",
    ) -> None:
        self.now = now
        self.page_url = page_url
        self.new_id: Ids = ids(seed)
        self.request: Object = {"id": None, "idempotency_key": None}
        """Which call is being answered: events tell it. None for what happens by itself."""
        self._kept: dict[str, dict[str, Object]] = {kind: {} for kind in PREFIXES}
        self._asides: dict[str, Object] = {}
        self._open: set[str] = set()
        self._unsettled: list[str] = []

    # -- Objects ----------------------------------------------------------------------------------------------------

    @property
    def seconds(self) -> int:
        """Now, as Stripe writes it."""
        return int(self.now().timestamp())

    def made(self, kind: str) -> Object:
        """How each object begins."""
        return {"id": self.new_id(PREFIXES[kind]), "created": self.seconds, "livemode": False}

    def keep(self, thing: Object) -> Object:
        self._kept[thing["object"]][thing["id"]] = thing
        if thing["object"] == "checkout.session":
            self._open.add(thing["id"])
        if thing["object"] == "charge" and thing["paid"]:
            self._unsettled.append(thing["id"])
        return thing

    def get(self, kind: str, given: str, param: str, *, status: int = 400) -> Object:
        """The object itself, to be changed. Raises ``Refused``."""
        found = self._kept[kind].get(given)
        if found is None:
            raise no_such(kind.rpartition(".")[2] if kind != "checkout.session" else kind, given, param, status)
        return found

    def all(self, kind: str) -> list[Object]:
        """In the order in which they were made."""
        return list(self._kept[kind].values())

    def aside(self, thing_id: str) -> Object:
        """What belongs to an object and is not shown in it."""
        return self._asides.setdefault(thing_id, {})

    # -- What happens -----------------------------------------------------------------------------------------------

    @property
    def events(self) -> list[Object]:
        """Everything that happened, in order: what the webhooks tell of."""
        return self.all("event")

    def events_after(self, count: int) -> list[Object]:
        """The events but for the first so many."""
        if count == len(self._kept["event"]):
            return []
        return list(islice(self._kept["event"].values(), count, None))

    def tell(self, kind: str, about: Object, previous: Object | None = None) -> None:
        """Writes down an event, with the object as it is at this moment."""
        as_it_is = json.loads(json.dumps(about))
        self.keep(objects.event(self.made("event"), kind, as_it_is, previous, dict(self.request)))

    def book(self, source: Object, amount: int, kind: str, category: str = "", fee: int = 0) -> str:
        """A movement of the balance; returns its id."""
        made = self.made("balance_transaction")
        return str(self.keep(objects.balance_transaction(made, source, amount, kind, category or kind, fee))["id"])

    def balance(self) -> dict[str, int]:
        """What the account has, by currency, after fees."""
        sums: dict[str, int] = {}
        for each in self.all("balance_transaction"):
            sums[each["currency"]] = sums.get(each["currency"], 0) + each["net"]
        return sums

    # -- What happens by itself -------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """What the clock has brought since it was last asked: sessions that have expired, charges that settled."""
        for session_id in [each for each in self._open if self._is_over(each)]:
            session = self._kept["checkout.session"][session_id]
            if session["status"] == "open":
                self.expire(session)
            self._open.discard(session_id)
        for charge_id in list(self._unsettled):
            charge = self._kept["charge"][charge_id]
            if charge["created"] + SETTLE_SECONDS <= self.seconds:
                self.settle(charge)

    def _is_over(self, session_id: str) -> bool:
        session = self._kept["checkout.session"][session_id]
        return bool(session["status"] != "open" or session["expires_at"] <= self.seconds)

    def expire(self, session: Object) -> None:
        """An open session's end; what was begun in it can't be paid any more."""
        session.update(status="expired", url=None)
        kind = "payment_intent" if session["mode"] == "payment" else "setup_intent"
        intent = self._kept[kind].get(session[kind] or "")
        if intent is not None:
            reason = "expired" if kind == "payment_intent" else "abandoned"
            intent.update(status="canceled", cancellation_reason=reason, next_action=None)
            if kind == "payment_intent":
                intent["canceled_at"] = self.seconds
            self.tell(f"{kind}.canceled", intent)
        self.tell("checkout.session.expired", session)

    def settle(self, charge: Object) -> None:
        """The charge's money in the balance, less Stripe's fee (1.5 % and 25 of the smallest unit)."""
        if charge["id"] in self._unsettled:
            self._unsettled.remove(charge["id"])
            fee = min(round(charge["amount"] * 0.015) + 25, charge["amount"])
            charge["balance_transaction"] = self.book(charge, charge["amount"], "charge", fee=fee)
            self.tell("charge.updated", charge, {"balance_transaction": None})

    # -- Over a restart ---------------------------------------------------------------------------------------------

    def state(self) -> Object:
        """Everything, as JSON takes it."""
        return {"kept": self._kept, "asides": self._asides, "unsettled": self._unsettled}

    def restore(self, state: Any) -> None:
        """What ``state`` gave, instead of all that is."""
        self._kept, self._asides, self._unsettled = state["kept"], state["asides"], state["unsettled"]
        sessions = self._kept["checkout.session"].values()
        self._open = {each["id"] for each in sessions if each["status"] == "open"}
