"""What a cardholder tells their bank, and what becomes of it: https://docs.stripe.com/disputes.

Controls of the double's. The money is gone when a dispute is opened, with a fee, and comes back when it is won; the
fee does not. An inquiry is a question of the bank's: no money moves, and the charge can still be refunded.
"""

from local.stripe import objects
from local.stripe.account import Account
from local.stripe.errors import Refused
from local.stripe.objects import Object

FEE = 2000
"""Of the smallest unit."""


def open_one(account: Account, payment_intent: str, reason: str = "fraudulent", *, is_inquiry: bool = False) -> Object:
    """About all that is left of a payment. Raises ``Refused`` where nothing is, or there is a dispute already."""
    intent = account.get("payment_intent", payment_intent, "payment_intent", status=404)
    if intent["status"] != "succeeded":
        raise Refused("there is no charge to dispute")
    charge = account.get("charge", intent["latest_charge"], "charge")
    left = charge["amount"] - charge["amount_refunded"]
    if charge["disputed"] or not left:
        raise Refused("there is nothing to dispute")
    account.settle(charge)
    dispute = account.keep(objects.dispute(account.made("dispute"), charge, left, reason))
    charge["disputed"] = True
    if is_inquiry:
        dispute.update(status="warning_needs_response", is_charge_refundable=True)
        dispute["payment_method_details"]["card"]["case_type"] = "inquiry"
        account.tell("charge.dispute.created", dispute)
        return dispute
    _move(account, dispute, -left, "dispute", FEE)
    account.aside(charge["id"])["is_charged_back"] = True
    account.tell("charge.dispute.created", dispute)
    account.tell("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(account: Account, dispute_id: str, *, is_won: bool) -> Object:
    """The bank has decided, or asks no more. Raises ``Refused`` when it had before."""
    dispute = account.get("dispute", dispute_id, "dispute", status=404)
    if dispute["status"] not in ("needs_response", "warning_needs_response"):
        raise Refused("this dispute is closed")
    is_inquiry = dispute["status"] == "warning_needs_response"
    dispute["status"] = "warning_closed" if is_inquiry else "won" if is_won else "lost"
    if is_won and not is_inquiry:
        _move(account, dispute, dispute["amount"], "dispute_reversal", 0)
        account.aside(dispute["charge"])["is_charged_back"] = False
        dispute["is_charge_refundable"] = True
        account.tell("charge.dispute.funds_reinstated", dispute)
    account.tell("charge.dispute.closed", dispute)
    return dispute


def _move(account: Account, dispute: Object, amount: int, category: str, fee: int) -> None:
    booked = account.book(dispute, amount, "adjustment", category, fee)
    [entry] = [each for each in account.all("balance_transaction") if each["id"] == booked]
    dispute["balance_transactions"] = [*dispute["balance_transactions"], dict(entry)]
