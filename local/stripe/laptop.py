"""The double as the laptop runs it: one account, its API, its webhooks, and a memory over restarts."""

import contextlib
import dataclasses
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from local.places import open_private
from local.stripe import CONTROLS, charging, disputes, payer, refunds
from local.stripe.account import Account
from local.stripe.api import Api
from local.stripe.errors import Refused
from local.stripe.faults import Faults
from local.stripe.webhooks import Deliveries, Endpoint


def _now() -> datetime:
    return datetime.now(UTC)


class LaptopStripe:
    """Everything of one double; ``now`` is the clock it goes by, which a control moves on."""

    def __init__(self, page_url: str, *, now: Callable[[], datetime] = _now, seed: int | None = None) -> None:
        self._ahead = timedelta()
        self._now = now
        self.account = Account(lambda: self._now() + self._ahead, seed=seed, page_url=page_url)
        self.api = Api(self.account)
        self.deliveries = Deliveries(self.account, self.api.faults)
        self.lock = self.api.lock

    # -- Controls ---------------------------------------------------------------------------------------------------

    def control(self, method: str, path: str, given: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """What Stripe's dashboard, banks and bad luck do: paths below ``/_local/``, JSON in and out."""
        first, *rest = path.removeprefix(CONTROLS).split("/")
        with self.lock:
            self.account.catch_up()
            self.account.request = {"id": None, "idempotency_key": None}
            try:
                return 200, self._controlled(method, (first, *rest), given)
            except Refused as refused:
                return refused.status, refused.body
            except (KeyError, TypeError, ValueError) as wrong:
                return 400, {"error": {"message": f"{type(wrong).__name__}: {wrong}"}}

    def _controlled(self, method: str, path: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Any]:
        match (method, *path):
            case ("GET", "account"):
                return {"now": self.account.now().isoformat(), "balance": self.account.balance()}
            case ("GET", "faults"):
                return self.api.faults.as_json()
            case ("PUT", "faults"):
                self.put_faults(Faults(**given))
                return self.api.faults.as_json()
            case ("PUT", "webhook"):
                lists = {name: tuple(given[name]) for name in ("secrets", "types") if name in given}
                self.deliveries.endpoint = Endpoint(given["url"], **lists)
                return dataclasses.asdict(self.deliveries.endpoint)
            case ("PUT", "keys"):
                self.api.api_keys = tuple(given["api_keys"])
                return {"api_keys": self.api.api_keys}
            case ("POST", "clock"):
                self._ahead += timedelta(seconds=float(given["seconds"]))
                self.account.catch_up()
                return {"now": self.account.now().isoformat()}
            case ("POST", "sessions", session_id, "pay"):
                return {"came_to": payer.pay(self.account, session_id, given.get("card", "4242"))}
            case ("POST", "sessions", session_id, "authenticate"):
                is_approved = bool(given["approved"])
                return {"came_to": payer.authenticate(self.account, session_id, is_approved=is_approved)}
            case ("POST", "cards", method_id):
                charging.change(self.account, method_id, given["card"])
                return {"card": given["card"]}
            case ("POST", "disputes"):
                reason, is_inquiry = given.get("reason", "fraudulent"), bool(given.get("inquiry"))
                return disputes.open_one(self.account, given["payment_intent"], reason, is_inquiry=is_inquiry)
            case ("POST", "disputes", dispute_id, "close"):
                return disputes.close(self.account, dispute_id, is_won=bool(given["won"]))
            case ("POST", "refunds", refund_id, "fail"):
                return refunds.fail(self.account, refund_id)
            case ("POST", "events", event_id, "resend"):
                self.deliveries.resend(event_id)
                return {"resent": event_id}
        raise Refused(f"there is no control {method} {'/'.join(path)}", status=404)

    def put_faults(self, faults: Faults) -> None:
        """From now on these are the faults."""
        self.api.faults = self.deliveries.faults = faults

    @property
    def changes(self) -> int:
        """Grows whenever something has changed that is worth a place on the disk."""
        return self.api.answered + len(self.account.events)

    # -- Over a restart ---------------------------------------------------------------------------------------------

    def save(self, file: Path) -> None:
        """All of it, in one file that only its owner reads; there is no moment at which it is half written."""
        with self.lock:
            state = {
                "api": self.api.state(),
                "deliveries": self.deliveries.state(),
                "ahead": self._ahead.total_seconds(),
            }
            content = json.dumps(state).encode()
        fresh = file.with_suffix(".fresh")
        with open_private(fresh) as written:
            written.write(content)
        os.replace(fresh, file)

    def load(self, file: Path) -> None:
        """What was saved, if anything was."""
        with contextlib.suppress(FileNotFoundError):
            state = json.loads(file.read_text())
            self.api.restore(state["api"])
            self.deliveries.restore(state["deliveries"])
            self._ahead = timedelta(seconds=state["ahead"])
