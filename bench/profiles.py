"""Where the time of reserving and of finding slots goes, by cProfile, for docs/performance.md: ``make profile``.

cProfile makes Python's calls slower and C code not: the shares of Python are too large.
"""

import cProfile
import pstats
import sys
from collections import Counter
from collections.abc import Callable

from bench.practice import practice, server
from bench.reserve import handler_of, reservation
from bench.slots import ways
from booking.codes import Outcome
from local import demo

CALLS = 500
PARTS = {
    "psycopg2": "PostgreSQL, and the driver around it",
    "connection": "PostgreSQL, and the driver around it",
    "cursor": "PostgreSQL, and the driver around it",
    "aws_lambda_powertools": "the log line, which is the metric too",
    "logging": "the log line, which is the metric too",
    "pydantic": "pydantic: what comes in and what goes out",
    "json": "JSON of the log line and of the request",
    "uuid": "ids and times to text and back",
    "datetime": "ids and times to text and back",
    "working_time": "working time and the grid",
    "rules": "working time and the grid",
    "booking": "our own code",
    "handlers": "our own code",
}
"""The part a function's time counts for, by the first of these words in its file or name; else Python's own."""


def main() -> int:
    with server() as postgres:
        with handler_of(practice(postgres, "profile_reserve", 0)) as handler:
            inputs = iter(
                [reservation(n, demo.THERAPIST_ID, demo.CLIENT_ID, f"profile-{n}") for n in range(CALLS + 50)]
            )

            def reserve() -> None:
                if handler(next(inputs))["outcome"] != Outcome.RESERVED:
                    raise AssertionError("not reserved")

            of_reserving = _profile(reserve)  # the handler's own output goes nowhere as long as it is open
        _print("ReserveSlot, warm", of_reserving)
        with ways(practice(postgres, "profile_slots", 10_000)) as slots:
            of_slots = _profile(slots.printed)
        _print("Slots for 31 days, as JSON", of_slots)
    return 0


def _profile(call: Callable[[], object]) -> Counter[str]:
    """Seconds by part, of so many calls."""
    for _ in range(50):
        call()
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(CALLS):
        call()
    profile.disable()
    parts: Counter[str] = Counter()
    found = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # not in its stub
    for (path, _, name), (_, _, own, *_) in found.items():
        text = f"{path} {name}".lower()
        part = next((part for word, part in PARTS.items() if word in text), "Python's own")
        parts[part] += own
    return parts


def _print(what: str, parts: Counter[str]) -> None:
    total = sum(parts.values())
    print(f"{what}: {total / CALLS * 1000:.2f} ms under the profiler", file=sys.stderr)
    print(f"| {what} | share |\n| --- | --- |")
    for part, seconds in parts.most_common():
        print(f"| {part} | {seconds / total:.0%} |")


if __name__ == "__main__":
    sys.exit(main())
