"""The API: a request in Stripe's form becomes an answer. No network: that is the client's or the server's."""

import base64
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from local.stripe import API_KEY, intents, reading, refunds, sessions
from local.stripe import faults as kinds
from local.stripe.account import Account
from local.stripe.errors import Refused
from local.stripe.faults import Faults
from local.stripe.idempotency import Kept, Keys
from local.stripe.objects import API_VERSION, Object
from local.stripe.parameters import Table, from_form

_KINDS = {
    "checkout/sessions": ("checkout.session", "session"),
    "customers": ("customer", "customer"),
    "payment_intents": ("payment_intent", "intent"),
    "setup_intents": ("setup_intent", "intent"),
    "payment_methods": ("payment_method", "payment_method"),
    "charges": ("charge", "charge"),
    "refunds": ("refund", "refund"),
    "disputes": ("dispute", "dispute"),
    "balance_transactions": ("balance_transaction", "id"),
    "events": ("event", "id"),
}
"""What can be read, by its path; and what Stripe calls the id of a missing one."""
_LISTED = frozenset(_KINDS) - {"customers", "setup_intents", "payment_methods"}

_CREATES: dict[str, tuple[Table, Callable[[Account, Object], Object]]] = {
    "checkout/sessions": (sessions.NEW, sessions.create),
    "customers": (intents.NEW_CUSTOMER, intents.create_customer),
    "payment_intents": (intents.NEW, intents.create),
    "refunds": (refunds.NEW, refunds.create),
}
_ACTS: dict[tuple[str, str], tuple[Table, Callable[[Account, Object, Object], Object]]] = {
    ("checkout/sessions", "expire"): (reading.ONE, lambda account, session, _: sessions.expire(account, session)),
    ("payment_intents", "cancel"): (intents.CANCEL, intents.cancel),
}

_PATH = re.compile(r"/v1/(checkout/sessions|[a-z_]+)(?:/(\w+)(?:/(\w+))?)?")


