"""bookingctl export bookings, bookingctl statistics: for the books. Ids and facts: no client's name leaves this way."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from booking.money import exponent
from ops.options import Json, Wide
from ops.output import one_line, say, say_listed
from ops.practice import Practice

app = typer.Typer(no_args_is_help=True, help="What the practice needs elsewhere.", rich_markup_mode=None)

Line = dict[str, Any]

EARLIEST, LATEST = date(1970, 1, 1), date(9000, 1, 1)
"""What the function takes."""


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day: 2027-03-31") from None
    if not EARLIEST <= day <= LATEST:
        raise typer.BadParameter(f"{text} is no day of a practice's: 2027-03-31")
    return day


First = Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, in the practice's zone: 2027-03-01.")]
Last = Annotated[str, typer.Option("--to", metavar="DAY", help="The last day, which is in it: 2027-03-31.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV (RFC 4180, UTF-8) for a spreadsheet.")]
File = Annotated[Path | None, typer.Option(help="Into a file, readable by you only.")]


@app.command("bookings")
def export_bookings(
    ctx: typer.Context,
    first: First,
    last: Last,
    as_csv: Csv = False,
    as_json: Json = False,
    file: File = None,
    wide: Wide = False,
) -> None:
    """One line a booking that took time or was to: ids, times, what became of it, the price as promised, what was paid.

    Of what is kept, tax is the part that the price includes of it; receipt is the payment provider's.

    Example: bookingctl export bookings --from 2027-03-01 --to 2027-03-31 --csv --file march.csv
    """
    days = checked_days(first, last)
    with one_line():
        lines = [_with_price(each) for each in bookings_of(ctx.obj(), *days)]
        columns = ("day", "time", "status", "therapist", "service", "price", "currency")
        _give(lines, columns, as_csv, as_json, file, wide)


def statistics(
    ctx: typer.Context,
    first: First,
    last: Last,
    as_csv: Csv = False,
    as_json: Json = False,
    file: File = None,
    wide: Wide = False,
) -> None:
    """Sessions, hours, no-shows, late cancellations and what they are worth, by month and therapist.

    Example: bookingctl statistics --from 2027-01-01 --to 2027-03-31
    """
    days = checked_days(first, last)
    with one_line():
        lines = [each.line() for each in counted(bookings_of(ctx.obj(), *days))]
        columns = (
            "month",
            "therapist",
            "sessions",
            "hours",
            "no_shows",
            "late",
            "open",
            "revenue",
            "missed",
            "currency",
        )
        _give(lines, columns, as_csv, as_json, file, wide)


@dataclass
class Count:
    """A therapist's month, in one currency. ``revenue``: of sessions that were; ``missed``: no-shows and late ones."""

    month: str
    therapist_id: str
    therapist: str
    currency: str
    sessions: int = 0
    minutes: int = 0
    no_shows: int = 0
    late: int = 0
    cancelled: int = 0
    open: int = 0
    revenue_cents: int = 0
    missed_cents: int = 0

    def add(self, booking: Line) -> None:
        cents = booking["price_cents"] or 0
        match booking["status"]:
            case "completed":
                self.sessions += 1
                self.minutes += booking["minutes"]
                self.revenue_cents += cents
            case "no_show":
                self.no_shows += 1
                self.missed_cents += cents
            case "late_cancelled":
                self.late += 1
                self.missed_cents += cents
            case "cancelled":
                self.cancelled += 1
            case _:
                self.open += 1

    def line(self) -> Line:
        worth = {"revenue": money(self.revenue_cents), "missed": money(self.missed_cents)}
        return {**asdict(self), "hours": f"{self.minutes / 60:.2f}", **worth}


def counted(bookings: Iterable[Line]) -> list[Count]:
    """By month of the practice's zone, therapist and currency. A therapist has the name that they had last."""
    counts: dict[tuple[str, str, str], Count] = {}
    for each in bookings:
        month, therapist, currency = each["day"][:7], each["therapist_id"], each["currency"] or ""
        count = counts.setdefault((month, therapist, currency), Count(month, therapist, "", currency))
        count.therapist = each["therapist"] or ""
        count.add(each)
    return sorted(counts.values(), key=lambda count: (count.month, count.therapist, count.therapist_id, count.currency))


def money(cents: int) -> str:
    """A price: ``95.00``."""
    return f"{cents / 100:.2f}"


def paid(amount: int, currency: str | None) -> str:
    """An amount of the currency's smallest unit: ``95.00``, ``9500``, ``9.500``."""
    decimals = exponent(currency or "")
    return f"{Decimal(amount).scaleb(-decimals):.{decimals}f}"


def as_spreadsheet(lines: Sequence[Line]) -> str:
    """CSV that no spreadsheet takes for formulas: OWASP, CSV Injection
    (https://owasp.org/www-community/attacks/CSV_Injection)."""
    text = io.StringIO()
    written = csv.writer(text)
    if lines:
        written.writerow(lines[0])
    written.writerows([_harmless(cell) for cell in line.values()] for line in lines)
    return text.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


AMOUNTS = ("paid", "refunded", "fee", "kept", "tax")


def _with_price(booking: Line) -> Line:
    """A line with amounts as one reads them."""
    cents, currency = booking["price_cents"], booking["currency"]
    amounts = {name: paid(booking.get(name, 0), currency) for name in AMOUNTS}
    return {**booking, "price": "" if cents is None else money(cents), **amounts}


def checked_days(first: str, last: str) -> tuple[date, date]:
    """The first and the last of them, as they were typed. Raises ``typer.BadParameter``."""
    begins, ends = _day(first), _day(last)
    if begins > ends:
        raise typer.BadParameter(f"--from {begins} is after --to {ends}")
    return begins, ends


def _give(
    lines: Sequence[Line], columns: Sequence[str], as_csv: bool, as_json: bool, file: Path | None, wide: bool
) -> None:
    if as_json or as_csv or file is not None:
        text = json.dumps(lines, indent=2, ensure_ascii=False) + "\n" if as_json else as_spreadsheet(lines)
        if file is None:
            typer.echo(text, nl=False)
            return
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8", newline="")
        say(f"{len(lines)} lines written to {file}")
        return
    if not lines:
        say("There is nothing on these days.")
        return
    rows = [[str(line[column] or "") if line[column] != 0 else "0" for column in columns] for line in lines]
    say_listed([column.replace("_", " ") for column in columns], rows, wide=wide)


def bookings_of(practice: Practice, first: date, last: date) -> list[Line]:
    """The bookings of these days, in order, page by page: Lambda answers with 6 MB at most."""
    found, event = list[Line](), {"first": first.isoformat(), "last": last.isoformat(), "after": None}
    while True:
        page = practice.ask("ExportBookings", event)
        found += page["bookings"]
        if page["next"] is None:
            return found
        event["after"] = page["next"]
