"""Who pays in ``make chaos``: pays, is declined, closes the window, cancels. And what the money must come to."""

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import psycopg2
import stripe

from booking import dues
from booking.codes import BookingStatus, PaymentRule
from booking.store import Stores
from local.api import call
from local.demo import VIDEO_SERVICE_ID
from local.errors import LocalCloudError
from local.paying import press_pay
from local.stripe import CONTROLS

GOOD, DECLINED = "4242", "0002"
PAYS, TRIES_AGAIN, LEAVES, GIVES_IT_BACK = "pay", "are declined, then pay", "close the window", "give the time back"
IS_DECLINED, CANCELS, IS_CANCELLED = "are declined, and leave", "pay, and cancel late", "pay, and the practice cancels"
FATES = (PAYS, LEAVES, CANCELS, TRIES_AGAIN, GIVES_IT_BACK, IS_CANCELLED, IS_DECLINED)
"""One after the other, whoever comes."""
FEE_PERCENT = 50
TERMS = f"""
    UPDATE services SET payment = 'prepay', late_fee_kind = 'percent', late_fee_value = {FEE_PERCENT},
        free_cancellation_minutes = 525600 WHERE id = %s RETURNING id
"""  # noqa: S608  # a number of this module's
"""Whenever a client cancels, it is late: half of the price is kept."""

Rows = Callable[..., list[dict[str, Any]]]


