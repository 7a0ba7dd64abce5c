"""The laptop's functions: each environment is a process of its own, whatever it has imported before it was one."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from socketserver import StreamRequestHandler
from typing import Any

import psutil
import pytest

from local.environments import LOOK_SECONDS, NAME, Environment, Events, RuntimeServer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each environment is a program of its own")

SHARED = "import os\n\nIMPORTED_IN = os.getpid()\n"
HANDLER = """
import os, random
from booking import shared

WHO = os.environ["WHO"]

def handler(event, context):
    print("said by", WHO)
    if event == "end":
        os._exit(3)
    return {"who": WHO, "pid": os.getpid(), "imported_in": shared.IMPORTED_IN, "drawn": random.random(), "given": event}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """What is deployed: an application, and a handler."""
    for folder, name, text in (("booking", "shared", SHARED), ("handlers", "echo", HANDLER)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("")
        (tmp_path / folder / f"{name}.py").write_text(text)
    return tmp_path


class RuntimeApi:
    """Lambda's Runtime API, for one environment."""

    def __init__(self) -> None:
        events, answers = Queue[Any](), Queue[Any]()

        class Api(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # its base class calls it so
                event = json.dumps(events.get()).encode()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", "one")
                self.send_header("Lambda-Runtime-Deadline-Ms", "4102444800000")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(event)))
                self.end_headers()
                self.wfile.write(event)

            def do_POST(self) -> None:  # likewise
                answers.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(202)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Tests say what they saw."""

        self.events, self.answers = events, answers
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def invoke(self, event: Any) -> Any:
        self.events.put(event)
        return self.answers.get(timeout=60)


Started = tuple[RuntimeApi, Environment]


@pytest.fixture
def two(package: Path) -> Iterator[list[Started]]:
    """An environment of each of two functions."""
    started = []
    for who in ("one", "other"):
        api = RuntimeApi()
        variables = {
            "WHO": who,
            "_HANDLER": "handlers.echo.handler",
            "LAMBDA_TASK_ROOT": str(package),
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server.server_address[1]}",
            "AWS_LAMBDA_FUNCTION_NAME": who,
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_LOG_GROUP_NAME": "none",
            "AWS_LAMBDA_LOG_STREAM_NAME": "none",
        }
        started.append((api, Environment(["bootstrap"], cwd=str(package), env={**os.environ, **variables})))
    yield started
    for api, environment in started:
        environment.kill()
        environment.wait(10)
        environment.stdout.close()
        api.server.shutdown()
        api.server.server_close()


def test_what_is_shared_is_imported_once_and_everything_else_is_each_ones_own(two: list[Started]) -> None:
    (one_api, one), (other_api, other) = two
    first, second = one_api.invoke({"a": 1}), other_api.invoke({"b": 2})
    assert (first["who"], first["given"], first["pid"]) == ("one", {"a": 1}, one.pid)
    assert (second["who"], second["given"], second["pid"]) == ("other", {"b": 2}, other.pid)
    assert first["imported_in"] == second["imported_in"] not in (one.pid, other.pid, os.getpid())
    assert first["drawn"] != second["drawn"], "chance is not forked"
    assert one.stdout.readline() == b"said by one\n"
    assert other.stdout.readline() == b"said by other\n"
    assert psutil.Process(one.pid).name() == NAME


def test_one_that_ends_is_seen_to_have_ended_and_the_other_goes_on(two: list[Started]) -> None:
    (one_api, one), (other_api, other) = two
    assert one.poll() is None
    one_api.events.put("end")
    assert one.wait(30) != 0
    assert one.poll() is not None
    one.terminate()  # nobody: nothing happens
    with pytest.raises(subprocess.TimeoutExpired):
        other.wait(0.01)
    assert other_api.invoke(1)["given"] == 1
    other.terminate()
    assert other.wait(30) != 0


class Waiting:
    """Something that waits in a thread of its own."""

    def __init__(self, wait: Callable[[], object]) -> None:
        self.thread = threading.Thread(target=wait)
        self.thread.start()

    def looks(self, seconds: float) -> int:
        """How often it woke by itself in that time."""
        before = self._woken()
        time.sleep(seconds)
        return self._woken() - before

    def _woken(self) -> int:
        told = Path(f"/proc/self/task/{self.thread.native_id}/status").read_text()
        return int(next(line.split()[1] for line in told.splitlines() if line.startswith("voluntary_ctxt_switches")))


def test_what_serves_an_environment_sleeps_until_it_is_asked_or_ended() -> None:
    answered = threading.Event()

    class Told(StreamRequestHandler):
        def handle(self) -> None:
            if self.rfile.readline():
                answered.set()

    events, server = Queue[str](), RuntimeServer(("127.0.0.1", 0), Told)
    got: list[str] = []
    serving = Waiting(lambda: server.serve_forever(0.1))
    asking = Waiting(lambda: got.append(Events(events).get(timeout=0.1)))
    time.sleep(0.1)  # both have begun, most often
    assert serving.looks(1) < 5
    assert asking.looks(1) < 5

    events.put("the next one")
    asking.thread.join(LOOK_SECONDS / 2)
    assert got == ["the next one"]
    with socket.create_connection(("127.0.0.1", server.server_address[1])) as asks:
        asks.sendall(b"next\n")
        assert answered.wait(LOOK_SECONDS / 2)
    server.shutdown()
    serving.thread.join(LOOK_SECONDS / 2)
    assert not serving.thread.is_alive()
    server.server_close()
