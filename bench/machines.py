"""The workflow: transitions of a booking, how fast messages leave, what a warm worker keeps in memory."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psutil

from bench.measure import Result, seconds_of
from bench.practice import connect, execute, practice
from bench.reserve import handler_of, reservation
from booking.codes import Channel
from booking.config import DatabaseConfig
from booking.notices import Message, Sender
from handlers.send_notification import BATCH
from local import demo
from local.postgres import PostgresServer
from tests.asking import body, requested_by
from tests.fakes import FakeTasks
from tests.workflow.machine import workflow

DOLLARS_A_TRANSITION = 25 / 1_000_000
NECESSARY = 7
"""ValidateRequest, RequestIsValid?, ReserveSlot, SlotIsReserved?, NotifyParties, and DeliverNotification twice."""

PROVIDER_SECONDS = 0.020
MESSAGES = 200
INVOCATIONS, WARM = 10_000, 100


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Three lines of the table."""
    yield _memory(practice(postgres, "memory", 0))  # first: _transitions leaves every log line on stderr
    yield _messages(practice(postgres, "messages", 0))
    yield _transitions(practice(postgres, "transitions", 0))


def _transitions(config: DatabaseConfig) -> Result:
    connection = connect(config)
    connection.autocommit = True
    execute(connection, "DELETE FROM therapist_contacts")  # so that the client's two messages are all there are
    connection.close()
    with workflow(config, "laptop") as running:
        ended = running.run("bench-1", body(next(demo.starts(datetime.now(UTC)))), requested_by())
    sent = len(running.providers.addresses())
    if ended.status != "SUCCEEDED" or sent != 2:
        raise AssertionError(f"{ended.status}, {sent} messages")
    count = len(ended.states)
    measured = f"{count} : {NECESSARY}; {count * DOLLARS_A_TRANSITION * 1000:.3f} dollars a thousand"
    return Result(
        "machines",
        "transitions of a free booking with two messages",
        "a hand count of the necessary ones",
        count / NECESSARY,
        "≤ 9 in all",
        count <= 9,
        measured,
    )


class SlowProvider:
    """Takes as long as a provider does."""

    def send(self, message: Message, address: str, reference: str) -> str:  # noqa: ARG002  # the Protocol's
        time.sleep(PROVIDER_SECONDS)
        return reference


def _messages(config: DatabaseConfig) -> Result:
    """The consumer itself, given full batches as the queue hands them out."""
    with handler_of(config) as reserve:
        told: list[dict[str, Any]] = []
        for number in range(MESSAGES):
            key = f"bench-{number}"
            decided = reserve(reservation(number, demo.THERAPIST_ID, demo.CLIENT_ID, key))
            told += [{"booking_id": key, **each} for each in decided["notifications"]]
    told = told[:MESSAGES]
    batches = [_batch(told[first : first + BATCH]) for first in range(0, MESSAGES, BATCH)]
    provider = SlowProvider()
    ports = {
        "channels": {Channel.EMAIL: provider, Channel.SMS: provider},
        "tasks": FakeTasks(),
        "sender": Sender("practice@example.com"),
    }
    with handler_of(config, "send_notification", **ports) as consume:
        took = seconds_of(lambda: [consume(batch) for batch in batches])
    connection = connect(config)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notifications WHERE status = 'sent'")
        [sent] = cursor.fetchone() or [0]
    connection.close()
    if sent != MESSAGES:
        raise AssertionError(f"{sent} of {MESSAGES} are sent")
    rate, one_by_one = MESSAGES / took, 1 / PROVIDER_SECONDS
    value, measured = rate / one_by_one, f"{rate:.1f}/s : {one_by_one:.0f}/s"
    what = f"messages a second of one consumer, {BATCH} a batch"
    return Result("machines", what, "its provider's 20 ms, one by one", value, "≥ 0.8×", value >= 0.8, measured)


def _batch(told: list[dict[str, Any]]) -> dict[str, Any]:
    """As SQS hands them to Lambda."""
    attributes = {"ApproximateReceiveCount": "1"}
    return {
        "Records": [
            {
                "messageId": each["notification_id"],
                "attributes": attributes,
                "body": json.dumps(
                    {
                        "task_token": "a token",
                        "booking_id": each["booking_id"],
                        "notification_id": each["notification_id"],
                    }
                ),
            }
            for each in told
        ]
    }


def _memory(config: DatabaseConfig) -> Result:
    process = psutil.Process()
    with handler_of(config) as handler:
        for n in range(WARM):
            handler(reservation(n, demo.THERAPIST_ID, demo.CLIENT_ID, f"memory-{n}"))
        warm = process.memory_info().rss
        for n in range(WARM, INVOCATIONS):
            handler(reservation(n, demo.THERAPIST_ID, demo.CLIENT_ID, f"memory-{n}"))
        after = process.memory_info().rss
    value = after / warm
    measured = f"{after / 1024**2:.1f} MiB : {warm / 1024**2:.1f} MiB"
    what = f"memory after {INVOCATIONS:,} invocations of ReserveSlot"
    return Result("machines", what, f"after the first {WARM}", value, "≤ 1.02×", value <= 1.02, measured)
