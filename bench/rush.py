"""A rush: fifty want each of two hundred slots at the same moment, and how long those wait who do not get it."""

import multiprocessing
import statistics
import time
import uuid
from collections.abc import Iterator
from datetime import datetime
from multiprocessing.synchronize import Barrier
from typing import Any

from bench.many import people
from bench.measure import Result
from bench.practice import NOW, connect, practice
from bench.reserve import reservation
from booking.codes import Outcome
from booking.config import DatabaseConfig
from booking.contracts.steps import ReserveSlotInput
from booking.database import Database
from booking.services.bookings.reserve_slot import reserve_slot
from booking.store import Stores
from local import demo
from local.postgres import PostgresServer

CONNECTIONS, SLOTS = 50, 200


def run(postgres: PostgresServer) -> Iterator[Result]:
    """One line of the table."""
    yield _rush(practice(postgres, "rush", 0))


def _now() -> datetime:
    return NOW


def _rush(config: DatabaseConfig) -> Result:
    """Fifty environments want each of 200 slots at the same moment; then one connection reserves 200 others.

    Processes, as Lambda's environments are: threads would wait for each other in Python. Each has won and lost one
    before, as the one connection has won: a new connection reads PostgreSQL's catalogue first.
    """
    _, clients = people(config, CONNECTIONS)
    fork = multiprocessing.get_context("fork")
    together, waits = fork.Barrier(CONNECTIONS), fork.Queue()
    crew = [
        fork.Process(target=_want_every_slot, args=(config, number, client, together, waits))
        for number, client in enumerate(clients)
    ]
    for each in crew:
        each.start()
    answers = [answer for _ in crew for answer in waits.get(timeout=300)]
    for each in crew:
        each.join()
    database = Database(config, "bench-rush")
    stores, alone = Stores(database), []
    for slot in range(SLOTS):
        given = reservation(2 * SLOTS + slot, demo.THERAPIST_ID, clients[0], f"alone-{slot}")
        parsed = ReserveSlotInput.model_validate(given)
        started = time.perf_counter()
        reserve_slot(stores, parsed, _now)
        alone.append(time.perf_counter() - started)
    database.close()
    connection = connect(config)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bookings WHERE id LIKE 'rush-%' AND status = 'confirmed'")
        [winners] = cursor.fetchone() or [0]
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        [deadlocks] = cursor.fetchone() or [0]
    connection.close()
    if winners != SLOTS or sum(outcome == Outcome.RESERVED for outcome, _ in answers) != SLOTS:
        raise AssertionError(f"{winners} winners of {SLOTS} slots")
    lost = sorted(seconds for outcome, seconds in answers if outcome != Outcome.RESERVED)
    p99, median, longest = lost[int(len(lost) * 0.99)], statistics.median(alone), max(seconds for _, seconds in answers)
    value = p99 / median
    is_met = value <= 50 and deadlocks == 0 and longest < 1
    measured = (
        f"p50 {statistics.median(lost) * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, longest {longest * 1000:.0f} ms, "
        f"{deadlocks} deadlocks : {median * 1000:.2f} ms"
    )
    what = f"p99 of a loser, {CONNECTIONS} at once for each of {SLOTS} slots"
    return Result("rush", what, "one connection's median", value, "≤ 50×", is_met, measured)


def _want_every_slot(config: DatabaseConfig, number: int, client: uuid.UUID, together: Barrier, waits: Any) -> None:
    database = Database(config, "bench-rush")
    stores = Stores(database)
    wanted = [reservation(slot, demo.THERAPIST_ID, client, f"rush-{slot}-{number}") for slot in range(SLOTS)]
    parsed = [ReserveSlotInput.model_validate(given) for given in wanted]
    for key in ("won", "lost"):  # its own slot, and then the same again
        warm = reservation(SLOTS + number, demo.THERAPIST_ID, client, f"{key}-{number}")
        reserve_slot(stores, ReserveSlotInput.model_validate(warm), _now)
    answers = []
    for given in parsed:
        together.wait()
        started = time.perf_counter()
        outcome = reserve_slot(stores, given, _now).outcome
        answers.append((outcome, time.perf_counter() - started))
    database.close()
    waits.put(answers)
