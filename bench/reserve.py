"""Reserving: what the handler adds to its statement, what eight processes get out of PostgreSQL, and a rush."""

import multiprocessing
import os
import statistics
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any
from unittest.mock import patch

from bench.measure import Result, ratio, side_by_side
from bench.practice import NOW, VERSIONS, connect, practice
from booking.codes import Outcome
from booking.config import DatabaseConfig
from booking.contracts.steps import RequestBody, RequestedBy, ReserveSlotInput, SessionContract
from booking.database import Database
from booking.services.bookings.reserve_slot import reserve_slot
from booking.store import Stores
from booking.store.reservations import queries
from local import demo
from local.postgres import PostgresServer, function_environment, server_user

ROUNDS = 300
PROCESSES, EACH = 8, 400
CONNECTIONS, SLOTS = 50, 200
BASE = datetime(2030, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOWHERE = open(os.devnull, "w")  # noqa: SIM115  # a device, for as long as we run


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Three lines of the table."""
    yield _warm(practice(postgres, "reserve_warm", 0))
    yield _many(postgres, practice(postgres, "reserve_many", 0))
    yield _rush(practice(postgres, "reserve_rush", 0))


def reservation(number: int, therapist_id: uuid.UUID, client_id: uuid.UUID, key: str) -> dict[str, Any]:
    """What the workflow gives to ReserveSlot: one session, an hour after the one before."""
    start = BASE + number * HOUR
    who: dict[str, Any] = {"therapist_id": therapist_id, "service_id": demo.SERVICE_ID, "client_id": client_id}
    times = {"starts_at": start, "ends_at": start + timedelta(minutes=50), "day": start.date()}
    occupied = {"occupied_from": start, "occupied_until": start + HOUR}
    given = ReserveSlotInput(
        booking_id=key,
        requested_by=RequestedBy.model_validate({"sub": "bench", "groups": "operator"}),
        request=RequestBody(**who, starts_at=start.isoformat()),
        sessions=[SessionContract.model_validate({"booking_id": key, **who, **times, **occupied})],
        versions=VERSIONS,
        execution="arn:aws:states:us-east-1:000000000000:execution:booking:bench",
    )
    return dict(given.model_dump(mode="json"))


def _now() -> datetime:
    return NOW


@contextmanager
def handler_of(config: DatabaseConfig) -> Iterator[Callable[[dict[str, Any]], Any]]:
    """ReserveSlot's own handler, as in a warm Lambda environment; its log goes nowhere."""
    with redirect_stdout(NOWHERE), patch.dict(os.environ, function_environment(config)):
        from handlers import _runtime
        from handlers import reserve_slot as step
        from handlers._outside import outside
        from tests.fakes import context

        _runtime.logger._logger.handlers[0].setStream(NOWHERE)  # type: ignore[attr-defined]  # a StreamHandler
        made = context("ReserveSlot")
        with patch.dict(vars(outside), clear=True):
            yield lambda given: step.handler(given, made)
            outside.stores.close()


def _statement(given: dict[str, Any]) -> dict[str, Any]:
    """The same reservation as the parameters of its statement."""
    [session] = given["sessions"]
    return {
        "booking_id": given["booking_id"],
        "therapist_id": session["therapist_id"],
        "client_id": session["client_id"],
        "service_id": session["service_id"],
        "booking_ids": [given["booking_id"]],
        "series_id": None,
        "occurrences": [None],
        "starts": [session["starts_at"]],
        "ends": [session["ends_at"]],
        "occupied_from": [session["occupied_from"]],
        "occupied_until": [session["occupied_until"]],
        "days": [session["day"]],
        "request": "{}",
        "requested_by": "bench",
        "execution": "bench",
        "versions": VERSIONS,
        "now": NOW,
    }


def _warm(config: DatabaseConfig) -> Result:
    numbers = iter(range(10**6))
    database = Database(config, "bench")
    with handler_of(config) as handler:
        inputs = [
            reservation(next(numbers), demo.THERAPIST_ID, demo.CLIENT_ID, f"handler-{n}") for n in range(ROUNDS + 10)
        ]
        bare = [
            _statement(reservation(next(numbers), demo.THERAPIST_ID, demo.CLIENT_ID, f"bare-{n}"))
            for n in range(ROUNDS + 10)
        ]
        given, statements = iter(inputs), iter(bare)

        def step() -> None:
            if handler(next(given))["outcome"] != Outcome.RESERVED:
                raise AssertionError("not reserved")

        def transaction() -> None:
            with database.transaction() as own, own.cursor() as cursor:
                cursor.execute(queries.reserve.sql, next(statements))
                cursor.fetchone()

        timings = side_by_side(step, transaction, ROUNDS)
        counted = _rows(config)
    if counted["handler"] != counted["bare"]:
        raise AssertionError(f"not the same rows: {counted}")
    return ratio("reserve", "ReserveSlot, warm, handler to answer", "the bare transaction", timings, 1.3)


def _rows(config: DatabaseConfig) -> dict[str, tuple[int, int, int]]:
    """Bookings, messages and events, by who wrote them."""
    connection = connect(config)
    counted = {}
    with connection.cursor() as cursor:
        for who in ("handler", "bare"):
            counts = []
            for table, column in (
                ("bookings", "id"),
                ("notifications", "booking_id"),
                ("booking_events", "booking_id"),
            ):
                cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} LIKE %s", (f"{who}-%",))  # noqa: S608  # ours
                counts.append((cursor.fetchone() or [0])[0])
            counted[who] = (counts[0], counts[1], counts[2])
    connection.close()
    return counted


