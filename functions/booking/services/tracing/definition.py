"""What a state machine's definition says of the future of an execution. Pure.

Step Functions' rules for Retry: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

State = dict[str, Any]

_MAX_ATTEMPTS, _INTERVAL_SECONDS, _BACKOFF_RATE = 3, 1, 2.0
"""What a Retry has that does not say."""


class Place(NamedTuple):
    """A state of a machine, and where it is: in a Map or Parallel state, first of its machine, item or branch."""

    name: str
    state: State
    within: str | None
    is_first: bool


class Edge(NamedTuple):
    """A way out of a state; ``when``: the condition, the errors that are caught, or nothing."""

    to: str
    when: str = ""
    is_caught: bool = False


class NextRetry(NamedTuple):
    """When a state is tried again, in seconds after its last error: with full jitter, sometime until ``latest``."""

    number: int
    of: int
    latest: float


def states(definition: dict[str, Any]) -> dict[str, State]:
    """All states of a machine by their names, those within Map and Parallel states too, in the definition's order."""
    return {place.name: place.state for place in places(definition)}


def places(part: dict[str, Any], within: str | None = None) -> Iterator[Place]:
    """The same, with where each is."""
    for name, state in part.get("States", {}).items():
        yield Place(name, state, within, name == part.get("StartAt"))
        for inner in machines_within(state):
            yield from places(inner, name)


def machines_within(state: State) -> Iterator[dict[str, Any]]:
    """What a Map runs for each item, what the branches of a Parallel state are."""
    yield from (state[name] for name in ("ItemProcessor", "Iterator") if name in state)
    yield from state.get("Branches", [])


def edges(state: State) -> list[Edge]:
    """Where a state goes on. None: it ends its machine, its item or its branch."""
    found = [Edge(rule["Next"], _condition(rule)) for rule in state.get("Choices", [])]
    if "Default" in state:
        found.append(Edge(state["Default"], "else"))
    if "Next" in state:
        found.append(Edge(state["Next"]))
    return found + [Edge(each["Next"], " or ".join(each["ErrorEquals"]), True) for each in state.get("Catch", [])]


def _condition(rule: dict[str, Any]) -> str:
    """A choice rule in words: ``outcome is valid``."""
    for joined, word in (("And", " and "), ("Or", " or ")):
        if joined in rule:
            first, *others = [_condition(each) for each in rule[joined]]
            subject = f"{first.partition(' is ')[0]} is "  # which is said once
            return word.join([first, *(each.removeprefix(subject) for each in others)])
    if "Not" in rule:
        return f"not {_condition(rule['Not'])}"
    variable = str(rule["Variable"]).rpartition(".")[2]
    [(operator, value)] = [(name, value) for name, value in rule.items() if name not in ("Variable", "Next", "Comment")]
    return f"{variable} is {value}" if operator.endswith("Equals") else f"{variable} {operator} {value}"


def next_retry(state: State, errors: Sequence[str]) -> NextRetry | None:
    """The retry that follows the last of ``errors``, which are this state's since it was entered or redriven.

    None: there is none, and the state fails. Each retrier counts for itself; the first that names an error has it.
    """
    if not errors:
        return None
    retriers: list[dict[str, Any]] = state.get("Retry", [])
    chosen = _retrier(retriers, errors[-1])
    if chosen is None:
        return None
    retrier = retriers[chosen]
    number = sum(_retrier(retriers, error) == chosen for error in errors)
    most = retrier.get("MaxAttempts", _MAX_ATTEMPTS)
    if number > most:
        return None
    pause = retrier.get("IntervalSeconds", _INTERVAL_SECONDS) * retrier.get("BackoffRate", _BACKOFF_RATE) ** (
        number - 1
    )
    return NextRetry(number, most, min(pause, retrier.get("MaxDelaySeconds", pause)))


def _retrier(retriers: list[dict[str, Any]], error: str) -> int | None:
    return next((place for place, each in enumerate(retriers) if _names(each["ErrorEquals"], error)), None)


def _names(named: list[str], error: str) -> bool:
    if error in named or "States.ALL" in named:
        return True
    # "matches any error except for States.Timeout", as the Amazon States Language has it.
    return "States.TaskFailed" in named and error != "States.Timeout"
