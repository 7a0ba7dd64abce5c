"""``bookingctl graph``: the machine of an execution, drawn with what became of each of its states."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.text import Text

from booking.contracts.traces import ExecutionStatus, ExecutionTrace, StepState
from booking.services.tracing.definition import Edge, edges, machines_within
from ops.options import Json, checked_id
from ops.output import one_line, print_json, say, say_indented
from ops.practice import Practice
from ops.reading import known_of
from ops.showing import COLOURS

DONE, FAILED, RUNNING, NOT_ENTERED = "✓", "✗", "…", "·"
STYLES = {DONE: "green", FAILED: "bold red", RUNNING: "yellow", NOT_ENTERED: "dim"}


def graph(
    ctx: typer.Context,
    booking: Annotated[str, typer.Argument(help="A booking, or the name of an execution.")],
    as_json: Json = False,
) -> None:
    """The state machine of each execution of a booking, and which of its states were done, failed or not entered.

    The machine is drawn as it was when the execution started. Example: bookingctl graph 7c9e6679-7425
    """
    with one_line():
        practice: Practice = ctx.obj()
        known = known_of(practice, checked_id(booking))
        for missing in known.missing:
            say(f"✗ {missing}", style="yellow", err=True)
        asked = [(each, practice.executions.definition(each.execution)) for each in known.trace.executions]
        drawn = [(each, definition) for each, definition in asked if definition is not None]  # None: gone meanwhile
        if as_json:
            print_json([{"execution": each.execution, "definition": definition} for each, definition in drawn])
            return
        for number, (trace, definition) in enumerate(drawn):
            if number:
                say("")
            say(
                Text.assemble(
                    (f"{trace.machine} {trace.name}: ", "bold"), (trace.status, COLOURS.get(trace.status, "red"))
                )
            )
            for line in drawing(definition, trace):
                say_indented(line, indent="", hanging=_hanging(line.plain))
        say("")
        say(Text("  ").join([Text(f"{sign} {word}", STYLES[sign]) for sign, word in LEGEND]))


def _hanging(line: str) -> int:
    """As deep as the line's own words."""
    return len(line) - len(line.lstrip(" │├└─"))


LEGEND = ((DONE, "done"), (FAILED, "failed"), (RUNNING, "under way"), (NOT_ENTERED, "not entered"))


def drawing(definition: dict[str, Any], trace: ExecutionTrace) -> Iterator[Text]:
    """The machine from top to bottom, a state a line, and the ways out of it below."""
    yield from _drawn(definition, trace, "  ")


def _drawn(part: dict[str, Any], trace: ExecutionTrace, indent: str) -> Iterator[Text]:
    names = list(_in_order(part))
    for place, name in enumerate(names):
        state = part["States"][name]
        follows = names[place + 1] if place + 1 < len(names) else None
        steps = [step for step in trace.steps if step.name == name]
        sign = _sign(steps, trace)
        yield Text(indent).append(f"{sign} {name}", STYLES[sign]).append(_said(steps), "dim")
        for inner in machines_within(state):
            yield from _drawn(inner, trace, f"{indent}│   ")
        out = edges(state)
        for edge in out:
            if edge != Edge(follows or ""):
                yield (
                    Text(indent)
                    .append(f"├─ {edge.when} " if edge.when else "├─ ", "dim")
                    .append(f"→ {edge.to}", _style(edge.to, trace))
                )
        if not out:
            yield Text(indent).append("└─ end", "dim")
        elif follows is not None:
            yield Text(indent).append("│" if any(edge.to == follows for edge in out) else "", "dim")


def _in_order(part: dict[str, Any]) -> Iterator[str]:
    """The states as they may follow one another, from the first."""
    seen, waiting = set[str](), [part["StartAt"]]
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen.add(name)
            yield name
            waiting = [*(edge.to for edge in edges(part["States"][name])), *waiting]


def _style(name: str, trace: ExecutionTrace) -> str:
    return STYLES[_sign([step for step in trace.steps if step.name == name], trace)]


def _sign(steps: list[StepState], trace: ExecutionTrace) -> str:
    if not steps:
        return NOT_ENTERED
    if all(step.left for step in steps):
        return DONE
    return RUNNING if trace.status is ExecutionStatus.RUNNING else FAILED


def _said(steps: list[StepState]) -> str:
    """How long it took, how often it was tried; of the items of a Map, how many ended how."""
    attempts = sum(len(step.attempts) for step in steps)
    if len(steps) > 1:
        ended = Counter("done" if step.left else "not done" for step in steps)
        return "  " + ", ".join(f"{number} {word}" for word, number in ended.items())
    tried = [f"{attempts} attempts"] if attempts > 1 else []
    took = [f"{(step.left - step.entered).total_seconds():.2f} s" for step in steps if step.left]
    return "  " + ", ".join([*took, *tried]) if took or tried else ""
