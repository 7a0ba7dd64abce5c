"""Whole bookings over HTTP on the laptop cloud: how many a second, how long one takes, and how much of it is ours.

Nothing here is gated: the emulator runs API Gateway, Step Functions, SQS and every Lambda environment on the same two
cores. What is compared is the last release's number on such a machine (bench/last_release.json).
"""

import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.measure import Result
from bench.practice import practice
from booking.contracts.steps import ReserveSlotInput, ValidateRequestInput
from booking.database import Database
from booking.notices import Sender
from booking.services.bookings.reserve_slot import reserve_slot
from booking.services.bookings.validate_request import validate_request
from booking.services.notifications.send_notification import deliver
from booking.store import Stores
from local import demo
from local.api import call
from local.cloud import LaptopCloud
from local.places import PORTS, Ports, free_ports
from local.postgres import PostgresServer
from tests.asking import body, requested_by
from tests.fakes import FakeProviders

ONE_BY_ONE, AT_ONCE, CLIENTS = 40, 120, 8
END_SECONDS = 60
LAST_RELEASE = Path(__file__).with_name("last_release.json")


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Two lines of the table."""
    last = json.loads(LAST_RELEASE.read_text())
    with laptop() as stack:
        rate, took = _rate(stack), _one_by_one(stack)
    ours = _ours(postgres)
    _, median, _ = statistics.quantiles(took, n=4)
    p95 = statistics.quantiles(took, n=20)[-1]
    value = rate / last["bookings_a_second"]
    measured = f"{rate:.1f}/s : {last['bookings_a_second']:.1f}/s"
    what = f"whole bookings a second over HTTP, {CLIENTS} clients"
    yield Result("http", what, "the last release", value, "printed, not gated", True, measured)
    measured = (
        f"p50 {median * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms : p50 {last['p50_ms']:.0f} ms; "
        f"{ours * 1000:.0f} ms are our functions', {1 - ours / median:.0%} the emulator's"
    )
    what = "one booking, from POST until all are told"
    yield Result("http", what, "the last release", median * 1000 / last["p50_ms"], "printed, not gated", True, measured)


class laptop:  # noqa: N801  # used as a context manager only
    """A laptop cloud of its own, started and stopped as ``make run`` does it."""

    def __enter__(self) -> dict[str, Any]:
        self._folder = tempfile.TemporaryDirectory(prefix="therapist-booking-bench-", dir="/tmp")
        Path(self._folder.name).chmod(0o755)
        ports = {name: str(port) for name, port in free_ports(*PORTS).items()}
        self._environment = patch.dict(os.environ, ports, LOCAL_FOLDER=f"{self._folder.name}/local", OPEN_LIMITS="1")
        self._environment.start()
        self._cloud = LaptopCloud(Path(os.environ["LOCAL_FOLDER"]), Ports(), lambda _: None)
        return self._cloud.start()

    def __exit__(self, *_: object) -> None:
        self._cloud.stop()
        self._environment.stop()
        self._folder.cleanup()


def _one_by_one(stack: dict[str, Any]) -> list[float]:
    starts = itertools.islice(demo.starts(datetime.now(UTC)), AT_ONCE, AT_ONCE + ONE_BY_ONE)
    return [_book(stack, f"one-{n}", start) for n, start in enumerate(starts)]


def _rate(stack: dict[str, Any]) -> float:
    starts = list(itertools.islice(demo.starts(datetime.now(UTC)), AT_ONCE))
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda n: _book(stack, f"warm-{n}", starts[n]), range(CLIENTS)))
        started = time.perf_counter()
        list(pool.map(lambda n: _book(stack, f"many-{n}", starts[n]), range(CLIENTS, AT_ONCE)))
    return (AT_ONCE - CLIENTS) / (time.perf_counter() - started)


def _book(stack: dict[str, Any], key: str, start: datetime) -> float:
    """Seconds from the POST until the booking is confirmed and its messages are sent."""
    token = stack["users"]["client"]["id_token"]
    wanted = {name: stack["demo"][name] for name in ("therapist_id", "service_id")}
    url = f"{stack['api_url']}/v1/bookings"
    began = time.perf_counter()
    asked = call(
        "POST", url, token=token, headers={"Idempotency-Key": key}, body={**wanted, "starts_at": start.isoformat()}
    )
    if asked.status != 202:
        raise AssertionError(f"{asked.status} for {key}")
    while time.perf_counter() - began < END_SECONDS:
        seen = call("GET", f"{url}/{key}", token=token)
        told = seen.body.get("notifications", [])
        if seen.body.get("status") == "confirmed" and all(each["status"] == "sent" for each in told):
            return time.perf_counter() - began
        if seen.body.get("status") not in ("pending", "confirmed"):
            raise AssertionError(f"{key} is {seen.body}")
        time.sleep(0.02)
    raise AssertionError(f"{key} is not done after {END_SECONDS} s")


def _ours(postgres: PostgresServer) -> float:
    """The median of what the same booking costs our own code and PostgreSQL: its two steps and its messages."""
    database = Database(practice(postgres, "http", 0), "bench")
    stores, channels, sender = Stores(database), FakeProviders().channels(), Sender("practice@example.com")

    def book(key: str, start: datetime) -> None:
        now = datetime.now(UTC)
        asked = {"booking_id": key, "requested_by": requested_by(), "request": body(start)}
        given = ValidateRequestInput.model_validate({**asked, "requested_at": now})
        judged = validate_request(stores, given, lambda: now)
        wanted = ReserveSlotInput.model_validate(
            {**asked, "sessions": judged.sessions, "versions": judged.versions, "execution": "bench"}
        )
        for each in reserve_slot(stores, wanted, lambda: now).notifications:
            deliver(stores, channels, each.notification_id, lambda: now, sender)

    spent = []
    for n, start in enumerate(itertools.islice(demo.starts(datetime.now(UTC)), ONE_BY_ONE)):
        began = time.perf_counter()
        book(f"ours-{n}", start)
        spent.append(time.perf_counter() - began)
    database.close()
    return statistics.median(spent)
