"""Eight environments reserve as fast as they can, against pgbench with the same statement: what Python costs."""

import multiprocessing
import os
import statistics
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from typing import Any

from bench.measure import NOT_GATED, Result
from bench.practice import connect, practice
from bench.reserve import BASE, HOUR, handler_of, reservation, statement_of
from booking.config import DatabaseConfig
from local.postgres import PostgresServer, server_user

PROCESSES, EACH = 8, 400
AT_MOST_MS = 0.35


def people(config: DatabaseConfig, count: int) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
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


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Two lines of the table. Three rounds of each, alternately: eight processes, and pgbench with eight clients."""
    config = practice(postgres, "many_at_once", 0)
    ours, python, theirs = [], [], []
    for n in range(3):
        therapists, clients = people(config, 2 * PROCESSES)
        rate, processor = _processes(config, therapists[:PROCESSES], clients[:PROCESSES], n)
        ours.append(rate)
        python.append(processor)
        theirs.append(_pgbench(postgres, config, therapists[PROCESSES:], clients[PROCESSES:], n))
    value: float = statistics.median(ours) / statistics.median(theirs)
    measured = f"{statistics.median(ours):,.0f}/s : {statistics.median(theirs):,.0f}/s"
    what, against = f"bookings a second, {PROCESSES} processes", f"pgbench, the same statement, {PROCESSES} clients"
    yield Result("many", what, against, value, NOT_GATED, True, measured)
    milliseconds: float = statistics.median(python) * 1000
    what, against = "Python's processor time a booking, in each of them", f"{AT_MOST_MS} ms"
    value, measured = milliseconds / AT_MOST_MS, f"{milliseconds:.2f} ms"
    yield Result("many", what, against, value, "≤ 1×", value <= 1, measured)


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
    """Transactions a second of pgbench, each of them ReserveSlot's own statement with ids and times of its own."""
    folder = postgres.home.parent / "pgbench"
    folder.mkdir(exist_ok=True)
    script = folder / "reserve.sql"
    script.write_text(f"\\set n :n + 1\n{_script(config, therapists, clients, round_)};\n")
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


def _script(config: DatabaseConfig, therapists: list[uuid.UUID], clients: list[uuid.UUID], round_: int) -> str:
    """The statement of one reservation, with pgbench's variables in place of what differs."""

    def one_of(ids: list[uuid.UUID]) -> str:
        return f"(ARRAY[{', '.join(repr(str(each)) for each in ids)}]::uuid[])[:client_id + 1]"

    key = f"('bare-{round_}-' || :client_id || '-' || :n)"
    start = "(timestamptz '2030-01-01 00:00Z' + :n * interval '1 hour')"
    sample = reservation(0, therapists[0], clients[0], "THE-KEY")
    connection = connect(config)
    text = " ".join(line.split("--")[0] for line in statement_of(connection, sample).splitlines())
    connection.close()
    differs = {
        "'THE-KEY'": key,
        f"'{therapists[0]}'::uuid": one_of(therapists),
        f"'{clients[0]}'::uuid": one_of(clients),
        f"'{{{(BASE + HOUR - 10 * (HOUR / 60)).isoformat()}}}'": f"ARRAY[{start} + interval '50 minutes']",
        f"'{{{(BASE + HOUR).isoformat()}}}'": f"ARRAY[{start} + interval '1 hour']",
        f"'{{{BASE.isoformat()}}}'": f"ARRAY[{start}]",
        f"'{BASE.isoformat()}'::timestamptz": start,
        f"'{BASE.date()}'::date": f"({start} AT TIME ZONE 'UTC')::date",
    }
    for literal, expression in differs.items():
        if literal not in text:
            raise AssertionError(f"no {literal} in the statement")
        text = text.replace(literal, expression)
    return text.strip().rstrip(";")