class Payers:
    """They look once in a while whether there is something to do. ``whose``: the login of who booked it."""

    def __init__(self, states: Any, stack: dict[str, Any], rows: Rows, whose: Callable[[str], str]) -> None:
        self._states, self._stack, self._rows, self._whose = states, stack, rows, whose
        self._next = itertools.cycle(FATES)
        self.fates: dict[str, str] = {}
        self._pressed, self._cancelled, self._woken = set[str](), set[str](), set[str]()

    def ask_for_payment(self) -> None:
        """The practice has its video sessions paid for beforehand."""
        self._rows(TERMS, str(VIDEO_SERVICE_ID))

    def act(self) -> None:
        """One look. PostgreSQL may be away: then at the next."""
        try:
            self._act()
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            return

    def _act(self) -> None:
        open_holds = self._rows(
            "SELECT booking_id, checkout_url, task_token FROM holds WHERE outcome IS NULL AND answer IS NULL"
            " AND checkout_url IS NOT NULL AND task_token IS NOT NULL ORDER BY created_at"
        )
        for hold in open_holds:
            self._decide(hold)
        for each in self._rows("SELECT id FROM bookings WHERE status = 'confirmed' AND payment = 'prepay'"):
            fate = self.fates.get(each["id"])
            if fate in (CANCELS, IS_CANCELLED):
                self._cancel(each["id"], self._whose(each["id"]) if fate == CANCELS else "therapist")

    def _decide(self, hold: dict[str, Any]) -> None:
        booking_id = hold["booking_id"]
        if booking_id not in self.fates:
            self.fates[booking_id] = next(self._next)
        fate = self.fates[booking_id]
        if fate in (LEAVES, IS_DECLINED):
            if fate == IS_DECLINED:
                self._press(hold, DECLINED)
            self._end(hold)
        elif fate == GIVES_IT_BACK:
            self._cancel(booking_id, self._whose(booking_id))
        else:
            self._press(hold, *((DECLINED, GOOD) if fate == TRIES_AGAIN else (GOOD,)))

    def _press(self, hold: dict[str, Any], *cards: str) -> None:
        if hold["booking_id"] not in self._pressed:
            self._pressed.add(hold["booking_id"])
            for card in cards:
                press_pay(self._stack["stripe_url"], hold["checkout_url"], card)

    def _end(self, hold: dict[str, Any]) -> None:
        """The half hour is over: the workflow that waits goes on."""
        if hold["task_token"] not in self._woken:
            self._woken.add(hold["task_token"])
            self._rows("UPDATE holds SET until = now() WHERE booking_id = %s RETURNING 1", hold["booking_id"])
            try:
                self._states.send_task_success(taskToken=hold["task_token"], output="{}")
            except (self._states.exceptions.TaskTimedOut, self._states.exceptions.InvalidToken):
                return  # its execution has failed: once it is redriven there is another token

    def _cancel(self, booking_id: str, user: str) -> None:
        if booking_id in self._cancelled:
            return
        url = f"{self._stack['api_url']}/v1/bookings/{booking_id}/cancellation"
        token, key = self._stack["users"][user]["id_token"], f"change-{booking_id}"
        if call("POST", url, token=token, headers={"Idempotency-Key": key}, body={}).status == 202:
            self._cancelled.add(booking_id)

    # -- The account ------------------------------------------------------------------------------------------------

    def account(self, stores: Stores) -> list[tuple[str, int, int | str | None]]:
        """Lines of the account, as ``local.on_call`` has them. Amounts are cents."""
        held = self._rows("SELECT 1 FROM bookings WHERE status = 'held'")
        open_holds = self._rows("SELECT 1 FROM holds WHERE outcome IS NULL")
        left = self._rows("SELECT 1 FROM payments_to_make")
        ids = [
            each["id"] for each in self._rows("SELECT id FROM bookings WHERE payment = 'prepay' AND during IS NOT NULL")
        ]
        with stores.transaction() as store:
            accounts = [each.account for each in store.payments.accounts(ids)]
        ours, theirs, balance = self._ledger(), self._provider(), self._balance()
        came = Counter(self.fates.values())
        booked = [each for each in accounts if each.status == BookingStatus.CONFIRMED]
        differ = [each for each in {*ours, *theirs} if ours.get(each) != theirs.get(each)]
        total, fees = sum(taken - back for taken, back in ours.values()), sum(map(_fee, ours.values()))
        return [
            *((f"clients who {fate}", came[fate], "some") for fate in FATES),
            ("sessions that are paid for beforehand, and booked", len(booked), "some"),
            ("holds that nothing has settled", len(held) + len(open_holds), 0),
            ("movements of money that are intended, and not done", len(left), 0),
            ("sessions that are booked and not paid for", sum(not _is_paid(each) for each in booked), 0),
            ("sessions of which more or less is kept than is due", sum(_kept(e) != _due(e) for e in accounts), 0),
            ("payments at the provider", len(theirs), "some"),
            ("payments that the ledger and the provider have differently", len(differ), 0),
            ("cents that the practice keeps, as the ledger has it", total, "some"),
            ("cents that the provider's account has more or less, but for its fees", balance - (total - fees), 0),
        ]

    def _ledger(self) -> dict[str, tuple[int, int]]:
        found = self._rows(
            "SELECT payment_id, coalesce(sum(amount) FILTER (WHERE entry = 'captured'), 0) AS taken,"
            " coalesce(sum(amount) FILTER (WHERE entry = 'refunded'), 0) AS back"
            " FROM payments WHERE payment_id IS NOT NULL GROUP BY payment_id"
        )
        return {each["payment_id"]: (int(each["taken"]), int(each["back"])) for each in found}

    def _provider(self) -> dict[str, tuple[int, int]]:
        client = stripe.StripeClient(
            self._stack["stripe_api_key"], base_addresses={"api": self._stack["stripe_url"]}, max_network_retries=2
        )
        pages = client.v1.payment_intents.list({"limit": 100, "expand": ["data.latest_charge"]})
        intents: list[Mapping[str, Any]] = [each.to_dict() for each in pages.auto_paging_iter()]
        return {
            each["id"]: (each["amount_received"], each["latest_charge"]["amount_refunded"])
            for each in intents
            if each["amount_received"]
        }

    def _balance(self) -> int:
        answer = call("GET", f"{self._stack['stripe_url']}{CONTROLS}account")
        if answer.status != 200:
            raise LocalCloudError(f"Stripe's double answered {answer.status}")
        return int(answer.body["balance"].get("eur", 0))


def _fee(sums: tuple[int, int]) -> int:
    """What the double keeps of each payment: ``local.stripe.account``."""
    taken, _ = sums
    return min(round(taken * 0.015) + 25, taken)


def _kept(account: dues.Account) -> int:
    return sum(each.amount for each in account.kept)


def _due(account: dues.Account) -> int:
    return dues.due(account.status, account.terms)


def _is_paid(account: dues.Account) -> bool:
    return account.terms.payment != PaymentRule.PREPAY or _kept(account) == account.terms.price
