"""A short Monday morning on the laptop cloud: readers, bookings in bursts, cancellations, and a summary."""

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Cloud


def test_a_few_seconds_of_a_monday_morning(cloud: Cloud, tmp_path: Path) -> None:
    stack = tmp_path / "stack.json"
    stack.write_text(json.dumps(cloud.stack))
    done = cloud.make("bench.load", "--stack", str(stack), "--users", "6", "--seconds", "8")
    summary = done.stdout + done.stderr
    assert done.returncode == 0, summary[-3000:]
    for line in ("GET slots", "POST bookings", "until decided"):
        assert line in summary
    decided = cloud.rows("SELECT count(*) FROM bookings WHERE requested_by = %s", cloud.stack["users"]["client"]["sub"])
    assert decided[0]["count"] > 0


@pytest.mark.parametrize("arguments", [("--stack", "/nowhere.json"), ("--users", "100000"), ("--seconds", "0")])
def test_it_is_bounded_and_says_what_is_missing(cloud: Cloud, arguments: tuple[str, str]) -> None:
    done = cloud.make("bench.load", *arguments)
    assert done.returncode == 1
    assert "✗" in done.stderr
