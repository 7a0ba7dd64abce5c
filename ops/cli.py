"""bookingctl: what failed, why, and restarting it. ``bookingctl --help``; docs/runbook.md says when to use what."""

import dataclasses
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ops.practice import EXIT_FAILED_AGAIN, EXIT_UNKNOWN, Failure, OperatorError, Practice, ago, booking_of

EXIT_CODES = "Exit codes: 0 done; 1 something failed again; 2 wrong usage; 3 no access or no answer; 4 unknown booking."
WAIT_SECONDS = 900
TOO_OFTEN = "handled in vain too often: see the function's log"

app = typer.Typer(no_args_is_help=True, help=f"Operate Therapist Booking.\n\n{EXIT_CODES}", rich_markup_mode=None)
dlq = typer.Typer(no_args_is_help=True, help="Messages that their consumer could not handle.")
app.add_typer(dlq, name="dlq")
console = Console(highlight=False, soft_wrap=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the booking's history with your name.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]

_practice: Callable[[], Practice]


@app.callback()
def main_options(
    local: Annotated[bool, typer.Option("--local", help="The laptop cloud that `make run` has started.")] = False,
    profile: Annotated[str | None, typer.Option(help="AWS profile.")] = None,
    region: Annotated[str | None, typer.Option(help="AWS region.")] = None,
    endpoint_url: Annotated[str | None, typer.Option(help="Another AWS endpoint.")] = None,
    stack: Annotated[str, typer.Option(help="CloudFormation stack.")] = "therapist-booking",
) -> None:
    global _practice  # the options of one run
    _practice = Practice.on_this_laptop if local else (lambda: Practice(stack, profile, region, endpoint_url))


@app.command()
def failed(limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50, as_json: Json = False) -> None:
    """Executions that failed, newest first.

    Example: bookingctl failed --limit 10
    """
    with _one_line():
        failures = _practice().failures(limit)
        if as_json:
            _print_json([dataclasses.asdict(failure) for failure in failures])
            return
        table = Table("booking", "machine", "state", "error", "failed", "redrivable until", box=None)
        for each in failures:
            until = f"{each.redrivable_until:%Y-%m-%d %H:%M}"
            table.add_row(
                each.booking_id, each.machine, each.state, each.error or each.status, ago(each.failed_at), until
            )
        console.print(table if failures else "Nothing has failed.")


@app.command()
def show(booking: str, as_json: Json = False) -> None:
    """A booking's whole path: each state, each attempt, each message, each redrive.

    Example: bookingctl show 7c9e6679-7425
    """
    with _one_line():
        practice = _practice()
        known, paths = practice.booking(booking), practice.paths(booking)
        if as_json:
            _print_json({**known, "executions": [dataclasses.asdict(path) for path in paths]})
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
                table.add_row(step.name, after, took, str(step.attempts or ""), ", ".join(step.errors))
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
    with _one_line():
        practice = _practice()
        chosen = _choose(practice, bookings or [], error, state, since)
        _agree(f"redrive {len(chosen)} executions", chosen, reason, yes, dry_run)
        if dry_run or not chosen:
            _summary({failure.booking_id: "would be redriven" for failure in chosen}, as_json)
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
        _summary(outcome, as_json)


@app.command()
def rerun(booking: str, reason: Reason = "", yes: Yes = False, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Run a booking again in a new execution: past redrive's 14 days, or after its definition has changed.

    Same booking, nothing doubled. Example: bookingctl rerun 7c9e6679-7425 --reason "redrive expired"
    """
    with _one_line():
        practice = _practice()
        practice.paths(booking)
        _agree(f"start a new execution for {booking}", [], reason, yes, dry_run)
        if dry_run:
            _summary({booking: "would be run again"}, as_json)
            return
        _summary({booking: _wait(practice, practice.rerun(booking, reason))}, as_json)


@dlq.command("list")
def dlq_list(as_json: Json = False) -> None:
    """Messages in the dead-letter queue, and which booking each is about.

    Example: bookingctl dlq list
    """
    with _one_line():
        messages = [_letter(message) for message in _practice().dead_letters()]
        if as_json:
            _print_json(messages)
            return
        table = Table("message", "booking", "reason", "sent", box=None)
        for each in messages:
            table.add_row(each["message_id"], each["booking_id"] or "?", each["reason"], ago(each["sent_at"]))
        console.print(table if messages else "The dead-letter queue is empty.")


@dlq.command("show")
def dlq_show(message: str, as_json: Json = False) -> None:
    """One dead letter: ids and a token, nothing personal.

    Example: bookingctl dlq show 059f36b4-87a3
    """
    with _one_line():
        [found] = _dead_letters(_practice(), [message])
        if as_json:
            _print_json({**_letter(found), "body": found["Body"]})
            return
        console.print(f"{_letter(found)['reason']}\n{found['Body']}", markup=False)


@dlq.command("redrive")
def dlq_redrive(
    messages: Annotated[list[str] | None, typer.Argument(help="Message ids; none: all.")] = None,
    reason: Reason = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Put dead letters back on their queue.

    Example: bookingctl dlq redrive 059f36b4-87a3 --reason "consumer is mended"
    """
    with _one_line():
        practice = _practice()
        found = _dead_letters(practice, messages or [])
        _agree(f"put {len(found)} messages back", [], reason, yes, dry_run)
        if not dry_run:
            for each in found:
                practice.redrive_message(each, reason)
        done = "would be put back" if dry_run else "SUCCEEDED"
        _summary({each["MessageId"]: done for each in found}, as_json)


@app.command()
def watch(
    every: Annotated[float, typer.Option(min=0.5, help="Seconds between looks.")] = 5.0,
    times: Annotated[int, typer.Option(help="So many looks; 0: until Ctrl-C.")] = 0,
    as_json: Json = False,
) -> None:
    """Failures as they happen.

    Example: bookingctl watch --every 10
    """
    with _one_line():
        practice, seen, looks = _practice(), set[tuple[str, datetime]](), 0
        while True:
            for each in reversed(practice.failures(50)):
                if (each.execution, each.failed_at) not in seen:
                    seen.add((each.execution, each.failed_at))
                    line = f"{each.failed_at:%H:%M:%S}  {each.booking_id}  {each.state}  {each.error or each.status}"
                    _print_json(dataclasses.asdict(each)) if as_json else console.print(line)
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


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"(\d+)([smhd])", text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is no duration: 30m, 2h, 3d")
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[match[2]]
    return timedelta(**{unit: int(match[1])})


def _agree(what: str, chosen: list[Failure], reason: str, yes: bool, dry_run: bool) -> None:
    err = Console(stderr=True, highlight=False)
    for failure in chosen:
        err.print(f"  {failure.booking_id}  {failure.state}  {failure.error or failure.status}")
    if dry_run:
        return
    if not reason:
        raise typer.BadParameter("--reason is missing: it is kept in the booking's history")
    if not yes:
        typer.confirm(f"About to {what}. Go on?", abort=True, err=True)


def _wait(practice: Practice, execution: str) -> str:
    deadline = time.monotonic() + WAIT_SECONDS
    while (status := practice.status(execution)) == "RUNNING" and time.monotonic() < deadline:
        time.sleep(0.5)
    return status


def _summary(outcome: dict[str, str], as_json: bool) -> None:
    if as_json:
        _print_json(outcome)
    else:
        for name, result in outcome.items():
            console.print(f"{name}: {result}")
        console.print(f"{sum(result == 'SUCCEEDED' for result in outcome.values())} of {len(outcome)} succeeded")
    if any(result != "SUCCEEDED" and not result.startswith("would") for result in outcome.values()):
        raise typer.Exit(EXIT_FAILED_AGAIN)


def _dead_letters(practice: Practice, ids: list[str]) -> list[dict[str, Any]]:
    found = [each for each in practice.dead_letters() if not ids or each["MessageId"] in ids]
    missing = set(ids) - {each["MessageId"] for each in found}
    if missing:
        raise OperatorError(f"not in the dead-letter queue: {', '.join(sorted(missing))}", EXIT_UNKNOWN)
    return found


def _letter(message: dict[str, Any]) -> dict[str, Any]:
    attributes = message.get("Attributes", {})
    return {
        "message_id": message["MessageId"],
        "booking_id": booking_of(message),
        "reason": message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", TOO_OFTEN),
        "received": int(attributes.get("ApproximateReceiveCount", 0)),
        "sent_at": datetime.fromtimestamp(int(attributes.get("SentTimestamp", 0)) / 1000, UTC),
    }


def _print_json(value: Any) -> None:
    print(json.dumps(value, default=str, indent=2))  # noqa: T201  # what was asked for


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except OperatorError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"✗ {error}", markup=False)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def main() -> None:
    app()


if __name__ == "__main__":
    main()
