"""The workflow: transitions of a booking, how fast messages leave, what a warm worker keeps in memory."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psutil

from bench.measure import Result
from bench.practice import connect, execute, practice
from bench.reserve import handler_of, reservation
from booking.codes import Channel
from booking.config import DatabaseConfig
from booking.database import Database
from booking.notices import Message, Sender
from booking.services.notifications.send_notification import deliver
from booking.store import Stores
from local import demo
from local.postgres import PostgresServer
from tests.asking import body, requested_by
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
    with handler_of(config) as handler:
        told: list[str] = []
        number = 0
        while len(told) < MESSAGES:
            decided = handler(reservation(number, demo.THERAPIST_ID, demo.CLIENT_ID, f"bench-{number}"))
            told += [each["notification_id"] for each in decided["notifications"]]
            number += 1
    database = Database(config, "bench")
    stores, provider = Stores(database), SlowProvider()
    channels: Any = {Channel.EMAIL: provider, Channel.SMS: provider}
    started = time.perf_counter()
    for notification_id in told:
        deliver(stores, channels, UUID(notification_id), lambda: datetime.now(UTC), Sender("practice@example.com"))
    rate = len(told) / (time.perf_counter() - started)
    with database.transaction() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) AS sent FROM notifications WHERE status = 'sent'")
        row: Any = cursor.fetchone()
    database.close()
    if row["sent"] != len(told):
        raise AssertionError(f"{row['sent']} of {len(told)} are sent")
    ideal = 1 / PROVIDER_SECONDS  # a batch's messages go one after the other
    value = rate / ideal
    measured = f"{rate:.1f}/s : {ideal:.0f}/s"
    return Result(
        "machines",
        "messages a second of one consumer",
        "its provider's 20 ms each",
        value,
        "≥ 0.7×",
        value >= 0.7,
        measured,
    )


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
