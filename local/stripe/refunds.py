"""Giving money back: https://docs.stripe.com/api/refunds."""

from local.stripe import money, objects
from local.stripe.account import Account
from local.stripe.errors import Refused
from local.stripe.objects import Object
from local.stripe.parameters import Table, choice, metadata, text, whole

NEW = Table(
    {"payment_intent": text()},
    amount=whole(1),
    metadata=metadata,
    reason=choice("duplicate", "fraudulent", "requested_by_customer"),
)


def create(account: Account, given: Object) -> Object:
    """Raises ``Refused`` for more than there is left, and for a charge that the bank has taken back."""
    charge = _charge(account, given["payment_intent"])
    if account.aside(charge["id"]).get("is_charged_back"):
        raise Refused(f"Charge {charge['id']} has been charged back; cannot issue a refund.", "charge_disputed")
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left == 0:
        raise Refused(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
    amount = given.get("amount", left)
    money.check_step(amount, charge["currency"], "amount")
    if amount > left:
        shown, of = money.shown(amount, charge["currency"]), money.shown(left, charge["currency"])
        what = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
        raise Refused(f"Refund amount ({shown}) is greater than {what} ({of})", param="amount")
    account.settle(charge)
    refund = account.keep(objects.refund(account.made("refund"), charge, amount, given))
    refund["balance_transaction"] = account.book(refund, -amount, "refund")
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    _count(charge, amount)
    account.tell("refund.created", refund)
    account.tell("charge.refunded", charge, {name: value for name, value in before.items() if charge[name] != value})
    account.tell("refund.updated", refund)
    return refund


def fail(account: Account, refund_id: str, reason: str = "expired_or_canceled_card") -> Object:
    """The bank sends a refund back, days later: the money is the account's again. A control of the double's."""
    refund = account.get("refund", refund_id, "refund", status=404)
    if refund["status"] == "failed":
        return refund
    charge = account.get("charge", refund["charge"], "charge")
    returned = account.book(refund, refund["amount"], "refund_failure")
    refund.update(status="failed", failure_reason=reason, failure_balance_transaction=returned)
    _count(charge, -refund["amount"])
    for kind in ("refund.updated", "refund.failed"):
        account.tell(kind, refund)
    return refund


def _charge(account: Account, intent_id: str) -> Object:
    intent = account.get("payment_intent", intent_id, "payment_intent")
    if intent["status"] != "succeeded":
        raise Refused(f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.")
    return account.get("charge", intent["latest_charge"], "charge")


def _count(charge: Object, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
