"""bookingctl: what failed, why, and restarting it. ``bookingctl --help``; docs/runbook.md says when to use what."""

import dataclasses
import re
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ops import books, clients, dead_letters, keys, logins
from ops.output import DryRun, Json, Reason, Yes, agree, console, one_line, print_json, summary
from ops.practice import EXIT_FAILED_AGAIN, Failure, OperatorError, Practice, ago

EXIT_CODES = "Exit codes: 0 done; 1 something failed again; 2 wrong usage; 3 no access or no answer; 4 unknown booking."
WAIT_SECONDS = 900

app = typer.Typer(no_args_is_help=True, help=f"Operate Therapist Booking.\n\n{EXIT_CODES}", rich_markup_mode=None)
app.add_typer(dead_letters.app, name="dlq")
app.add_typer(keys.app, name="keys")
app.add_typer(clients.app, name="client")
app.add_typer(books.app, name="export")
app.command("statistics")(books.statistics)
app.add_typer(logins.app, name="login")


@app.callback()
def main_options(
    ctx: typer.Context,
    local: Annotated[bool, typer.Option("--local", help="The laptop cloud that `make run` has started.")] = False,
    profile: Annotated[str | None, typer.Option(help="AWS profile.")] = None,
    region: Annotated[str | None, typer.Option(help="AWS region.")] = None,
    endpoint_url: Annotated[str | None, typer.Option(help="Another AWS endpoint.")] = None,
    stack: Annotated[str, typer.Option(help="CloudFormation stack.")] = "therapist-booking",
) -> None:
    ctx.obj = Practice.on_this_laptop if local else (lambda: Practice(stack, profile, region, endpoint_url))


@app.command()
def failed(
    ctx: typer.Context, limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50, as_json: Json = False
) -> None:
    """Executions that failed, newest first.

    Example: bookingctl failed --limit 10
    """
    with one_line():
        failures = ctx.obj().failures(limit)
        if as_json:
            print_json([dataclasses.asdict(failure) for failure in failures])
            return
        table = Table("booking", "machine", "state", "error", "failed", "redrivable until", box=None)
        for each in failures:
            until = f"{each.redrivable_until:%Y-%m-%d %H:%M}"
            table.add_row(
                each.booking_id, each.machine, each.state, each.error or each.status, ago(each.failed_at), until
            )
        console.print(table if failures else "Nothing has failed.")


@app.command()
def show(ctx: typer.Context, booking: str, as_json: Json = False) -> None:
    """A booking's whole path: each state, each attempt, each message, each redrive.

    Example: bookingctl show 7c9e6679-7425
    """
    with one_line():
        practice = ctx.obj()
        known, paths = practice.booking(booking), practice.paths(booking)
        if as_json:
            print_json({**known, "executions": [dataclasses.asdict(path) for path in paths]})
            return
        console.print(f"booking {booking}: {known['status'] or 'not decided'}")
        if known["attention"]:
            console.print(f"needs attention: {known['attention']['status']} {known['attention']['error'] or ''}")
        for path in paths:
            console.print(f"\nexecution {path.execution}: {path.status}\n{path.console}")
            table = Table("state", "after", "took", "attempts", "errors", box=None)
            for step in path.timeline.steps:
                after = f"{(step.started - path.started).total_seconds():.2f} s"
                took = "-" if step.seconds is None else f"{step.seconds:.2f} s"
                table.add_row(step.name, after, took, str(step.attempts or ""), ", ".join(_counted(step.errors)))
            console.print(table)
            for moment in path.timeline.redrives:
                console.print(f"redriven {moment:%Y-%m-%d %H:%M:%S}")
        messages = Table("message", "to", "by", "status", "attempts", box=None)
        for each in known["notifications"]:
            row = (each["event"], each["recipient"], each["channel"], each["status"], str(each["attempts"]))
            messages.add_row(*row)
        console.print()
        console.print(messages)
        for event in known["events"]:
            console.print(
                f"{event['at'][:19]}  {event['event']} by {event['actor']} {event['detail'].get('reason', '')}"
            )


