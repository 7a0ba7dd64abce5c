"""Two things measured side by side, interleaved: a noisy machine is noisy for both. Medians with their spread."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

NOT_GATED = "printed, not gated"
"""The target of a line that has none."""


@dataclass(frozen=True)
class Timing:
    """Seconds, as the median and the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Timing":
        low, median, high = statistics.quantiles(seconds, n=4)
        return cls(median, low, high)

    def __str__(self) -> str:
        return f"{self.median * 1000:.2f} ms ({self.low * 1000:.2f}–{self.high * 1000:.2f})"


@dataclass(frozen=True)
class Result:
    """One line of the table: a ratio, what it is of, and the target it is held against."""

    bench: str
    what: str
    against: str
    ratio: float
    target: str
    is_met: bool
    measured: str
    spread: tuple[float, float] | None = None  # of the ratio, by the quartiles of both sides


def side_by_side(
    what: Callable[[], object], against: Callable[[], object], rounds: int, warm_up: int = 10
) -> tuple[Timing, Timing]:
    """Runs both alternately, ``rounds`` times each."""
    return alternately(lambda: seconds_of(what), lambda: seconds_of(against), rounds, warm_up)


def alternately(
    what: Callable[[], float], against: Callable[[], float], rounds: int, warm_up: int = 10
) -> tuple[Timing, Timing]:
    """The same of what says itself how many seconds it took."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for n in range(warm_up + rounds):
        for call, kept in zip((what, against), seconds, strict=True):
            took = call()
            if n >= warm_up:
                kept.append(took)
    return Timing.of(seconds[0]), Timing.of(seconds[1])


def seconds_of(call: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def ratio(bench: str, what: str, against: str, timings: tuple[Timing, Timing], at_most: float) -> Result:
    """A line that is met when the first takes at most so many times as long as the second."""
    ours, bare = timings
    value = ours.median / bare.median
    spread = (ours.low / bare.high, ours.high / bare.low)
    return Result(bench, what, against, value, f"≤ {at_most}×", value <= at_most, f"{ours} : {bare}", spread)
