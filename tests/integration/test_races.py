"""Many at once on real PostgreSQL: one winner a slot, no deadlock, nobody left standing in a queue."""

import threading
import time
from collections import Counter
from datetime import timedelta
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking.codes import Outcome
from booking.config import DatabaseConfig
from booking.contracts.steps import ReserveSlotInput
from booking.database import Database
from booking.errors import ReservationContended
from booking.store import Stores
from tests.asking import STARTS_AT, reserve, reserve_input
from tests.rows import rows

CONNECTIONS = 20
STALL_SECONDS = 4.0
"""The test server's deadlock_timeout (PostgreSQL's default is one second): who waits longer has met a deadlock."""


def clients(db: Connection, count: int) -> list[UUID]:
    insert = (
        "INSERT INTO clients (name, time_zone) SELECT 'Client ' || n, 'UTC' FROM generate_series(1, %s) n RETURNING id"
    )
    return [row["id"] for row in rows(db, insert, count)]


def race(database: DatabaseConfig, requests: list[list[ReserveSlotInput]]) -> tuple[list[Outcome], float]:
    """Runs each list on a connection of its own, all at once; returns the outcomes and the longest wait in seconds."""
    outcomes: list[Outcome] = []
    waits: list[float] = []
    barrier = threading.Barrier(len(requests))

    def run(mine: list[ReserveSlotInput]) -> None:
        connection = Database(database, "test-race")
        stores = Stores(connection)
        with stores.transaction():
            pass  # connected before the start
        barrier.wait()
        for request in mine:
            started = time.monotonic()
            outcome = reserve(stores, request).outcome
            waits.append(time.monotonic() - started)
            outcomes.append(outcome)
        connection.close()

    threads = [threading.Thread(target=run, args=(mine,)) for mine in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes, max(waits)


def test_twenty_connections_want_one_slot_and_one_gets_it(database: DatabaseConfig, db: Connection) -> None:
    ids = clients(db, CONNECTIONS)
    rounds = 10
    requests = [
        [reserve_input(f"r{n}-{i}", STARTS_AT + n * timedelta(hours=1), client_id=client) for n in range(rounds)]
        for i, client in enumerate(ids)
    ]
    outcomes, longest = race(database, requests)

    assert Counter(outcomes) == {Outcome.RESERVED: rounds, Outcome.SLOT_TAKEN: rounds * (CONNECTIONS - 1)}
    assert longest < STALL_SECONDS
    assert rows(db, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [{"deadlocks": 0}]


def test_overlapping_wishes_never_overlap_on_the_calendar(database: DatabaseConfig, db: Connection) -> None:
    ids = clients(db, CONNECTIONS)
    requests = [
        [reserve_input(f"o{n}-{i}", STARTS_AT + timedelta(minutes=20 * n + 7 * i), client_id=client) for n in range(10)]
        for i, client in enumerate(ids)
    ]
    outcomes, longest = race(database, requests)

    assert len(outcomes) == 10 * CONNECTIONS
    assert set(outcomes) <= {Outcome.RESERVED, Outcome.SLOT_TAKEN, Outcome.CLIENT_BUSY}
    overlaps = """
        SELECT FROM bookings a JOIN bookings b ON a.id < b.id AND a.therapist_id = b.therapist_id
        WHERE a.occupied && b.occupied AND a.status = 'confirmed' AND b.status = 'confirmed'
    """
    assert rows(db, overlaps) == []
    assert rows(db, "SELECT count(*) FROM bookings") == [{"count": outcomes.count(Outcome.RESERVED)}]
    assert longest < STALL_SECONDS


def test_one_client_on_many_devices_gets_one_session_at_a_time(database: DatabaseConfig, db: Connection) -> None:
    therapists = rows(
        db,
        "INSERT INTO therapists (name, time_zone) SELECT 'T' || n, 'UTC' FROM generate_series(1, %s) n RETURNING id",
        CONNECTIONS,
    )
    requests = [[reserve_input(f"c-{i}", therapist_id=each["id"])] for i, each in enumerate(therapists)]
    outcomes, _ = race(database, requests)
    assert Counter(outcomes) == {Outcome.RESERVED: 1, Outcome.CLIENT_BUSY: CONNECTIONS - 1}


def test_the_same_request_twenty_times_at_once_is_one_booking(database: DatabaseConfig, db: Connection) -> None:
    outcomes, _ = race(database, [[reserve_input()] for _ in range(CONNECTIONS)])
    assert set(outcomes) == {Outcome.RESERVED}
    assert rows(db, "SELECT count(*) FROM bookings") == [{"count": 1}]
    assert rows(db, "SELECT count(*) FROM notifications") == [{"count": 3}]


def test_a_slot_that_is_cancelled_while_many_want_it_has_one_owner(database: DatabaseConfig, db: Connection) -> None:
    """Whoever cancels and whoever books: at every moment at most one of them has the time."""
    ids = clients(db, 8)
    stop = threading.Event()
    reserved: list[str] = []

    def book(number: int) -> None:
        connection, attempt = Database(database, "test-race"), 0
        while not stop.is_set():
            key = f"k{number}-{attempt}"
            attempt += 1
            try:
                outcome = reserve(Stores(connection), reserve_input(key, client_id=ids[number])).outcome
            except ReservationContended:
                continue  # it changed hands faster than one can say: the workflow would try again
            if outcome == Outcome.RESERVED:
                reserved.append(key)
        connection.close()

    threads = [threading.Thread(target=book, args=(number,)) for number in range(len(ids))]
    for thread in threads:
        thread.start()
    cancelled = 0
    while cancelled < 200:
        cancelled += len(rows(db, "UPDATE bookings SET status = 'cancelled' WHERE status = 'confirmed' RETURNING 1"))
    stop.set()
    for thread in threads:
        thread.join()

    counts = {row["status"]: row["count"] for row in rows(db, "SELECT status, count(*) FROM bookings GROUP BY 1")}
    assert counts.get("confirmed", 0) <= 1
    assert sum(counts.values()) == len(reserved) >= 200