@app.command()
def redrive(
    ctx: typer.Context,
    bookings: Annotated[list[str] | None, typer.Argument(help="Bookings; or choose by the options.")] = None,
    error: Annotated[str | None, typer.Option(help="All that failed with this error.")] = None,
    state: Annotated[str | None, typer.Option(help="All that failed at this state.")] = None,
    since: Annotated[str | None, typer.Option(help="All that failed since: 30m, 2h, 3d.")] = None,
    reason: Reason = "",
    rate: Annotated[float, typer.Option(min=0.1, help="Redrives a second, at most.")] = 5.0,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Restart failed executions where they stopped.

    Examples: bookingctl redrive 7c9e6679-7425 --reason "mail is back"
    bookingctl redrive --error ProviderUnavailable --since 2h --reason "mail is back"
    """
    with one_line():
        practice = ctx.obj()
        chosen = _choose(practice, bookings or [], error, state, since)
        agree(f"redrive {len(chosen)} executions", chosen, reason, yes, dry_run)
        if dry_run or not chosen:
            summary({failure.booking_id: "would be redriven" for failure in chosen}, as_json)
            return
        outcome: dict[str, str] = {}
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
            for failure in progress.track(chosen, description="redriving"):
                try:
                    practice.redrive(failure.booking_id, failure.execution, reason)
                    outcome[failure.booking_id] = "RUNNING"
                except OperatorError as refused:
                    outcome[failure.booking_id] = str(refused)
                time.sleep(1 / rate)
            running = {f.booking_id: f.execution for f in chosen if outcome[f.booking_id] == "RUNNING"}
            for booking_id, execution in progress.track(list(running.items()), description="waiting"):
                outcome[booking_id] = _wait(practice, execution)
        summary(outcome, as_json)


@app.command()
def rerun(
    ctx: typer.Context,
    booking: str,
    reason: Reason = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Run a booking again in a new execution: past redrive's 14 days, or after its definition has changed.

    Same booking, nothing doubled. Example: bookingctl rerun 7c9e6679-7425 --reason "redrive expired"
    """
    with one_line():
        practice = ctx.obj()
        practice.paths(booking)
        agree(f"start a new execution for {booking}", [], reason, yes, dry_run)
        if dry_run:
            summary({booking: "would be run again"}, as_json)
            return
        summary({booking: _wait(practice, practice.rerun(booking, reason))}, as_json)


@app.command()
def watch(
    ctx: typer.Context,
    every: Annotated[float, typer.Option(min=0.5, help="Seconds between looks.")] = 5.0,
    times: Annotated[int, typer.Option(help="So many looks; 0: until Ctrl-C.")] = 0,
    as_json: Json = False,
) -> None:
    """Failures as they happen.

    Example: bookingctl watch --every 10
    """
    with one_line():
        practice, seen, looks = ctx.obj(), set[tuple[str, datetime]](), 0
        while True:
            for each in reversed(practice.failures(50)):
                if (each.execution, each.failed_at) not in seen:
                    seen.add((each.execution, each.failed_at))
                    line = f"{each.failed_at:%H:%M:%S}  {each.booking_id}  {each.state}  {each.error or each.status}"
                    print_json(dataclasses.asdict(each)) if as_json else console.print(line)
            looks += 1
            if looks == times:
                return
            time.sleep(every)


def _choose(
    practice: Practice, bookings: list[str], error: str | None, state: str | None, since: str | None
) -> list[Failure]:
    if not bookings and not (error or state or since):
        raise typer.BadParameter("name bookings, or choose by --error, --state or --since")
    failures = practice.failures(1000)
    unknown = set(bookings) - {failure.booking_id for failure in failures}
    for booking in sorted(unknown):
        practice.paths(booking)  # says so when there is no such booking
        raise OperatorError(f"{booking} has not failed: there is nothing to redrive", EXIT_FAILED_AGAIN)
    earliest = datetime.now(UTC) - _duration(since) if since else None
    return [
        failure
        for failure in failures
        if (not bookings or failure.booking_id in bookings)
        and (error is None or failure.error == error)
        and (state is None or failure.state == state)
        and (earliest is None or failure.failed_at >= earliest)
    ]


def _counted(errors: list[str]) -> list[str]:
    """``ProviderUnavailable ×13``, in the order in which they came first."""
    return [f"{error} ×{times}" if times > 1 else error for error, times in Counter(errors).items()]


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"(\d+)([smhd])", text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is no duration: 30m, 2h, 3d")
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[match[2]]
    return timedelta(**{unit: int(match[1])})


def _wait(practice: Practice, execution: str) -> str:
    deadline = time.monotonic() + WAIT_SECONDS
    while (status := practice.status(execution)) == "RUNNING" and time.monotonic() < deadline:
        time.sleep(0.5)
    return status


def main() -> None:
    app()


if __name__ == "__main__":
    main()
