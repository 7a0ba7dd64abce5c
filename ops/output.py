"""How bookingctl speaks: text for people, JSON for programs, one line for what went wrong."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console

from ops.practice import EXIT_FAILED_AGAIN, Failure, OperatorError

console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200)
"""A pipe has no width of its own: there a table gets the room it needs."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the booking's history with your name.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


def agree(what: str, chosen: list[Failure], reason: str, yes: bool, dry_run: bool) -> None:
    """Says what is about to be done and asks; raises ``typer.Abort`` when the answer is no."""
    err = Console(stderr=True, highlight=False)
    for failure in chosen:
        err.print(f"  {failure.booking_id}  {failure.state}  {failure.error or failure.status}")
    if dry_run:
        return
    if not reason:
        raise typer.BadParameter("--reason is missing: it is kept in the booking's history")
    if not yes:
        typer.confirm(f"About to {what}. Go on?", abort=True, err=True)


def summary(outcome: dict[str, str], as_json: bool) -> None:
    """What became of each; exits with 1 when something did not succeed."""
    if as_json:
        print_json(outcome)
    else:
        for name, result in outcome.items():
            console.print(f"{name}: {result}")
        console.print(f"{sum(result == 'SUCCEEDED' for result in outcome.values())} of {len(outcome)} succeeded")
    if any(result != "SUCCEEDED" and not result.startswith("would") for result in outcome.values()):
        raise typer.Exit(EXIT_FAILED_AGAIN)


def print_json(value: Any) -> None:
    print(json.dumps(value, default=str, indent=2))  # noqa: T201  # what was asked for


@contextmanager
def one_line() -> Iterator[None]:
    try:
        yield
    except OperatorError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"✗ {error}", markup=False)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
