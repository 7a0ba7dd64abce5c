"""Today's code against the last release's, which is run from a worktree beside this one: alternately, in one run."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.measure import Result, alternately, ratio
from local.documents import ROOT
from local.postgres import PostgresServer

LAST_RELEASE = "32c6d7f1a374ab9432604f3ec32ffe351a269b9d"
"""The commit that was released last."""

MEASURED = {
    "reserve": ("ReserveSlot, warm, handler to answer", 300, 1.0),
    "booking": ("one booking's own code: two steps, its messages", 60, 1.0),
    "slots": ("slots for 31 days, one therapist, as JSON", 100, 1.0),
}
"""What is asked of both, how often, and at most how many times as long as before it may take."""


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Three lines of the table; none where git does not have that commit."""
    with last_release() as folder:
        if folder is None:
            print(f"  skipped: git has no commit {LAST_RELEASE[:7]} here (a shallow clone?)")
            return
        with _Release("today", ROOT, postgres) as today, _Release("last", folder, postgres) as last:
            for name, (what, rounds, at_most) in MEASURED.items():
                timings = alternately(partial(today.take, name), partial(last.take, name), rounds)
                yield ratio("releases", what, "the last release", timings, at_most)


@contextmanager
def last_release() -> Iterator[Path | None]:
    """The last release's files, for as long as they are needed; None when git does not have them."""
    with tempfile.TemporaryDirectory(prefix="therapist-booking-release-", dir="/tmp") as made:
        folder = Path(made) / "code"
        if _git("worktree", "add", "--quiet", "--detach", str(folder), LAST_RELEASE) != 0:
            yield None
            return
        try:
            yield folder
        finally:
            _git("worktree", "remove", "--force", str(folder))


def _git(*arguments: str) -> int:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True).returncode


class _Release:
    """One release's process, which does what it is told and says how long that took."""

    def __init__(self, name: str, folder: Path, postgres: PostgresServer) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("one_release.py"))],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": f"{folder / 'functions'}:{folder}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        port = postgres.config("postgres").port
        self._said(json.dumps({"name": name, "home": str(postgres.home), "port": port}))

    def __enter__(self) -> "_Release":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def take(self, what: str) -> float:
        """Seconds that doing it once took, by the release's own clock."""
        return float(self._said(what))

    def _said(self, line: str) -> str:
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("no pipes")
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        if not answer:
            raise AssertionError(f"a release ended with {self._process.wait()}")
        return answer
