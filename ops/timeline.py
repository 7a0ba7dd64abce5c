"""A booking's trace as lines in one order of time. Pure: a trace in, lines out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from rich.text import Text

from booking.contracts.booking_traces import BookingTrace, MomentKind, MomentState
from booking.contracts.execution_events import ExecutionEvent
from booking.contracts.traces import AttemptState, ExecutionTrace, ItemState, Machine, StepState

BADLY = ("bounced", "complained", "failed")
BADLY_PAID = ("failed", "disputed", "dispute_lost")

EventsOf = Mapping[str, list[ExecutionEvent]]
"""The events of executions, by their ARNs."""


class Line(NamedTuple):
    """What was at a moment (UTC); ``below``: what there is to say of it besides, with its style."""

    at: datetime
    text: Text
    below: list[tuple[str, str]]


def lines(trace: BookingTrace, events: EventsOf) -> list[Line]:
    """All of it; with each state's input and output as far as there are events."""
    found = [line for each in trace.executions for line in _of_execution(each, events.get(each.execution, []))]
    found += [_of_moment(each) for each in trace.moments if each.machine is None]
    return sorted(found, key=lambda line: line.at)


def _of_execution(trace: ExecutionTrace, events: list[ExecutionEvent]) -> Iterator[Line]:
    named = "" if trace.machine is Machine.BOOKING else f" {trace.name}"
    yield Line(trace.started, _who(trace).append(f"starts{named}"), [])
    for moment in trace.redriven:
        yield Line(moment, _who(trace).append("is redriven", "cyan"), [])
    for step in trace.steps:
        yield from _of_step(step, trace, events)
    if trace.stopped is not None:
        said = f"{trace.status}" + (f": {trace.error}" if trace.error else "")
        known = {each.cause for step in trace.steps for each in step.attempts}
        below = [(cause_in(trace.cause), "red")] if trace.cause and trace.cause not in known else []
        style = "red" if trace.status.is_unsuccessful else "green"
        yield Line(trace.stopped, _who(trace).append("ends: ").append(said, style), below)


def _of_step(step: StepState, trace: ExecutionTrace, events: list[ExecutionEvent]) -> Iterator[Line]:
    text = _who(trace).append("  " if step.within else "").append(step.name, "" if step.left else "bold red")
    if step.left is not None:
        text.append(f"  {(step.left - step.entered).total_seconds():.2f} s", "dim")
    if step.about is not None:
        text.append(f"  {about(step.about)}", "dim")
    below = list(_data(step, events))
    yield Line(step.entered, text, below)
    place = 0
    for (error, cause), some in groupby(step.attempts, key=lambda each: (each.error, each.cause)):
        alike = list(some)
        first, place = place + 1, place + len(alike)
        if error is not None:
            told = _who(trace).append("  " if step.within else "").append(f"  {error}", "red")
            told.append(_times(first, place, alike), "dim")
            if step.about is not None:
                told.append(f"  {about(step.about)}", "dim")
            yield Line(alike[0].ended or alike[0].started, told, [(cause_in(cause), "dim")] if cause else [])


def _times(first: int, last: int, alike: Sequence[AttemptState]) -> str:
    """The same again and again is said once, with how often."""
    which = f"attempt {first}" if first == last else f"attempts {first} to {last}"
    waits = [each.waited for each in alike if each.waited is not None]
    if not waits:
        return f"  {which}"
    waited = f"{waits[0]:.1f} s" if len(waits) == 1 else f"{min(waits):.1f} to {max(waits):.1f} s"
    return f"  {which}, then waited {waited}"


def _data(step: StepState, events: list[ExecutionEvent]) -> Iterator[tuple[str, str]]:
    for event in events:
        if (event.state, event.item) == (step.name, step.item):
            if event.type.endswith("StateEntered") and event.at == step.entered and event.input is not None:
                yield f"input {_spaced(event.input)}", "dim"
            elif event.type.endswith("StateExited") and event.at == step.left and event.output is not None:
                yield f"output {_spaced(event.output)}", "dim"


def _spaced(text: str) -> str:
    """JSON as it can be read; what is none, as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def _of_moment(moment: MomentState) -> Line:
    """Of a message, of a payment, or of the history."""
    if moment.kind is MomentKind.RECORDED:
        text = Text(f"{'history':13}").append(f"{moment.what}", "cyan")
        text.append(f" by {(moment.actor or '').rpartition(':')[2]}")
        below = [(f"refused: {moment.error}", "red")] if moment.error else []
        why = ": ".join(each for each in (moment.code, moment.reason) if each)
        return Line(moment.at, text, [*below, *([(why, "")] if why else [])])
    if moment.kind is MomentKind.PAYMENT_ENTERED:
        is_bad = (moment.what or "").rpartition(" ")[2] in BADLY_PAID
        text = Text(f"{'payment':13}").append(f"{moment.what}", "red" if is_bad else "green")
        return Line(moment.at, text, [(moment.code, "red")] if moment.code else [])
    text = Text(f"{'message':13}")
    said = moment.what or "sent"
    text.append(said, "red" if said in BADLY else "green")
    return Line(moment.at, text.append(f"  {about(moment.about)}" if moment.about else "", "dim"), [])


def _who(trace: ExecutionTrace) -> Text:
    return Text(f"{trace.machine:13}")


def about(item: ItemState) -> str:
    """Which message it is, and to whom; its id, where nobody can say more."""
    if item.event is None:
        return item.notification_id
    return f"{item.event} to {item.recipient} by {item.channel}"


def cause_in(cause: str) -> str:
    """A function's own message, without the trace that Lambda puts beside it: ``--json`` has all."""
    try:
        found = json.loads(cause)
    except ValueError:
        return cause
    return str(found.get("errorMessage", cause)) if isinstance(found, dict) else cause
