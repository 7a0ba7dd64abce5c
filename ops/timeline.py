"""An execution's history as a timeline a person can read. Pure: events in, steps out.

Works on AWS's histories and the laptop's: each event names the one before it in its own line of execution
(``previousEventId``), which keeps the items of a Map apart. A redriven state is not entered a second time: its new
attempts belong to the step that failed.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_SCHEDULED = ("TaskScheduled", "LambdaFunctionScheduled")
_TROUBLE = ("Failed", "TimedOut")


@dataclass
class Step:
    """One state as it was run. Times as in the history (aware)."""

    name: str
    started: datetime
    ended: datetime | None = None
    attempts: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it has not ended."""
        return None if self.ended is None else (self.ended - self.started).total_seconds()


@dataclass
class Timeline:
    steps: list[Step]
    redrives: list[datetime]

    @property
    def failed_at(self) -> str | None:
        """The innermost state that has not ended well, or None."""
        unfinished = [step for step in self.steps if step.ended is None and step.errors]
        return unfinished[-1].name if unfinished else next((s.name for s in reversed(self.steps) if not s.ended), None)


def timeline(events: list[dict[str, Any]]) -> Timeline:
    """The history's steps, in the order in which they were entered, and when it was redriven."""
    steps: list[Step] = []
    step_of: dict[int, Step | None] = {0: None}  # by an event's id: the step that the event belongs to
    redrives: list[datetime] = []
    unfinished: Step | None = None
    for event in events:
        kind, at = event["type"], event["timestamp"]
        step = step_of.get(event.get("previousEventId", 0))
        if kind.endswith("StateEntered"):
            step = Step(event["stateEnteredEventDetails"]["name"], at)
            steps.append(step)
        elif kind.endswith("StateExited"):
            step = _exited(steps, step, event["stateExitedEventDetails"]["name"])
            step.ended = at
        elif kind == "ExecutionRedriven":
            redrives.append(at)
            unfinished = next((each for each in reversed(steps) if each.ended is None), None)
            step = unfinished
        elif step is not None and kind in _SCHEDULED:
            step.attempts += 1
        elif step is not None and kind.startswith(("Task", "LambdaFunction")) and kind.endswith(_TROUBLE):
            step.errors.append(_error(event))
        step_of[event["id"]] = step
    return Timeline(steps, redrives)


def _exited(steps: list[Step], step: Step | None, name: str) -> Step:
    if step is not None and step.name == name:
        return step
    # The end of a Map: its own line goes on where its items' lines end.
    return next(each for each in reversed(steps) if each.name == name and each.ended is None)


def _error(event: dict[str, Any]) -> str:
    details: dict[str, Any] = next((value for name, value in event.items() if name.endswith("EventDetails")), {})
    return str(details.get("error", "unknown"))
