"""``bookingctl redrive``: failed executions are restarted where they stopped. Everything is per execution."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple

import typer

from booking.codes import Act, ActReason
from booking.contracts.traces import ExecutionSummary, ExecutionTrace, Machine
from booking.services.tracing.listing import AT_ONCE, failed
from booking.services.tracing.reading import trace_of
from ops.acting import an_act
from ops.batch import MOST_SHOWN, Batch, Item, Verb
from ops.errors import EXIT_FAILED_AGAIN, EXIT_UNKNOWN, OperatorError
from ops.options import Code, DryRun, Json, Rate, Reason, Yes, checked_ids, checked_reason
from ops.output import confirm, one_line, refuse, say, say_listed
from ops.practice import Practice
from ops.times import instant, written

MOST = 1000
"""So many at a time: the command that goes on takes the rest."""


class Choice(NamedTuple):
    """Which executions are meant, as the options say it; ``until``: what failed before."""

    names: Sequence[str]
    error: str | None
    state: str | None
    since: datetime | None
    until: datetime | None


class Found(NamedTuple):
    """What was chosen, and what of it Step Functions can't restart where it stopped, and why."""

    redrivable: list[ExecutionTrace]
    not_redrivable: list[tuple[ExecutionTrace, str]]


def redrive(
    ctx: typer.Context,
    bookings: Annotated[
        list[str] | None, typer.Argument(help="Bookings, or names of executions; or choose by the options.")
    ] = None,
    error: Annotated[str | None, typer.Option(help="All that failed with this error.")] = None,
    state: Annotated[str | None, typer.Option(help="All that failed at this state.")] = None,
    since: Annotated[str | None, typer.Option(help="All that failed since: 30m, 2h, 3d, or a time.")] = None,
    until: Annotated[str | None, typer.Option(help="Only what failed before: a time, or 30m ago.")] = None,
    reason: Reason = "",
    code: Code = ActReason.OTHER,
    rate: Rate = 5.0,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Restart failed executions where they stopped.

    Examples: bookingctl redrive 7c9e6679-7425 --reason "mail is back"

    bookingctl redrive --error ProviderUnavailable --since 2h --reason "mail is back" --code provider_is_back
    """
    with one_line():
        practice: Practice = ctx.obj()
        names, now = checked_ids(bookings or []), practice.now()
        if not names and not (error or state or since):
            refuse("name bookings, or choose by --error, --state or --since")
        words = reason if dry_run else checked_reason(reason)
        earliest = instant(since, now) if since else None
        choice = Choice(names, error, state, earliest, instant(until, now) if until else None)
        found = choose(practice, choice)
        _say_what_cannot_be(found)
        items = [_item(practice, each, code) for each in found.redrivable]
        again = choice._replace(until=choice.until or _just_after(found.redrivable))
        batch = Batch(
            practice,
            Verb("redrive", "redriven"),
            items,
            lambda left: _again(again, left, words, code, rate),
            rate,
            [{**_about(each), "error": why, "instead": instead(each)} for each, why in found.not_redrivable],
        )
        _say_what_will_be(found.redrivable)
        if dry_run:
            batch.would(as_json)
            return
        if not items:
            batch.nothing(
                "nothing done" if found.not_redrivable else "nothing to redrive: nothing has failed like that", as_json
            )
            return
        confirm(f"About to redrive {len(items)}.", yes=yes)
        batch.carry_out(words, as_json)


def choose(practice: Practice, choice: Choice) -> Found:
    """The failed executions that are meant. Raises ``OperatorError`` for a name that nothing failed under."""
    known = failed(practice.executions, MOST, choice.until)
    failures = [each for each in known.found if _is_meant(each, choice)]
    if known.more:
        line = (
            f"{known.more} older failures were not looked into: --until {written(_just_before(known.found))} has them"
        )
        say(line, style="yellow", err=True)
    for name in choice.names:
        if not any(name in (each.booking_id, each.name) for each in failures):
            _has_not_failed(practice, name)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        arns = [practice.executions.arn(each.machine, each.name) for each in failures]
        traces = [each for each in pool.map(lambda arn: trace_of(practice.executions, arn), arns) if each is not None]
    reasons = [(each, why_not(each)) for each in traces]
    return Found(
        [each for each, why in reasons if why is None], [(each, why) for each, why in reasons if why is not None]
    )


def why_not(trace: ExecutionTrace) -> str | None:
    """Why it can't be restarted where it stopped, or None when it can."""
    if trace.redrive is None or not trace.redrive.possible:
        return (trace.redrive and trace.redrive.reason) or "Step Functions says that it can't be"
    stopped_at = next((step for step in reversed(trace.steps) if step.name == trace.state), None)
    if stopped_at is not None and stopped_at.kind == "Fail":
        return f"it ended in the Fail state {stopped_at.name}, and would again"
    return None


def instead(trace: ExecutionSummary) -> str:
    """What to do with what can't be redriven."""
    match trace.machine:
        case Machine.BOOKING if trace.booking_id is not None:
            return f"bookingctl rerun {trace.booking_id}"
        case Machine.CANCELLATION | Machine.RESCHEDULING:
            return "ask for the change again, under a new key"
        case Machine.REMINDER:
            return "StartReminders finds it again while it is of use"
        case Machine.PAYMENT:
            return "SettleHolds starts what is still to be moved; an event is resent from the provider's dashboard"
        case Machine.OFFER:
            return "OfferSlots settles it"
        case Machine.RESEND if trace.booking_id is not None:
            return f"bookingctl resend {trace.booking_id}"
        case _:
            return "nothing: its input names no booking"


def _is_meant(each: ExecutionSummary, choice: Choice) -> bool:
    named = not choice.names or each.booking_id in choice.names or each.name in choice.names
    late = choice.since is None or (each.stopped or each.started) >= choice.since
    return named and late and choice.error in (None, each.error) and choice.state in (None, each.state)


def _has_not_failed(practice: Practice, name: str) -> None:
    known = any(practice.executions.describe(practice.executions.arn(machine, name)) for machine in Machine)
    if not known:
        raise OperatorError(f"there is no booking {name} whose execution has failed, nor an execution", EXIT_UNKNOWN)
    raise OperatorError(f"{name} has not failed as was asked for: there is nothing to redrive", EXIT_FAILED_AGAIN)


def _item(practice: Practice, trace: ExecutionTrace, code: ActReason) -> Item:
    act = an_act(practice, Act.REDRIVEN, trace.execution, trace.booking_id, code)

    def do() -> str:
        practice.executions.redrive(trace.execution, act.act_id)
        return trace.execution

    return Item(trace.name, _about(trace), act, do, ended=trace.stopped)


def _about(trace: ExecutionTrace) -> dict[str, Any]:
    return {"booking_id": trace.booking_id, "machine": trace.machine, "execution": trace.execution}


def _say_what_will_be(traces: Sequence[ExecutionTrace]) -> None:
    rows = [(each.name, each.machine, each.state or "", each.error or each.status) for each in traces[:MOST_SHOWN]]
    say_listed(("execution", "machine", "at", "error"), rows, err=True)
    if len(traces) > MOST_SHOWN:
        say(f"and {len(traces) - MOST_SHOWN} more", err=True)


def _say_what_cannot_be(found: Found) -> None:
    rows = [(each.name, each.machine, why, instead(each)) for each, why in found.not_redrivable]
    if rows:
        say(f"{len(rows)} can't be redriven:", style="yellow", err=True)
        say_listed(("execution", "machine", "why", "instead"), rows, err=True)


def _just_before(failures: Sequence[ExecutionSummary]) -> datetime:
    return min(each.stopped or each.started for each in failures)


def _just_after(traces: Sequence[ExecutionTrace]) -> datetime | None:
    """By Step Functions' clock: what fails again has failed later."""
    ended = [each.stopped for each in traces if each.stopped is not None]
    return max(ended) + timedelta(milliseconds=1) if ended else None


def _again(choice: Choice, left: Sequence[Item], reason: str, code: ActReason, rate: float) -> list[str]:
    """The same command for what failed before this one began."""
    words = ["redrive", *([item.name for item in left] if choice.names else [])]
    times = {"--since": choice.since, "--until": choice.until}
    options = {"--error": choice.error, "--state": choice.state}
    options |= {option: written(moment) if moment else None for option, moment in times.items()}
    options |= {"--reason": reason, "--code": code.value, "--rate": f"{rate:g}"}
    return words + [word for option, value in options.items() if value is not None for word in (option, value)]
