"""The table of docs/scale.md, from the constants of local/scale.py; the page's prose is written by people."""

from collections.abc import Callable
from pathlib import Path

from local import documents, scale

PAGE = documents.ROOT / "docs" / "scale.md"
BEGINS, ENDS = "<!-- written by make contract-files, from local/scale.py -->\n", "<!-- end -->\n"
MONTHS = (10**4, 10**5, 10**6, 10**7)


def files() -> dict[Path, str]:
    """The page with its table anew."""
    before, _, rest = PAGE.read_text().partition(BEGINS)
    after = rest.partition(ENDS)[2]
    return {PAGE: f"{before}{BEGINS}\n{_table()}\n{ENDS}{after}"}


def _table() -> str:
    rows = [
        ("in the busiest second", "there is", *(f"{_power(month)} a month" for month in MONTHS), "gives way at"),
        ("---",) * (len(MONTHS) + 3),
        _row("bookings", scale.bookings_a_second),
        *map(_row_of, scale.parts()),
        _row("**in the month**, dollars without texts", lambda month: scale.dollars(month, texts=False)),
        _row("dollars with texts", lambda month: scale.dollars(month, texts=True)),
        _row("gigabytes of bookings, more", lambda month: month * scale.BYTES_OF_A_BOOKING / 1e9),
    ]
    return "".join(f"| {' | '.join(row)} |\n".replace("|  |", "| |") for row in rows)


def _row(what: str, asked: Callable[[float], float]) -> tuple[str, ...]:
    return what, "", *(_number(asked(month)) for month in MONTHS), ""


def _row_of(part: scale.Part) -> tuple[str, ...]:
    """Bold where there is not enough."""
    asked = [(part.asked(month), _number(part.asked(month))) for month in MONTHS]
    cells = (f"**{said}**" if value > part.limit else said for value, said in asked)
    return part.what, part.there_is.format(part.limit), *cells, _power(part.gives_way_at)


def _number(value: float) -> str:
    """Two digits that count, or all before the point."""
    if value >= 100:
        digits = len(f"{value:.0f}") - 3
        return f"{round(value, -digits):,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def _power(value: float) -> str:
    """As ``9 × 10⁵``."""
    digit, _, exponent = f"{value:.0e}".partition("e")
    power = str(int(exponent)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{power}" if digit == "1" else f"{digit} × 10{power}"