class NoAnswer(Exception):
    """The connection is closed; what was asked for may have been done."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return json.dumps(self.body, indent=2).encode()


class Api:
    """One account, behind its keys. Safe to be asked by many at once."""

    def __init__(
        self,
        account: Account,
        *,
        api_keys: tuple[str, ...] = (API_KEY,),
        faults: Faults | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.account = account
        self.api_keys = api_keys
        """Those that are good now: while one is rotated there are two."""
        self.faults = faults or Faults()
        self.keys = Keys()
        self.answered = 0
        """So many calls that do something were made."""
        self.lock = threading.RLock()
        """Held by whoever looks at the account or changes it."""
        self._sleep = sleep

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: str = "") -> Answer:
        """``target`` is a path with its query. Raises ``NoAnswer``."""
        named = {name.lower(): value for name, value in headers.items()}
        parts = urlsplit(target)
        with self.lock:
            request_id = self.account.new_id("req_")
            fault, delay = self.faults.of_call(), self.faults.delay_of_call()
            try:
                self._check(named)
                refusal = _refusal_of(fault)
                if refusal is not None:
                    raise refusal
                if fault == kinds.DROPPED:
                    raise NoAnswer
                given = from_form(parts.query if method == "GET" else body)
                key = named.get("idempotency-key", "") if method == "POST" else ""
                kept = self.keys.begin(key, parts.path, given, self.account.seconds) if key else None
            except Refused as refused:
                return _answered(refused.status, refused.body, request_id, named)
        if kept is None:
            kept = self._worked_under(key, fault, delay, (method, parts.path, given, request_id))
            headers_of_replay = {}
        else:
            headers_of_replay = {"Idempotent-Replayed": "true", "Original-Request": kept[2]}
        if fault == kinds.LOST:
            raise NoAnswer
        status, answer, _ = kept
        return _answered(status, answer, request_id, named, headers_of_replay)

    def _worked_under(self, key: str, fault: str, delay: float, call: tuple[str, str, Any, str]) -> Kept:
        """Does the work; others may ask meanwhile, and with the same key they are refused."""
        if delay:
            self._sleep(delay)
        *asked, request_id = call
        with self.lock:
            self.answered += asked[0] == "POST"
            self.account.request = {"id": request_id, "idempotency_key": key or None}
            self.account.catch_up()
            status, body, is_kept = 500, _FAILED.body, False
            try:
                if fault != kinds.FAILED:
                    status, body = 200, self._work(*asked)
                is_kept = True
            except Refused as refused:
                status, is_kept = refused.status, refused.is_kept
                body = json.loads(json.dumps(refused.body))  # the objects in it as they are now
            finally:
                if fault == kinds.FAILED_LATE:
                    status, body = 500, _FAILED.body
                kept = (status, body, request_id)
                if key:
                    self.keys.end(key, kept if is_kept else None)
            return kept

    def _check(self, headers: Mapping[str, str]) -> None:
        kind, _, credentials = headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            credentials = base64.b64decode(credentials).decode(errors="replace").partition(":")[0]
        if not credentials:
            words = (
                "You did not provide an API key. You need to provide your API key in the Authorization header, using"
                " Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
            )
            raise Refused(words, status=401)
        if credentials not in self.api_keys:
            hidden = f"{credentials[:8]}{'*' * 12}{credentials[-4:]}"
            raise Refused(f"Invalid API Key provided: {hidden}", status=401)
        version = headers.get("stripe-version", API_VERSION)
        if version != API_VERSION:
            raise Refused(f"Invalid Stripe API version: {version}. This double speaks {API_VERSION} only.")

    def _work(self, method: str, path: str, given: Any) -> Object:
        match = _PATH.fullmatch(path)
        collection, thing_id, act = match.groups() if match else ("", None, None)
        if collection not in _KINDS:
            raise _unrecognized(method, path)
        kind, param = _KINDS[collection]
        if method == "GET" and act is None and thing_id is not None:
            expand = reading.ONE(given).get("expand", [])
            found = self.account.get(kind, thing_id, param, status=404)
            return reading.shown(self.account, found, expand)
        if method == "GET" and thing_id is None and collection in _LISTED:
            return reading.listed(self.account, kind, path, reading.page_of(kind)(given))
        if method != "POST":
            raise _unrecognized(method, path)
        expand = reading.ONE({name: value for name, value in given.items() if name == "expand"}).get("expand", [])
        rest = {name: value for name, value in given.items() if name != "expand"}
        if thing_id is None and collection in _CREATES:
            check, create = _CREATES[collection]
            made = create(self.account, check(rest))
        elif thing_id is not None and (collection, act or "") in _ACTS:
            check, do = _ACTS[collection, act or ""]
            asked = check(rest)
            made = do(self.account, self.account.get(kind, thing_id, param, status=404), asked)
        else:
            raise _unrecognized(method, path)
        return reading.shown(self.account, made, expand)

    # -- Over a restart ---------------------------------------------------------------------------------------------

    def state(self) -> Any:
        """The account and the keys, as JSON takes them."""
        return {"account": self.account.state(), "keys": self.keys.state()}

    def restore(self, state: Any) -> None:
        self.account.restore(state["account"])
        self.keys.restore(state["keys"])


_FAILED = Refused("An unknown error occurred", status=500, type="api_error")


def _refusal_of(fault: str) -> Refused | None:
    if fault == kinds.LIMITED:
        words = "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits."
        return Refused(words, "rate_limit", status=429)
    if fault == kinds.UNAVAILABLE:
        return Refused("Stripe is temporarily unavailable.", status=503, type="api_error")
    return None


def _answered(
    status: int, body: Object, request_id: str, asked: Mapping[str, str], more: Mapping[str, str] | None = None
) -> Answer:
    told = {"Content-Type": "application/json", "Request-Id": request_id, "Stripe-Version": API_VERSION, **(more or {})}
    if key := asked.get("idempotency-key"):
        told["Idempotency-Key"] = key
    if status == 500:
        told["Stripe-Should-Retry"] = "false"  # the key would bring the same 500
    if "error" in body:
        body = {"error": {**body["error"], "request_log_url": f"https://dashboard.stripe.com/test/logs/{request_id}"}}
    return Answer(status, body, told)


def _unrecognized(method: str, path: str) -> Refused:
    words = f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs."
    return Refused(words, status=404, is_kept=False)
