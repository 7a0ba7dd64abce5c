"""``make load``: plays a Monday morning (bench/monday.py) against a deployed URL, bounded, and prints a summary.

``make load`` plays it on the running laptop cloud; ``make load STACK=staging.json USERS=50 SECONDS=300`` elsewhere,
with a file of the form of .local/stack.json. It makes real bookings: never a practice's production.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from local.places import local_folder

USERS_MAX, SECONDS_MAX = 500, 1800


def main() -> int:
    """Locust's own exit code: 0 when no call has failed."""
    parser = argparse.ArgumentParser(prog="make load")
    parser.add_argument("--stack", type=Path, default=local_folder() / "stack.json")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    if not given.stack.exists():
        missing = f"there is no {given.stack}: start the laptop cloud with `make run`, or name a file: STACK=…"
        print(f"✗ {missing}", file=sys.stderr)
        return 1
    if not (0 < given.users <= USERS_MAX and 0 < given.seconds <= SECONDS_MAX):
        print(f"✗ at most {USERS_MAX} users for {SECONDS_MAX} seconds", file=sys.stderr)
        return 1
    locust = [sys.executable, "-m", "locust", "--locustfile", str(Path(__file__).with_name("monday.py"))]
    bounds = ["--users", str(given.users), "--spawn-rate", str(max(1, given.users // 5))]
    bounds += ["--run-time", f"{given.seconds}s"]
    quiet = ["--headless", "--only-summary", "--stop-timeout", "35", "--loglevel", "WARNING"]
    environment = {**os.environ, "LOAD_STACK": str(given.stack.resolve())}
    return subprocess.run([*locust, *bounds, *quiet], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
