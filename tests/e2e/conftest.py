"""A laptop cloud of the tests' own, started and stopped exactly as ``make run`` is."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import psutil
import psycopg2
import pytest
from psycopg2.extensions import connection as Connection
from psycopg2.extras import RealDictCursor

from local import demo, documents
from local.api import Answer
from local.places import PORTS, free_port, free_ports
from local.postgres import PostgresServer
from tests.calling import call
from tests.e2e.shared import left_behind, shared
from tests.rows import rows
from tests.scratch import scratch_folder

START_SECONDS = 240  # on a busy machine
END_SECONDS = 60
LOOK_SECONDS = 0.1
"""Between two looks at what is under way: each goes through the whole of the API."""


def laptop_environment(folder: Path) -> dict[str, str]:
    """Ports and a folder of its own for a laptop cloud."""
    ports = {name: str(port) for name, port in free_ports(*PORTS).items()}
    paths = f"{documents.ROOT / 'functions'}:{documents.ROOT}"
    site = {"ALLOWED_ORIGIN": f"http://localhost:{free_port()}"}  # where a practice's site would be
    own = {"LOCAL_FOLDER": str(folder / "local"), "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1", "OPEN_LIMITS": "1"}
    return {**os.environ, **ports, **site, **own}


def start_laptop(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """What ``make run`` starts (``--demo``: ``make demo``), in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "local.run", *arguments],
        cwd=documents.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@dataclass
