"""How much one answer has of very many executions: Lambda answers 6 MB at most, and API Gateway waits 29 s."""

from collections.abc import Iterable, Sequence

from booking.contracts.booking_traces import MomentState
from booking.contracts.traces import AttemptState, Described, ExecutionStatus, ExecutionTrace
from booking.ports import Executions
from booking.services.tracing.listing import each_of
from booking.services.tracing.reading import read_trace, unread_trace

READ = 150
"""So many histories are read for an answer: Step Functions tells 400 at once and 20 a second after that, for all
machines of an account."""

TOLD = 3_000
"""So many attempts, or states without one, an answer has: each is told twice, in some 900 bytes together."""

CAUSE, CAUSES = 1_000, 500_000
"""Characters of one cause, and of all causes of an answer. An event has the whole."""


def read_most(executions: Executions, described: Sequence[Described]) -> list[ExecutionTrace]:
    """All of these, the oldest first; step by step as many as there may be: what did not succeed, then the newest."""
    wanted = sorted(described, key=_matters, reverse=True)
    read = each_of(wanted[:READ], lambda each: read_trace(executions, each))
    left, found = TOLD, [unread_trace(each) for each in wanted[READ:]]
    for trace, known in zip(read, wanted, strict=False):
        left -= sum(max(1, len(step.attempts)) for step in trace.steps)
        found.append(trace if left >= 0 else unread_trace(known))
    return sorted(found, key=lambda trace: trace.started)


def _matters(described: Described) -> tuple[bool, object]:
    listed = described.listed
    return listed.status is not ExecutionStatus.SUCCEEDED, listed.started


def shorten_causes(of: Iterable[ExecutionTrace | AttemptState | MomentState]) -> None:
    """Cuts causes to what all of them may have together, each alike."""
    caused = [each for each in of if each.cause is not None]
    most = min(CAUSE, CAUSES // max(1, len(caused)))
    for each in caused:
        each.cause = shortened(each.cause, most)


def shortened(text: str | None, most: int) -> str | None:
    """The text, or as many characters of it; that it goes on is seen."""
    return text if text is None or len(text) <= most else f"{text[: most - 1]}…"
