"""Acting on one or on many: asked first, at a rate, with progress; it can be stopped, and gone on with.

Each act is recorded before it is done. When nothing can take the record, nothing more is done.
"""

import shlex
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import typer
from rich.progress import Progress
from rich.text import Text

from booking.codes import Recorded
from booking.contracts.operators import OperatorAct
from booking.contracts.traces import ExecutionStatus
from booking.errors import ProviderRefused, ProviderUnavailable
from booking.services.operations.acting import UNANSWERED, Acted, recorded
from ops.errors import EXIT_FAILED_AGAIN, EXIT_STOPPED
from ops.output import console, print_json, say, say_listed
from ops.practice import Practice
from ops.stopping import Stop

WAIT_SECONDS, LOOK_SECONDS = 900, 0.5
MOST_SHOWN = 20

SUCCEEDED, RUNNING, DONE = "SUCCEEDED", "RUNNING", "DONE"
REFUSED, NOT_RECORDED, NOT_DONE, WOULD = "REFUSED", "NOT_RECORDED", "NOT_DONE", "WOULD_BE_DONE"
IMPOSSIBLE, NOT_KNOWN = "IMPOSSIBLE", "NOT_KNOWN"
_FAILED_AGAIN = tuple(status.value for status in ExecutionStatus if status.is_unsuccessful)


class Verb(NamedTuple):
    """What is done, in words: ``redrive``, ``redriven``."""

    do: str
    done: str


@dataclass(frozen=True)
class Item:
    """One act to be done. ``name``: what stands for it on a command line; ``about``: what is said of it as JSON."""

    name: str
    about: dict[str, Any]
    act: OperatorAct
    do: Callable[[], str | None]
    """Does it; returns the ARN of the execution that it is waited for, or None: it is done then."""
    ended: datetime | None = None
    """When that execution had ended before: Step Functions may say so for a moment longer."""


@dataclass
class Result:
    """What became of one. ``recorded`` None: nowhere, and nothing was done."""

    item: Item
    outcome: str = NOT_DONE
    recorded: Recorded | None = None
    error: str | None = None
    waits_for: str | None = None

    def shown(self) -> dict[str, Any]:
        return {**self.item.about, "outcome": self.outcome, "recorded": self.recorded, "error": self.error}


