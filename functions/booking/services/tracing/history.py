"""An execution's history becomes its steps. Pure: events in, steps out.

Works on AWS's histories and the laptop's: each event names the one before it in its own line of execution
(``previousEventId``), which keeps the items of a Map apart. A redriven state goes on: its new attempts belong to the
step that failed, whether Step Functions enters the state a second time or not.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from booking.contracts.traces import AttemptOutcome, AttemptState, ItemState, StepState

_TROUBLE = {"Failed": AttemptOutcome.FAILED, "TimedOut": AttemptOutcome.TIMED_OUT}


class EventPlace(NamedTuple):
    """Where an event belongs; nowhere, if it is of the whole execution. ``item`` from 0, ``attempt`` from 1."""

    state: str | None = None
    item: int | None = None
    attempt: int | None = None


class History(NamedTuple):
    """What a history says. ``redriven``: when, in UTC. ``ended``: whether its last run has ended.

    ``places``: those of events, by their ids.
    """

    steps: list[StepState]
    redriven: list[datetime]
    ended: bool
    places: dict[int, EventPlace]

    @property
    def open_step(self) -> StepState | None:
        """The innermost state that has not ended well: where a failed execution stopped, where a running one is."""
        unfinished = [step for step in self.steps if step.left is None]
        troubled = [step for step in unfinished if step.attempts and step.attempts[-1].error is not None]
        running = [step for step in unfinished if not self.ended and step.attempts]
        return next((found[-1] for found in (troubled, running, unfinished) if found), None)


class _Line(NamedTuple):
    """Where in the execution an event belongs: the step it is of, and the Map's item that this step is in."""

    step: StepState | None = None
    within: StepState | None = None
    item: int | None = None


def read(events: Iterable[dict[str, Any]]) -> History:
    """The steps, in the order in which they were entered, and when it was redriven."""
    reader = _Reader()
    for event in sorted(events, key=lambda each: int(each["id"])):  # those of one moment may come in any order
        reader.take(event)
    return History(reader.steps, reader.redriven, reader.ended, reader.places)


def details_of(event: dict[str, Any]) -> dict[str, Any]:
    """What an event has besides its type and time; each type has a name of its own for it."""
    return next((value for name, value in event.items() if name.endswith("EventDetails")), {})


class _Reader:
    def __init__(self) -> None:
        self.steps: list[StepState] = []
        self.redriven: list[datetime] = []
        self.ended = False
        self.places = defaultdict[int, EventPlace](EventPlace)
        self._lines: dict[int, _Line] = {0: _Line()}

    def take(self, event: dict[str, Any]) -> None:
        kind, at = event["type"], event["timestamp"].astimezone(UTC)
        line = self._lines.get(event.get("previousEventId", 0), _Line())
        details, attempt = details_of(event), None
        if kind.endswith("StateEntered"):
            line = line._replace(step=self._entered(line, kind.removesuffix("StateEntered"), details, at))
        elif kind.endswith("StateExited"):
            line = self._exited(line, details, at)
        elif kind == "MapIterationStarted":
            line = _Line(None, self._map(line, details["name"]), details["index"])
        elif kind in ("MapIterationSucceeded", "MapIterationFailed", "MapIterationAborted"):
            line = _Line(line.within or line.step)
        elif kind == "ExecutionRedriven":
            self.redriven.append(at)
            self.ended = False
            line = _Line(next((step for step in reversed(self.steps) if step.left is None), None))
        elif kind.startswith("Execution") and kind != "ExecutionStarted":
            self.ended = True
        elif line.step is not None and kind.startswith(("Task", "LambdaFunction")):
            _attempted(line.step, kind, details, at)
            attempt = len(line.step.attempts) or None
        self._lines[event["id"]] = line
        step = None if kind.startswith("Execution") else line.step or line.within
        if step is not None:
            item = line.item if line.step is None else line.step.item
            self.places[event["id"]] = EventPlace(step.name, details.get("index", item), attempt)

    def _entered(self, line: _Line, kind: str, details: dict[str, Any], at: datetime) -> StepState:
        within = line.within.name if line.within else None
        for step in reversed(self.steps if self.redriven else []):
            if step.left is None and (step.name, step.within, step.item) == (details["name"], within, line.item):
                return step
        step = StepState(name=details["name"], kind=kind, within=within, item=line.item, entered=at)
        step.about = _about(details.get("input"))
        self.steps.append(step)
        return step

    def _exited(self, line: _Line, details: dict[str, Any], at: datetime) -> _Line:
        step = line.step
        if step is None or step.name != details["name"]:
            # The end of a Map: its own line goes on where its items' lines end.
            open_ones = (each for each in reversed(self.steps) if each.name == details["name"] and each.left is None)
            step = next(open_ones, None)
            line = _Line(step)
        if step is None:  # what was not seen to be entered
            return line
        step.left, step.outcome = at, _outcome(step, details.get("output"))
        return line

    def _map(self, line: _Line, name: str) -> StepState | None:
        found = [step for step in (line.step, line.within) if step is not None and step.name == name]
        return found[0] if found else next((each for each in reversed(self.steps) if each.name == name), None)


def _attempted(step: StepState, kind: str, details: dict[str, Any], at: datetime) -> None:
    latest = step.attempts[-1] if step.attempts else None
    if kind in ("TaskScheduled", "LambdaFunctionScheduled"):
        if latest is not None and latest.ended is not None:
            latest.waited = (at - latest.ended).total_seconds()
        step.attempts.append(AttemptState(started=at))
        return
    outcome = next((each for ending, each in _TROUBLE.items() if kind.endswith(ending)), None)
    if outcome is not None:
        if latest is None or latest.ended is not None:  # what could not even be scheduled
            latest = AttemptState(started=at)
            step.attempts.append(latest)
        latest.ended, latest.outcome = at, outcome
        latest.error, latest.cause = details.get("error") or "unknown", details.get("cause")
    elif kind.endswith("Succeeded") and latest is not None:
        latest.ended, latest.outcome = at, AttemptOutcome.SUCCEEDED


def _about(given: str | None) -> ItemState | None:
    """The message that an item of a Map delivers."""
    notification_id = _fields(given).get("notification_id")
    return ItemState(notification_id=notification_id) if isinstance(notification_id, str) else None


def _outcome(step: StepState, output: str | None) -> str | None:
    """What a Task decided: of its own output, which stands in ``decision`` or is all of it."""
    if step.kind != "Task":
        return None
    fields = _fields(output)
    decision = fields.get("decision", fields)
    outcome = decision.get("outcome") if isinstance(decision, dict) else None
    return outcome if isinstance(outcome, str) else None


def _fields(text: str | None) -> dict[str, Any]:
    """Those of an object; of anything else, and of what is no JSON or was cut off, none."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
