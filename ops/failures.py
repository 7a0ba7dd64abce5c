"""``bookingctl failed`` and ``watch``: executions that failed and nothing has mended since."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from booking.contracts.traces import ExecutionSummary
from booking.services.tracing import listing
from ops.errors import OperatorError, translated
from ops.options import Json, Wide
from ops.output import console, one_line, print_json, say, say_indented, say_listed
from ops.practice import Practice
from ops.times import ago, shown

UNREADABLE = "unreadable input"


def failed(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """Executions that failed, newest first, but for those that a later one has mended; and how many run and wait.

    Example: bookingctl failed --limit 10
    """
    with one_line():
        practice: Practice = ctx.obj()
        found = listing.failed(practice.executions, limit)
        if as_json:
            print_json([as_object(practice, each) for each in found.found])
            return
        if found.found:
            say_listed(TITLES, [as_row(each, practice.now()) for each in found.found], wide=wide)
        else:
            say("Nothing has failed.")
        if found.more:
            say(f"and {found.more} more: --limit {limit + found.more}")
        say_running(practice)


TITLES = ("booking", "machine", "at", "error", "", "failed", "redrive", "execution")


def as_row(each: ExecutionSummary, now: datetime) -> list[str | Text]:
    """What ``TITLES`` has. Who has no booking id that can be read goes by the execution's name."""
    ended = each.stopped or each.started
    return [
        each.booking_id or each.name,
        each.machine,
        each.state or "",
        Text(each.error or each.status, "red"),
        "" if each.booking_id else Text(UNREADABLE, "red"),
        ago(ended, now),
        f"until {shown(each.redrive.until)}"
        if each.redrive and each.redrive.possible and each.redrive.until
        else "no more",
        "" if each.name == each.booking_id or each.booking_id is None else each.name,
    ]


def as_object(practice: Practice, each: ExecutionSummary) -> dict[str, Any]:
    """For programs."""
    return {
        "booking_id": each.booking_id,
        "machine": each.machine,
        "name": each.name,
        "execution": practice.executions.arn(each.machine, each.name),
        "status": each.status,
        "state": each.state,
        "error": each.error,
        "failed_at": each.stopped,
        "redrivable": bool(each.redrive and each.redrive.possible),
        "redrivable_until": each.redrive and each.redrive.until,
        "redrives": each.redrives,
        "unreadable": each.booking_id is None,
    }


def say_running(practice: Practice) -> None:
    """How many run, and how many of them wait for a retry: for what, and until when at the latest."""
    found = listing.running(practice.executions)
    if not found.running:
        say("Nothing is running.", style="dim")
        return
    line = f"{found.running} running, {len(found.waiting) or 'none'} of them waiting for a retry"
    errors = Counter(each.waiting.error for each in found.waiting if each.waiting is not None)
    if errors:
        latest = max(each.waiting.latest for each in found.waiting if each.waiting is not None)
        told = ", ".join(f"{error} ×{count}" for error, count in errors.most_common())
        line += f" ({told}; the last is tried by {latest:%H:%M:%SZ})"
    if found.unseen:
        line += f"; {found.unseen} were not looked into"
    say(line, style="dim" if not found.waiting else "yellow")


def watch(
    ctx: typer.Context,
    every: Annotated[float, typer.Option(min=0.5, help="Seconds between looks.")] = 5.0,
    times: Annotated[int, typer.Option(min=0, help="So many looks; 0: until Ctrl-C.")] = 0,
    as_json: Json = False,
) -> None:
    """Failures as they happen.

    Example: bookingctl watch --every 10
    """
    with one_line():
        practice: Practice = ctx.obj()
        seen, looks, away = set[tuple[str, datetime | None]](), 0, ""
        try:
            while True:
                try:
                    with translated():
                        found = listing.failed(practice.executions, 50).found
                except OperatorError as error:
                    if not looks:
                        raise
                    found = []
                    if str(error) != away:
                        say(f"✗ {error}: looking again", style="red", err=True)
                    away = str(error)
                else:
                    away = ""
                for each in reversed(found):
                    if (key := (f"{each.machine}:{each.name}", each.stopped)) not in seen:
                        seen.add(key)
                        _say_new(practice, each, as_json)
                looks += 1
                if looks == times:
                    return
                practice.sleep(every)
        except KeyboardInterrupt:
            return


def _say_new(practice: Practice, each: ExecutionSummary, as_json: bool) -> None:
    if as_json:
        print_json(as_object(practice, each))
        return
    error = each.error or each.status
    said = error if each.booking_id else f"{UNREADABLE}: {error}"
    first = f"{each.stopped or each.started:%Y-%m-%d %H:%M:%SZ}  {each.booking_id or each.name}"
    rest = f"{each.machine}{f' at {each.state}' if each.state else ''}: {said}"
    if len(first) + 2 + len(rest) <= console().width:
        say(f"{first}  {rest}")
    else:
        say(first)
        say_indented(rest)
