"""``bookingctl show``: a booking's whole path in one order of time, as a person reads it."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.text import Text

from booking.contracts.operators import BookingFile, NotificationFile
from booking.contracts.traces import ExecutionStatus, ExecutionTrace
from booking.services.tracing.events import events_of
from ops.failures import UNREADABLE
from ops.options import Json, Wide, checked_id
from ops.output import one_line, print_json, say, say_indented, say_listed
from ops.practice import Practice
from ops.reading import Known, known_of
from ops.timeline import EventsOf, lines
from ops.times import shown

HANGING = 25
"""Columns before what happened: the time, and whose it is."""

COLOURS = {ExecutionStatus.SUCCEEDED: "green", ExecutionStatus.RUNNING: "yellow"}


def show(
    ctx: typer.Context,
    booking: Annotated[str, typer.Argument(help="A booking, or the name of an execution.")],
    data: Annotated[bool, typer.Option("--input-output", help="With each state's input and output.")] = False,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """A booking's whole path, in one order of time: its executions, each state and attempt, messages, who did what.

    Example: bookingctl show 7c9e6679-7425
    """
    with one_line():
        practice: Practice = ctx.obj()
        known = known_of(practice, checked_id(booking))
        shown_ones = known.trace.executions if data else []
        events = {each.execution: events_of(practice.executions, each.execution) for each in shown_ones}
        if as_json:
            dumped = {arn: [each.model_dump(mode="json") for each in some] for arn, some in events.items()}
            of_executions = {"events": dumped} if data else {}
            print_json({**known.trace.model_dump(mode="json"), "missing": known.missing, **of_executions})
        else:
            _say(booking, known, events, wide)


def _say(booking: str, known: Known, events: EventsOf, wide: bool) -> None:
    trace = known.trace
    for line in known.missing:
        say(f"✗ {line}", style="yellow", err=True)
    if trace.file is not None:
        say(f"booking {booking}: {trace.file.status or 'not decided'}", style="bold")
        for line in _facts(trace.file):
            say_indented(line)
        say("")
    for each in trace.executions:
        _say_execution(each, wide)
    day = None
    for moment in lines(trace, events):
        if moment.at.date() != day:
            day = moment.at.date()
            say("")
            say(f"{day:%Y-%m-%d}, UTC", style="bold")
        say_indented(Text(f"{moment.at:%H:%M:%S}  ").append_text(moment.text), hanging=HANGING)
        for told, style in moment.below:
            say_indented(told, indent=" " * 12, style=style)
    if trace.file is not None and trace.file.notifications:
        say("")
        messages = [_message(each) for each in trace.file.notifications]
        say_listed(("message", "", "to", "by", "status", "attempts"), messages, wide=wide)


def _facts(file: BookingFile) -> Iterator[str]:
    if file.decision is not None:
        for reason in file.decision.reasons:
            yield f"{reason.code}: {reason.message}"
        if file.decision.starts_at is not None:
            yield f"starts {shown(file.decision.starts_at)}"
        ids = {"therapist": file.decision.therapist_id, "client": file.decision.client_id}
        yield from (f"{name} {value}" for name, value in ids.items() if value is not None)
        if file.decision.series_id is not None:
            yield f"series {file.decision.series_id}"
    if (marked := file.workflow_attention) is not None:
        yield f"needs attention: {marked.status} {marked.error or ''}".rstrip() + f" since {shown(marked.since)}"
    if (unreached := file.unreached) is not None:
        yield f"unreached: {', '.join(unreached.recipients) or 'nobody any more'}, since {shown(unreached.since)}"


def _say_execution(trace: ExecutionTrace, wide: bool) -> None:
    heading = Text(f"{trace.machine} {trace.name}: ", f"bold link {trace.console}")
    heading.append(trace.status, COLOURS.get(trace.status, "red"))
    say(heading)
    if wide:
        say_listed(("", ""), [(trace.execution, ""), (trace.console, "")], wide=True)
    if trace.booking_id is None:
        say_indented(f"{UNREADABLE}: it names no booking", style="red")
    if trace.status.is_unsuccessful:
        until = trace.redrive and trace.redrive.possible and trace.redrive.until
        say_indented(f"redrivable until {shown(until)}" if until else "can't be redriven any more")
    if trace.unread:
        say_indented("one of very many: bookingctl show with its name has its steps", style="dim")
    if (waiting := trace.waiting) is not None:
        line = f"waits for retry {waiting.retry} of {waiting.retries}, which comes by {waiting.latest:%H:%M:%SZ}"
        say_indented(line, style="yellow")


def _message(each: NotificationFile) -> list[str | Text]:
    status = each.delivery or each.status
    told = f"{status}: {each.reason}" if each.reason else str(status)
    well = status in ("sent", "delivered")
    colour = "green" if well else "red" if status in ("bounced", "complained", "failed", "undeliverable") else "yellow"
    return [str(each.notification_id), each.event, each.recipient, each.channel, Text(told, colour), str(each.attempts)]