# -- Eight at once ---------------------------------------------------------------------------------------------------


def _people(config: DatabaseConfig, count: int) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    connection = connect(config)
    connection.autocommit = True
    made = []
    with connection.cursor() as cursor:
        for table in ("therapists", "clients"):
            cursor.execute(
                f"INSERT INTO {table} (name, time_zone) SELECT 'Bench ' || n, 'UTC' FROM generate_series(1, %s) AS n "  # noqa: S608  # ours
                "RETURNING id",
                (count,),
            )
            made.append([row[0] for row in cursor.fetchall()])
    connection.close()
    return made[0], made[1]


def _reserve_many(
    config: DatabaseConfig, number: int, therapist: uuid.UUID, client: uuid.UUID, ready: Barrier, took: Any
) -> None:
    with handler_of(config) as handler:
        inputs = [reservation(n, therapist, client, f"handler-{number}-{n}") for n in range(EACH + 5)]
        for given in inputs[:5]:
            handler(given)
        ready.wait()
        started, processor = time.perf_counter(), time.process_time()
        outcomes = Counter(handler(given)["outcome"] for given in inputs[5:])
        took.put((time.perf_counter() - started, outcomes["reserved"], time.process_time() - processor))


def _many(postgres: PostgresServer, config: DatabaseConfig) -> Result:
    """Three rounds of each, alternately: the handlers in eight processes, and pgbench with eight clients."""
    ours, python, theirs = [], [], []
    for n in range(3):
        therapists, clients = _people(config, 2 * PROCESSES)
        rate, processor = _processes(config, therapists[:PROCESSES], clients[:PROCESSES], n)
        ours.append(rate)
        python.append(processor)
        theirs.append(_pgbench(postgres, config, therapists[PROCESSES:], clients[PROCESSES:], n))
    value: float = statistics.median(ours) / statistics.median(theirs)
    measured = (
        f"{statistics.median(ours):,.0f}/s : {statistics.median(theirs):,.0f}/s; "
        f"{statistics.median(python) * 1000:.2f} ms of processor are Python's for each"
    )
    against = f"pgbench, the same statement, {PROCESSES} clients"
    return Result(
        "reserve", f"bookings a second, {PROCESSES} processes", against, value, "≥ 0.7×", value >= 0.7, measured
    )