@dataclass
class Batch:
    """Several acts of one kind. ``again``: the words of the command that goes on with what was not done.

    ``impossible``: what was meant too and can't be done, with why, as it is said as JSON; people were told beforehand.
    """

    practice: Practice
    verb: Verb
    items: Sequence[Item]
    again: Callable[[Sequence[Item]], Sequence[str]]
    rate: float = 5.0
    impossible: Sequence[dict[str, Any]] = ()
    results: list[Result] = field(default_factory=list)
    _stopped: bool = False

    def would(self, as_json: bool) -> None:
        """What would be done."""
        if as_json:
            self._print_json([Result(item, WOULD) for item in self.items])
        else:
            say(f"would {self.verb.do} {len(self.items)}")

    def carry_out(self, reason: str, as_json: bool) -> None:
        """Does them, waits for their ends, says what became of each. Raises ``typer.Exit`` unless all is well."""
        self.results = [Result(item) for item in self.items]
        with Stop(self.practice.sleep) as stop, self._progress() as progress:
            for number, result in enumerate(progress.track(self.results, description=self.verb.done), 1):
                if stop.asked:
                    break
                self._act(result, reason)
                if result.outcome == NOT_RECORDED:
                    break
                if number < len(self.results):
                    stop.wait(1 / self.rate)
            running = [result for result in self.results if result.outcome == RUNNING]
            seconds = float(WAIT_SECONDS)
            for result in progress.track(running, description="waiting"):
                seconds = self._wait(result, stop, seconds)
            self._stopped = stop.asked
        if as_json:
            self._print_json(self.results)
            self._say_how_to_go_on()
        else:
            self._summary()
        self._exit()

    def nothing(self, line: str, as_json: bool) -> None:
        """That there is nothing to do, or nothing that can be done: then raises ``typer.Exit``."""
        if as_json:
            self._print_json([])
        else:
            say(line)
        self._exit()

    def _print_json(self, results: Sequence[Result]) -> None:
        unable = [{"outcome": IMPOSSIBLE, "recorded": None, **each} for each in self.impossible]
        print_json([*(result.shown() for result in results), *unable])

    def _act(self, result: Result, reason: str) -> None:
        try:
            acted = recorded(self.practice.records, result.item.act, reason, result.item.do)
        except (ProviderUnavailable, ProviderRefused) as error:
            result.outcome, result.error = NOT_RECORDED, str(error)
            return
        result.recorded = acted.recorded
        if acted.is_done:
            result.waits_for = acted.result
            result.outcome = RUNNING if acted.result else DONE
        else:
            result.outcome = NOT_KNOWN if acted.refusal == UNANSWERED else REFUSED
            result.error = _words(acted)

    def _wait(self, result: Result, stop: Stop, seconds: float) -> float:
        """Looks until it has ended, for so many seconds; returns how many are left for the others, 0 for no answer."""
        while not stop.asked and seconds > 0:
            try:
                found = self.practice.executions.describe(result.waits_for or "")
            except (ProviderUnavailable, ProviderRefused) as error:
                result.error = f"what became of it is not known: {error}"
                return 0.0
            is_news = found is not None and found.listed.stopped != result.item.ended
            if found is not None and is_news and found.listed.status is not ExecutionStatus.RUNNING:
                result.outcome, result.error = found.listed.status.value, found.error
                break
            stop.wait(LOOK_SECONDS)
            seconds -= LOOK_SECONDS
        return seconds

    def _progress(self) -> Progress:
        return Progress(console=console(err=True), disable=not sys.stderr.isatty(), transient=True)

    def _summary(self) -> None:
        rows = [(each.item.name, _coloured(each.outcome), each.error or "") for each in self.results]
        say_listed(("", "", ""), rows)
        say(self._sentence())
        self._say_how_to_go_on()

    def _sentence(self) -> str:
        """``9 redriven: 8 succeeded, 1 failed again; 9 acts are in the queue: …``."""
        outcomes = Counter(each.outcome for each in self.results)
        again = sum(outcomes[status] for status in _FAILED_AGAIN)
        parts = {"succeeded": outcomes[SUCCEEDED], "failed again": again, "still running": outcomes[RUNNING]}
        told = ", ".join(f"{count} {word}" for word, count in parts.items() if count)
        done = outcomes[DONE] + sum(parts.values())
        clauses = [f"{done} {self.verb.done}{f': {told}' if told else ''}"]
        clauses += [f"{outcomes[REFUSED]} refused"] if outcomes[REFUSED] else []
        clauses += [f"{outcomes[NOT_KNOWN]} perhaps: AWS did not answer"] if outcomes[NOT_KNOWN] else []
        left = outcomes[NOT_DONE] + outcomes[NOT_RECORDED]
        clauses += [f"{left} not done" + (": their acts could not be recorded" if outcomes[NOT_RECORDED] else "")] * (
            left > 0
        )
        queued = sum(each.recorded is Recorded.IN_QUEUE for each in self.results)
        if queued:
            acts = "act is" if queued == 1 else "acts are"
            why = self.practice.records.why or "the history did not answer"
            clauses.append(f"{queued} {acts} in the queue: {why}, your words are not kept, the code is")
        return "; ".join(clauses)

    def _say_how_to_go_on(self) -> None:
        left = [each.item for each in self.results if each.outcome in (NOT_DONE, NOT_RECORDED)]
        if left:
            say("This goes on where it stopped, and does nothing twice:", err=True)
            say_command(["bookingctl", *self.practice.where.words(), *self.again(left)], err=True)

    def _exit(self) -> None:
        if self._stopped:
            raise typer.Exit(EXIT_STOPPED)
        if self.impossible or any(each.outcome not in (SUCCEEDED, DONE) for each in self.results):
            raise typer.Exit(EXIT_FAILED_AGAIN)


def say_command(words: Sequence[str], *, err: bool = False) -> None:
    """A command to paste, whole: broken only where a shell lets it be broken."""
    out = console(err=err)
    lines = [""]
    for word in map(shlex.quote, words):
        joined = f"{lines[-1]} {word}".strip() if lines[-1] else word
        if lines[-1] and len(joined) + 4 > out.width:
            lines.append(f"  {word}")
        else:
            lines[-1] = joined if not lines[-1].startswith("  ") else f"{lines[-1]} {word}"
    out.print(Text(" \\\n".join(lines)), overflow="ignore", no_wrap=True, crop=False)


def _coloured(outcome: str) -> Text:
    well = outcome in (SUCCEEDED, DONE)
    return Text(outcome, "green" if well else "yellow" if outcome in (RUNNING, NOT_DONE) else "red")


def _words(acted: Acted[Any]) -> str:
    told = str(acted.error) or type(acted.error).__name__
    return told if acted.refusal_recorded is not None else f"{told} (which could not be recorded)"
