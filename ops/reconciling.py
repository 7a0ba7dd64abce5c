"""``bookingctl payments reconcile``: the ledger's sums by payment, beside the payment provider's."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from booking.contracts.payments import Charge, LedgerPayment
from ops.books import checked_days, paid
from ops.errors import EXIT_FAILED_AGAIN
from ops.options import Json, Wide
from ops.output import one_line, print_json, say, say_listed
from ops.practice import Practice

app = typer.Typer(no_args_is_help=True, help="Payments, compared with the provider's.", rich_markup_mode=None)

MARGIN = timedelta(days=18)
"""So much later the ledger may hear of a payment than the provider made it: a page to pay on is open for a day, Stripe
tells for three (https://docs.stripe.com/webhooks#automatic-retries), and what failed then can be redriven for 14."""

First = Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, in UTC: 2027-03-01.")]
Last = Annotated[str, typer.Option("--to", metavar="DAY", help="The last day, which is in it: 2027-03-31.")]


class Differs(StrEnum):
    """In what the two have a payment differently."""

    LEDGER_LACKS = "not in the ledger"
    PROVIDER_LACKS = "not at the provider"
    CURRENCY = "currency"
    CAPTURED = "taken"
    REFUNDED = "given back"


@dataclass(frozen=True)
class Difference:
    """Amounts are in the currency's smallest unit; None: there is no such payment."""

    payment_intent_id: str
    booking_id: str | None
    differs: Differs
    ledger: int | None
    provider: int | None
    ledger_currency: str | None
    provider_currency: str | None
    disputed: bool


@app.command("reconcile")
def reconcile(ctx: typer.Context, first: First, last: Last, wide: Wide = False, as_json: Json = False) -> None:
    """Every payment of these days, as the ledger and as the provider has it. Nothing is changed.

    Exit code 1: they differ. docs/runbook.md says what to do then.

    Example: bookingctl payments reconcile --from 2027-03-01 --to 2027-03-31
    """
    with one_line():
        begins, ends = checked_days(first, last)
        since, until = (datetime.combine(day, time(), UTC) for day in (begins, ends + timedelta(days=1)))
        ledger, charges = _both(ctx.obj(), since, until)
        found = differences(ledger, charges)
        names = {*ledger, *charges}
        if as_json:
            print_json({"payments": len(names), "differences": [asdict(each) for each in found]})
        else:
            _say_totals(ledger.values(), charges.values(), wide=wide)
            _say(found, len(names), wide=wide)
    if found:
        raise typer.Exit(EXIT_FAILED_AGAIN)


def differences(ledger: Mapping[str, LedgerPayment], charges: Mapping[str, Charge]) -> list[Difference]:
    """One line a payment and thing, in the order of ids."""
    return [
        each for name in sorted({*ledger, *charges}) for each in _of_payment(name, ledger.get(name), charges.get(name))
    ]


def _of_payment(name: str, ours: LedgerPayment | None, theirs: Charge | None) -> Iterable[Difference]:
    def differ(what: Differs, ledger: int | None, provider: int | None) -> Difference:
        return Difference(
            payment_intent_id=name,
            booking_id=(ours.booking_id if ours else None) or (theirs.booking_id if theirs else None),
            differs=what,
            ledger=ledger,
            provider=provider,
            ledger_currency=ours.currency if ours else None,
            provider_currency=theirs.currency if theirs else None,
            disputed=theirs is not None and theirs.disputed,
        )

    if ours is None or theirs is None:
        what = Differs.LEDGER_LACKS if ours is None else Differs.PROVIDER_LACKS
        yield differ(what, ours.captured if ours else None, theirs.captured if theirs else None)
        return
    if ours.currency != theirs.currency:
        yield differ(Differs.CURRENCY, ours.captured, theirs.captured)
        return
    if ours.captured != theirs.captured:
        yield differ(Differs.CAPTURED, ours.captured, theirs.captured)
    if ours.refunded != theirs.refunded:
        yield differ(Differs.REFUNDED, ours.refunded, theirs.refunded)


def _both(practice: Practice, since: datetime, until: datetime) -> tuple[dict[str, LedgerPayment], dict[str, Charge]]:
    """The payments that were made in this time, by their ids: as the ledger has them, and as the provider has them.

    Both are asked for more, for neither knows when the other heard of a payment. It is of the day on which the
    provider made it; of one that the provider does not know, on which the ledger has it.
    """
    asked = {"since": (since - MARGIN).isoformat(), "until": (until + MARGIN).isoformat()}
    listed = [LedgerPayment.model_validate(each) for each in _all(practice, "ListPayments", "payments", asked)]
    ledger = {each.payment_intent_id: each for each in listed}
    made = [Charge.model_validate(each) for each in _all(practice, "ListCharges", "charges", asked)]
    charges = {each.payment_intent_id: each for each in made}
    times = {name: each.at for name, each in ledger.items()} | {name: each.created_at for name, each in charges.items()}
    chosen = {name for name, at in times.items() if since <= at < until}
    return (
        {name: each for name, each in ledger.items() if name in chosen},
        {name: each for name, each in charges.items() if name in chosen},
    )


def _all(practice: Practice, function: str, name: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Page by page: Lambda answers with 6 MB at most."""
    found, event = list[dict[str, Any]](), {**asked, "after": None}
    while True:
        page = practice.ask(function, event)
        found += page[name]
        if page["next"] is None:
            return found
        event = {**event, "after": page["next"]}


def _say_totals(ledger: Iterable[LedgerPayment], charges: Iterable[Charge], *, wide: bool) -> None:
    """By currency, what each of the two says is left of all payments."""
    ours, theirs = (_kept_by_currency(side) for side in (ledger, charges))
    currencies = sorted({*ours, *theirs})
    rows = [(each, paid(ours[each], each), paid(theirs[each], each)) for each in currencies]
    say_listed(("kept", "ledger", "provider"), rows, wide=wide)


def _kept_by_currency(side: Iterable[LedgerPayment | Charge]) -> Counter[str]:
    kept = Counter[str]()
    for each in side:
        kept[each.currency] += each.captured - each.refunded
    return kept


def _say(found: Sequence[Difference], count: int, *, wide: bool) -> None:
    if not found:
        say(f"Payments: {count}. The ledger and the provider agree." if count else "There is no payment on these days.")
        return
    say("")
    rows = [
        (
            each.payment_intent_id,
            each.booking_id or "",
            f"{each.differs}{', disputed' if each.disputed else ''}",
            _amount(each.ledger, each.ledger_currency),
            _amount(each.provider, each.provider_currency),
        )
        for each in found
    ]
    say_listed(("payment", "booking", "differs", "ledger", "provider"), rows, wide=wide)
    differ = len({each.payment_intent_id for each in found})
    what_to_do = 'docs/runbook.md, "Reconcile finds a difference"'
    say(f"Payments: {count}, of which {differ} differ: {what_to_do}", style="yellow")


def _amount(amount: int | None, currency: str | None) -> str:
    return "nothing" if amount is None or currency is None else f"{paid(amount, currency)} {currency}"