def _processes(
    config: DatabaseConfig, therapists: list[uuid.UUID], clients: list[uuid.UUID], round_: int
) -> tuple[float, float]:
    """Bookings a second, and the seconds of processor that Python took for each."""
    spawn = multiprocessing.get_context("spawn")
    ready, took = spawn.Barrier(PROCESSES), spawn.Queue()
    workers = [
        spawn.Process(target=_reserve_many, args=(config, f"{round_}-{n}", therapist, client, ready, took))
        for n, (therapist, client) in enumerate(zip(therapists, clients, strict=True))
    ]
    for worker in workers:
        worker.start()
    done = [took.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    if any(reserved != EACH for _, reserved, _ in done):
        raise AssertionError("not every slot was reserved")
    count = PROCESSES * EACH
    return float(count / max(seconds for seconds, _, _ in done)), float(sum(each[2] for each in done) / count)


def _pgbench(
    postgres: PostgresServer, config: DatabaseConfig, therapists: list[uuid.UUID], clients: list[uuid.UUID], round_: int
) -> float:
    def one_of(ids: list[uuid.UUID]) -> str:
        return f"(ARRAY[{', '.join(repr(str(each)) for each in ids)}]::uuid[])[:client_id + 1]"

    key = f"('bare-{round_}-' || :client_id || '-' || :n)"
    start = "(timestamptz '2030-01-01 00:00Z' + :n * interval '1 hour')"
    named = {
        "booking_id": key,
        "therapist_id": one_of(therapists),
        "client_id": one_of(clients),
        "service_id": f"'{demo.SERVICE_ID}'::uuid",
        "booking_ids": f"ARRAY[{key}]",
        "series_id": "NULL::text",
        "occurrences": "ARRAY[NULL]",
        "starts": f"ARRAY[{start}]",
        "ends": f"ARRAY[{start} + interval '50 minutes']",
        "occupied_from": f"ARRAY[{start}]",
        "occupied_until": f"ARRAY[{start} + interval '1 hour']",
        "days": f"ARRAY[({start} AT TIME ZONE 'UTC')::date]",
        "request": "'{}'::jsonb",
        "requested_by": "'bench'::text",
        "execution": "'bench'::text",
        "versions": f"ARRAY{VERSIONS}",
        "now": f"'{NOW.isoformat()}'::timestamptz",
    }
    statement = " ".join(line.split("--")[0] for line in queries.reserve.sql.splitlines())
    for name, expression in named.items():
        statement = statement.replace(f"%({name})s", expression)
    folder = postgres.home.parent / "pgbench"
    folder.mkdir(exist_ok=True)
    script = folder / "reserve.sql"
    script.write_text(f"\\set n :n + 1\nBEGIN;\n{statement.strip().rstrip(';')};\nCOMMIT;\n")
    for path in (folder, script):
        path.chmod(0o755)
    command = [postgres.binary("pgbench"), "-n", "-h", config.host, "-p", str(config.port), "-U", config.user]
    done = subprocess.run(
        [*command, "-D", "n=0", "-c", str(PROCESSES), "-j", "2", "-t", str(EACH), "-f", str(script), config.name],
        env={**os.environ, "PGPASSWORD": config.password},
        capture_output=True,
        text=True,
        **server_user(),
    )
    tps = [line for line in done.stdout.splitlines() if line.startswith("tps")]
    connection = connect(config)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bookings WHERE id LIKE %s", (f"bare-{round_}-%",))
        [written] = cursor.fetchone() or [0]
    connection.close()
    if not tps or written != PROCESSES * EACH:
        raise AssertionError(f"pgbench wrote {written} bookings: {done.stderr.strip()[-300:]}")
    return float(tps[0].split()[2])


# -- A rush ----------------------------------------------------------------------------------------------------------


def _rush(config: DatabaseConfig) -> Result:
    """Fifty environments want each of 200 slots at the same moment; then one connection reserves 200 others.

    Processes, as Lambda's environments are: threads would wait for each other in Python. Each has won and lost one
    before, as the one connection has won: a new connection reads PostgreSQL's catalogue first.
    """
    _, clients = _people(config, CONNECTIONS)
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
    return Result("reserve", what, "one connection's median", value, "≤ 50×", is_met, measured)


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
