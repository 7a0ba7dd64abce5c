"""How bookingctl speaks: text for people, JSON for programs, one line for what went wrong.

A list has a line an item where the terminal has room for all of it, and else the id on a line of its own with the rest
below: an id is never cut, and a line that is one thing to paste is never broken.
"""

import dataclasses
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from pydantic import BaseModel
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from ops.errors import EXIT_USAGE, OperatorError, translated

GAPS = ("  ", " ")
INDENT = "  "

Row = Sequence[str | Text]


def console(*, err: bool = False) -> Console:
    """As wide as the terminal is, also behind a pipe; 80 columns where there is none."""
    return Console(stderr=err, highlight=False, markup=False, emoji=False)


def say(text: str | Text, *, style: str = "", err: bool = False) -> None:
    """A paragraph, wrapped between words; no word is cut."""
    say_indented(text, indent="", style=style, err=err)


def say_listed(titles: Sequence[str], rows: Sequence[Row], *, wide: bool = False, err: bool = False) -> None:
    """A list: the first column has what one pastes. ``wide``: a line an item, whatever room there is."""
    if not rows:
        return
    out = console(err=err)
    lines = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    used = [n for n, _ in enumerate(titles) if any(line[n].plain for line in lines)]
    widths = {n: max(cell_len(titles[n]), *(line[n].cell_len for line in lines)) for n in used}
    whole = (gap for gap in GAPS if sum(widths.values()) + len(gap) * (len(used) - 1) <= out.width)
    gap = GAPS[0] if wide else next(whole, None)
    if gap is not None:
        for line in ([Text(title, "bold") for title in titles], *lines):
            padded = [_padded(line[n], widths[n]) for n in used[:-1]]
            joined = Text(gap).join([*padded, *(line[n] for n in used[-1:])])
            joined.rstrip()
            out.print(joined, overflow="ignore", no_wrap=True, crop=False)
        return
    for line in lines:
        say(_bold(line[0]), err=err)
        named = [_named(titles[n], line[n]) for n in used[1:] if line[n].plain]
        for each in _filled(named, out.width - len(INDENT)):
            say_indented(each, err=err)


def say_indented(
    text: Text | str, *, indent: str = INDENT, hanging: int = 0, style: str = "", err: bool = False
) -> None:
    """A paragraph with every line of it indented, but for what has no room then.

    ``hanging``: so many columns more for every line but the first.
    """
    out = console(err=err)
    whole = text if isinstance(text, Text) else Text(text, style)
    width = max(out.width - cell_len(indent) - hanging, 20)
    for number, line in enumerate(wrapped(whole, width, first=width + hanging)):
        before = indent + " " * hanging if number else indent
        room = cell_len(before) + line.cell_len <= out.width
        out.print(Text(before if room else "").append_text(line), overflow="ignore", no_wrap=True, crop=False)


def wrapped(text: Text, width: int, *, first: int | None = None) -> Iterator[Text]:
    """The text in lines, broken between words: Rich's own wrapping breaks a word that is longer than the line.

    ``first``: how wide the first line may be, where that is not ``width``.
    """
    room = width if first is None else first
    for paragraph in text.split("\n", allow_blank=True):
        places, used = list[int](), 0
        for word in re.finditer(r"^\s+|\S+\s*", paragraph.plain):
            if used and used + cell_len(word[0].rstrip()) > room:
                places.append(word.start())
                used, room = 0, width
            used += cell_len(word[0])
        for line in paragraph.divide(places):
            line.rstrip()
            yield line


def _padded(cell: Text, width: int) -> Text:
    padded = cell.copy()
    padded.append(" " * (width - cell.cell_len))
    return padded


def _bold(cell: Text) -> Text:
    shown = cell.copy()
    shown.stylize("bold")
    return shown


def _named(title: str, cell: Text) -> Text:
    return Text.assemble((f"{title} ", "dim"), cell) if title else cell


def _filled(pieces: Sequence[Text], width: int) -> Iterator[Text]:
    """As many pieces a line as there is room for: none is broken that would fit on a line of its own."""
    line = Text()
    for piece in pieces:
        if line.plain and line.cell_len + 3 + piece.cell_len > width:
            yield line
            line = Text()
        line = Text.assemble(line, (" · ", "dim"), piece) if line.plain else piece
    if line.plain:
        yield line


def print_json(value: Any) -> None:
    """Whatever the terminal: programs read it."""
    print(json.dumps(value, default=_plain, indent=2, ensure_ascii=False))  # noqa: T201  # what was asked for


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@contextmanager
def one_line() -> Iterator[None]:
    """What goes wrong is a line for people and an exit code for programs."""
    try:
        with translated():
            yield
    except OperatorError as error:
        say(f"✗ {error}", style="red", err=True)
        raise typer.Exit(error.exit_code) from None


def refuse(line: str) -> NoReturn:
    """What was typed can't be meant: nothing has been done."""
    raise OperatorError(line, EXIT_USAGE)


def confirm(question: str, *, yes: bool) -> None:
    """Asks, unless ``yes``; anything but a yes ends the command, which has done nothing."""
    if yes:
        return
    try:
        say(question, err=True)
        agreed = typer.confirm("Go on?", err=True)
    except typer.Abort:  # Ctrl-C, or nobody there to ask
        typer.echo(err=True)
        agreed = False
    if not agreed:
        say("nothing done", err=True)
        raise typer.Exit(0)
