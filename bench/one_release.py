"""One release's own code, measured on request: run as a script with that release's folders on ``PYTHONPATH``.

It uses only what releases have under the same names, and is told on standard input what to do once; it answers how many
seconds that took. The first line has how to reach PostgreSQL; each side has a database by its own migrations.
"""

import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.practice import practice
from bench.reserve import handler_of, reservation
from bench.slots import ways
from booking.contracts.steps import ReserveSlotInput, ValidateRequestInput
from booking.database import Database
from booking.notices import Sender
from booking.services.bookings.reserve_slot import reserve_slot
from booking.services.bookings.validate_request import validate_request
from booking.services.notifications.send_notification import deliver
from booking.store import Stores
from local import demo
from local.postgres import PostgresServer
from tests.asking import body, requested_by
from tests.fakes import FakeProviders


def main() -> None:
    given = json.loads(sys.stdin.readline())
    postgres = PostgresServer(Path(given["home"]), given["port"])
    answers = sys.stdout
    reserving = practice(postgres, f"{given['name']}_reserving", 0)
    booking = practice(postgres, f"{given['name']}_booking", 0)
    reading = practice(postgres, f"{given['name']}_reading", 10_000)
    with handler_of(reserving) as handler, ways(reading) as slots:
        numbers = itertools.count()

        def reserve() -> Callable[[], object]:
            n = next(numbers)
            wanted = reservation(n, demo.THERAPIST_ID, demo.CLIENT_ID, f"release-{n}")
            return lambda: handler(wanted)

        booked = _bookings(Stores(Database(booking, "bench")))
        calls: dict[str, Callable[[], Callable[[], object]]] = {
            "reserve": reserve,
            "booking": lambda: next(booked),
            "slots": lambda: slots.printed,
        }
        print("ready", file=answers, flush=True)
        for line in sys.stdin:
            call = calls[line.strip()]()
            began = time.perf_counter()
            call()
            print(time.perf_counter() - began, file=answers, flush=True)


def _bookings(stores: Stores) -> Iterator[Callable[[], None]]:
    """Calls that book, one after the other: with what that costs our own code and PostgreSQL, not what it waits for."""
    channels, sender = FakeProviders().channels(), Sender("practice@example.com")

    def book(key: str, start: datetime) -> None:
        now = datetime.now(UTC)
        asked = {"booking_id": key, "requested_by": requested_by(), "request": body(start), "requested_at": now}
        judged = validate_request(stores, ValidateRequestInput.model_validate(asked), lambda: now)
        wanted = {**asked, "sessions": judged.sessions, "versions": judged.versions, "execution": "bench"}
        decided = reserve_slot(stores, ReserveSlotInput.model_validate(wanted), lambda: now)
        if not decided.notifications:
            raise AssertionError(f"{key} was not booked")
        for each in decided.notifications:
            deliver(stores, channels, each.notification_id, lambda: now, sender)

    for n, start in enumerate(demo.starts(datetime.now(UTC))):
        yield partial(book, f"booking-{n}", start)


if __name__ == "__main__":
    main()