class Cloud:
    """What anyone outside can do: read stack.json, call the API, look into AWS and the database."""

    process: subprocess.Popen[str]
    stack: dict[str, Any]
    environment: dict[str, str]
    printed: str
    first_ready_seconds: float
    _connection: Connection | None = None

    def post(self, key: str, body: Any, user: str = "client", **options: Any) -> Answer:
        token = options.pop("token", self.stack["users"][user]["id_token"])
        url = f"{self.stack['api_url']}/v1/bookings"
        return call("POST", url, token=token, headers={"Idempotency-Key": key}, body=body, **options)

    def get(self, booking_id: str, user: str = "client") -> Answer:
        url = f"{self.stack['api_url']}/v1/bookings/{booking_id}"
        return call("GET", url, token=self.stack["users"][user]["id_token"])

    def call(self, user: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Any call as one of the demo users; a space in a header's name is written ``_``."""
        token = self.stack["users"][user]["id_token"]
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return call(method, self.stack["api_url"] + path, token=token, headers=named, body=body)

    def slots(self, therapist_id: Any, first: datetime, last: datetime) -> list[dict[str, Any]]:
        """A therapist's free slots for the demo service, in their time zone."""
        bounds = f"from={first:%Y-%m-%dT%H:%M:%SZ}&to={last:%Y-%m-%dT%H:%M:%SZ}"
        path = f"/v1/therapists/{therapist_id}/slots?service_id={self.stack['demo']['service_id']}&{bounds}"
        answer = self.call("client", "GET", path)
        assert answer.status == 200, answer.body
        return [
            {"starts_at": start, "therapist_id": times["therapist_id"]}
            for day in answer.body["days"]
            for times in day["times"]
            for start in times["starts"]
        ]

    def series(self, series_id: str, user: str = "client") -> dict[str, Any]:
        """The series, when it is decided and its messages are settled."""
        self.wait(series_id, user)
        return dict(self.call(user, "GET", f"/v1/series/{series_id}").body)

    def change(self, change_id: str, user: str = "client") -> dict[str, Any]:
        """The change, when it is decided and its messages are settled."""
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline:
            answer = self.call(user, "GET", f"/v1/changes/{change_id}")
            settled = answer.status == 200 and all(
                each["status"] in ("sent", "undeliverable") for each in answer.body["notifications"]
            )
            if settled and answer.body.get("outcome"):
                return dict(answer.body)
            time.sleep(LOOK_SECONDS)
        raise AssertionError(f"{change_id} is still {answer.body}")

    def wait(self, booking_id: str, user: str = "client", done: Callable[[dict[str, Any]], bool] | None = None) -> Any:
        """The booking, when it is decided and its messages are settled."""
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline:
            answer = self.get(booking_id, user)
            if answer.status == 200 and (done or _is_settled)(answer.body):
                return answer.body
            time.sleep(LOOK_SECONDS)
        raise AssertionError(f"{booking_id} is still {answer.body}")

    def execution_arn(self, name: str) -> str:
        return f"{self.stack['state_machine_arn'].replace(':stateMachine:', ':execution:')}:{name}"

    def execution(self, name: str) -> dict[str, Any]:
        return dict(self.client("stepfunctions").describe_execution(executionArn=self.execution_arn(name)))

    def wait_for_execution(self, name: str) -> dict[str, Any]:
        deadline = time.monotonic() + END_SECONDS
        while (execution := self.execution(name))["status"] == "RUNNING":
            assert time.monotonic() < deadline, f"{name} is still running"
            time.sleep(LOOK_SECONDS)
        return execution

    def history(self, name: str) -> list[dict[str, Any]]:
        arn = self.execution_arn(name)
        return list(self.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)["events"])

    def client(self, service: str) -> Any:
        return _client(service, self.stack["aws_endpoint_url"], self.stack["region"])

    def logged(self) -> list[str]:
        """All that the functions have logged."""
        logs = self.client("logs")
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        read = logs.get_paginator("filter_log_events")
        return [
            event["message"] for each in groups for page in read.paginate(logGroupName=each) for event in page["events"]
        ]

    def output(self, name: str) -> str:
        """One of the stack's outputs."""
        [stack] = self.client("cloudformation").describe_stacks(StackName="therapist-booking")["Stacks"]
        return str(next(each["OutputValue"] for each in stack["Outputs"] if each["OutputKey"] == name))

    @contextmanager
    def quick_acts_queue(self) -> Iterator[None]:
        """An act that could not be written down is tried again after a second, instead of two minutes."""
        sqs, queue = self.client("sqs"), self.output("ActsQueueUrl")
        before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
        yield
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=before)

    def rows(self, query: str, *parameters: Any) -> list[dict[str, Any]]:
        """By one connection for all; by another when the database was stopped meanwhile."""
        connection = self._connected()
        try:
            return rows(connection, query, *parameters)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            if not connection.closed:
                raise
            return rows(self._connected(), query, *parameters)

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg2.connect(self.stack["database_url"], cursor_factory=RealDictCursor)
            self._connection.autocommit = True
        return self._connection

    def make(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the Makefile, in this cloud."""
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.run(
            command, cwd=documents.ROOT, env=self.environment, capture_output=True, text=True, timeout=60
        )


@cache
def _client(service: str, endpoint: str, region: str) -> Any:
    return boto3.client(service, endpoint_url=endpoint, region_name=region)  # type: ignore[call-overload]  # any service


def _is_settled(booking: dict[str, Any]) -> bool:
    settled = all(each["status"] in ("sent", "undeliverable") for each in booking["notifications"])
    return booking["status"] != "pending" and settled


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    with own_cloud() as running:
        yield running


@pytest.fixture(autouse=True)
def as_it_was(request: pytest.FixtureRequest) -> Iterator[None]:
    """A story that leaves the demo's people otherwise than it found them fails, and none of those that come after."""
    if "cloud" not in request.fixturenames:
        yield
        return
    running = request.getfixturevalue("cloud")
    before = shared(running)
    yield
    assert not left_behind(before, shared(running))


@contextmanager
def own_cloud() -> Iterator[Cloud]:
    """A laptop cloud, started and stopped; nothing of it is left behind."""
    with scratch_folder("e2e") as home:
        environment = laptop_environment(home)
        started = time.monotonic()
        process = start_laptop(environment)
        printed = _read_until_ready(process)
        ready = time.monotonic() - started
        family = psutil.Process(process.pid).children(recursive=True)
        try:
            yield Cloud(process, json.loads((home / "local" / "stack.json").read_text()), environment, printed, ready)
        except BaseException:  # of who uses it as a context: nothing is asserted of the end, and nothing stays up
            process.send_signal(signal.SIGINT)
            process.wait(60)
            raise

        family = list({*family, *psutil.Process(process.pid).children(recursive=True)})
        process.send_signal(signal.SIGINT)  # Ctrl-C
        assert process.wait(60) == 0
        assert nobody_is_left(family), "Ctrl-C leaves no process behind"
        for name in PORTS:
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", int(environment[name]))) != 0, "nor an open port"
        data = PostgresServer(home / "local" / "postgres", int(environment["POSTGRES_PORT"])).home
        assert (data / "data" / "PG_VERSION").exists(), "and keeps the data"
        shutil.rmtree(data)


def nobody_is_left(family: list[psutil.Process]) -> bool:
    """Waits until all of these processes have ended."""
    deadline = time.monotonic() + 10
    while any(_runs(each) for each in family):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running()
    except (psutil.Error, FileNotFoundError):  # of a process that ends while psutil looks at it
        return False


def _read_until_ready(process: subprocess.Popen[str]) -> str:
    """What it prints until it is ready; goes on reading, so that it never waits for us."""
    lines: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ready."):
                ready.set()
        ready.set()

    threading.Thread(target=read, daemon=True).start()
    ready.wait(START_SECONDS)
    printed = "".join(lines)
    if "Ready." not in printed:
        os.killpg(process.pid, signal.SIGTERM)
        pytest.fail(f"the laptop cloud did not start:\n{printed}")
    return printed


@pytest.fixture(scope="session")
def free_starts(cloud: Cloud) -> Iterator[str]:
    """Times that no test has used, and at which nothing is booked either: a series reaches weeks ahead."""
    used = {datetime.fromisoformat(text) for text in cloud.stack["demo"]["starts_at"]}

    def unused() -> Iterator[str]:
        while True:
            with closing(psycopg2.connect(cloud.stack["database_url"])) as connection:
                free = demo.free_starts(connection, datetime.now(UTC), len(used) + 1)
            start = next(each for each in free if each not in used)
            used.add(start)
            yield start.isoformat().replace("+00:00", "Z")

    return unused()


@pytest.fixture
def request_body(cloud: Cloud, free_starts: Iterator[str]) -> dict[str, str]:
    """A request for a free time of this test's own."""
    known = cloud.stack["demo"]
    return {
        "therapist_id": known["therapist_id"],
        "service_id": known["service_id"],
        "starts_at": next(free_starts),
    }
