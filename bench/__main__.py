"""``make bench``, or ``make bench ONLY=slots``: the benches, and their table.

The table is kept in .local/bench.json, with the page's own table and picture (bench.md, bench.svg) beside it.
"""

import dataclasses
import json
import sys
import traceback
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from bench import cold, machines, many, over_http, plots, reading, releases, reserve, rush, scale, slots, trips
from bench.cache import comparing
from bench.measure import NOT_GATED, Result
from bench.others import race
from bench.practice import server
from local.places import local_folder

BENCHES = {
    "trips": trips.run,
    "reserve": reserve.run,
    "many": many.run,
    "rush": rush.run,
    "releases": releases.run,
    "cold": cold.run,
    "slots": slots.run,
    "reading": reading.run,
    "machines": machines.run,
    "http": over_http.run,
    "scale": scale.run,
    "cache": comparing.run,
    "others": race.run,
}


def main() -> int:
    """0, whether targets are met or not; 1 when there is no such bench, or one of them came to no number."""
    only = sys.argv[1:]
    if unknown := set(only) - set(BENCHES):
        print(f"✗ no such bench: {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 1
    results, failed = [], []
    table = Table("bench", "what", "against", "ratio", "target", "", "measured", box=None)
    with server() as postgres:
        for name in only or BENCHES:
            print(f"… {name}", flush=True)
            try:
                for result in BENCHES[name](postgres):
                    results.append(result)
                    table.add_row(*_cells(result))
            except Exception:
                traceback.print_exc()
                failed.append(name)
    Console(soft_wrap=True, width=None if sys.stdout.isatty() else 200).print(table)
    path = local_folder() / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    written = {"at": datetime.now(UTC).isoformat(), "results": [dataclasses.asdict(result) for result in results]}
    path.write_text(json.dumps(written, indent=2) + "\n")
    path.with_suffix(".md").write_text(_markdown(results))
    plots.draw(results, path.with_suffix(".svg"))
    if failed:
        print(f"✗ came to no number: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def _cells(result: Result) -> tuple[str, ...]:
    """A line of the table."""
    met = "–" if result.target == NOT_GATED else "✓" if result.is_met else "✗"
    ratio = f"{result.ratio:.2f}×"
    return result.bench, result.what, result.against, ratio, result.target, met, result.measured


def _markdown(results: list[Result]) -> str:
    """The table as docs/performance.md has it."""
    lines = ["| bench | what | against | ratio | target | met | measured: median (quartiles) |", "| --- " * 7 + "|"]
    lines += [f"| {' | '.join(_cells(each))} |" for each in results]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
