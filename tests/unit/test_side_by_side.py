"""A batch of messages is sent side by side: they wait for their providers together, and each is logged as itself."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from pydantic import BaseModel

from handlers._outside import made_once
from handlers._queue import consumer
from handlers._runtime import logger
from local import documents
from tests.fakes import context

PATIENCE = 20
PATHS = f"{documents.ROOT / 'functions'}:{documents.ROOT}"
Lines = Callable[[], list[dict[str, Any]]]


class Task(BaseModel):
    booking_id: str | None = None
    fails: bool = False


def batch(*tasks: Task) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": "1"}
    return {
        "Records": [
            {"messageId": f"m-{number}", "body": task.model_dump_json(), "attributes": attributes}
            for number, task in enumerate(tasks, 1)
        ]
    }


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """The lines of the log so far."""
    written = io.StringIO()
    stream = logging.StreamHandler(written)
    stream.setFormatter(logger.registered_formatter)
    monkeypatch.setattr(logger._logger, "handlers", [stream])
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_all_of_a_batch_wait_together_and_one_failure_is_one_failure(
    logged: Lines,
) -> None:
    together = Barrier(3)  # one after the other, the first would wait here for the others in vain

    @consumer(Task, side_by_side=3)
    def handler(task: Task) -> None:
        if task.booking_id:
            logger.thread_safe_append_keys(booking_id=task.booking_id)
        together.wait(PATIENCE)
        if task.fails:
            raise KeyError("not one of ours")
        logger.info("handled")

    answer = handler(batch(Task(booking_id="b-1"), Task(booking_id="b-2", fails=True), Task()), context("Send"))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-2"}]}
    seen = {(each["message_id"], each["message"], each.get("booking_id")) for each in logged()}
    assert seen == {("m-1", "handled", "b-1"), ("m-2", "left to the queue", "b-2"), ("m-3", "handled", None)}


def test_who_takes_them_one_by_one_names_none_of_the_one_before(logged: Lines) -> None:
    @consumer(Task)
    def handler(task: Task) -> None:
        if task.booking_id:
            logger.thread_safe_append_keys(booking_id=task.booking_id)
        logger.info("handled")

    for _ in range(2):
        assert handler(batch(Task(booking_id="b-1"), Task()), context("Record")) == {"batchItemFailures": []}
    assert [(each["message_id"], each.get("booking_id")) for each in logged()] == [("m-1", "b-1"), ("m-2", None)] * 2


def test_what_is_made_once_is_made_once_by_threads_too() -> None:
    made, together = [], Barrier(8)

    class Outside:
        @made_once
        def connection(self) -> object:
            made.append(object())
            return made[-1]

    outside = Outside()

    def ask(_: int) -> object:
        together.wait(PATIENCE)
        return outside.connection

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {outside.connection}
    assert len(made) == 1


def test_what_threads_will_use_is_built_before_they_do() -> None:
    """pydantic builds a contract when it is first used (``Contract``), and by two threads at once it builds none."""
    code = (
        "import handlers.send_notification\n"
        "from booking.contracts.queues import Delivery, NotificationTask\n"
        "assert Delivery.__pydantic_complete__ and NotificationTask.__pydantic_complete__"
    )
    assert subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": PATHS}).returncode == 0
