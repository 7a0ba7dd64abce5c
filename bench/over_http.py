"""Whole bookings over HTTP, on a laptop cloud of today's and one of the last release, both up, asked alternately.

Nothing here is gated: the emulator runs API Gateway, Step Functions, SQS and every Lambda environment on the same two
cores, so most of each number is its own.
"""

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2

from bench.measure import NOT_GATED, Result, alternately, seconds_of
from bench.releases import last_release
from local import demo
from local.api import call
from local.cloud import FREE_STARTS
from local.documents import ROOT
from local.places import PORTS, free_ports
from local.postgres import PostgresServer

ONE_BY_ONE, WARM_UP, AT_ONCE, RATES, CLIENTS = 40, 5, 60, 3, 8
BOOKINGS = ONE_BY_ONE + WARM_UP + AT_ONCE * RATES
"""Of each laptop cloud."""
LEFT_TO_THE_DEMO = FREE_STARTS + 1
"""The first free times: ``make run`` offers some, and books one meanwhile."""
START_SECONDS, END_SECONDS = 120, 60


def run(_postgres: PostgresServer) -> Iterator[Result]:
    """Two lines of the table; none where git does not have the last release."""
    with last_release() as folder:
        if folder is None:
            print("  skipped: git does not have the last release here (a shallow clone?)")
            return
        with _laptop(folder) as last, _laptop(ROOT) as today:
            timings = alternately(lambda: today.book(), lambda: last.book(), ONE_BY_ONE, WARM_UP)
            what = "one booking, from POST until all are told"
            value = timings[0].median / timings[1].median
            measured = f"{timings[0]} : {timings[1]}"
            yield Result("http", what, "the last release", value, NOT_GATED, True, measured)
            rates = [(today.rate(), last.rate()) for _ in range(RATES)]
            of_today, of_last = (sorted(each)[1] for each in zip(*rates, strict=True))
            what, measured = f"whole bookings a second, {CLIENTS} clients", f"{of_today:.1f}/s : {of_last:.1f}/s"
            yield Result("http", what, "the last release", of_today / of_last, NOT_GATED, True, measured)


class _Laptop:
    """What a client sees of a laptop cloud: its stack.json."""

    def __init__(self, stack: dict[str, Any]) -> None:
        self._stack = stack
        connection = psycopg2.connect(stack["database_url"])
        free = demo.free_starts(connection, datetime.now(UTC), LEFT_TO_THE_DEMO + BOOKINGS)
        self._wanted = enumerate(free[LEFT_TO_THE_DEMO:])
        connection.close()

    def rate(self) -> float:
        """Bookings a second, several clients at once."""
        wanted = list(itertools.islice(self._wanted, AT_ONCE))
        with ThreadPoolExecutor(CLIENTS) as pool:
            return AT_ONCE / seconds_of(lambda: list(pool.map(lambda each: self._book(*each), wanted)))

    def book(self) -> float:
        """Seconds from the POST until the booking is confirmed and its messages are sent."""
        return seconds_of(lambda: self._book(*next(self._wanted)))

    def _book(self, number: int, start: datetime) -> None:
        token, key = self._stack["users"]["client"]["id_token"], f"bench-{number}"
        wanted = {name: self._stack["demo"][name] for name in ("therapist_id", "service_id")}
        url = f"{self._stack['api_url']}/v1/bookings"
        body = {**wanted, "starts_at": start.isoformat()}
        asked = call("POST", url, token=token, headers={"Idempotency-Key": key}, body=body)
        if asked.status != 202:
            raise AssertionError(f"{asked.status} for {key}")
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline:
            seen = call("GET", f"{url}/{key}", token=token)
            told = seen.body.get("notifications", [])
            if seen.body.get("status") == "confirmed" and all(each["status"] == "sent" for each in told):
                return
            if seen.body.get("status") not in ("pending", "confirmed"):
                raise AssertionError(f"{key} is {seen.body}")
            time.sleep(0.02)
        raise AssertionError(f"{key} is not done after {END_SECONDS} s")


@contextmanager
def _laptop(release: Path) -> Iterator[_Laptop]:
    """A laptop cloud of these files, as their own ``make run`` starts it."""
    with tempfile.TemporaryDirectory(prefix="therapist-booking-bench-", dir="/tmp") as made:
        Path(made).chmod(0o755)
        ports = {name: str(port) for name, port in free_ports(*PORTS).items()}
        own = {"LOCAL_FOLDER": f"{made}/local", "OPEN_LIMITS": "1", "PYTHONPATH": f"{release / 'functions'}:{release}"}
        process = subprocess.Popen(
            [sys.executable, "-m", "local.run"],
            cwd=release,
            env={**os.environ, **ports, **own},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield _Laptop(_stack_of(process, Path(made) / "local" / "stack.json"))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _stack_of(process: subprocess.Popen[bytes], path: Path) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if path.exists():
            return dict(json.loads(path.read_text()))
        time.sleep(0.2)
    raise AssertionError(f"a laptop cloud did not come up: {process.poll()}")
