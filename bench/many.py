"""Eight environments reserve as fast as they can, against pgbench with the same statement: what Python costs."""

import multiprocessing
import os
import statistics
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
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
    config: DatabaseConfig, number: str, therapist: uuid.UUID, client: uuid.UUID, ready: Barrier, took: Any
) -> None:
    with handler_of(config) as handler:
        inputs = [reservation(n, therapist, client, f"handler-{number}-{n}") for n in range(EACH + 5)]
        _timed(lambda given: handler(given)["outcome"] == "reserved", inputs, ready, took)


def _send_many(
    config: DatabaseConfig, number: str, therapist: uuid.UUID, client: uuid.UUID, ready: Barrier, took: Any
) -> None:
    """The same statements, written before: what the driver and the kernel take to send one and to read its row."""
    connection = connect(config)
    connection.autocommit = True
    with connection.cursor() as cursor:

        def send(statement: str) -> bool:
            cursor.execute(statement)
            return cursor.fetchone() is not None

        inputs = [reservation(n, therapist, client, f"sent-{number}-{n}") for n in range(EACH + 5)]
        _timed(send, [statement_of(connection, each) for each in inputs], ready, took)
    connection.close()


def _timed(done: Callable[[Any], bool], inputs: list[Any], ready: Barrier, took: Any) -> None:
    """Tells how many seconds it took, how many of them were done, and how many seconds of processor that were."""
    for given in inputs[:5]:
        done(given)
    ready.wait()
    started, processor = time.perf_counter(), time.process_time()
    count = sum(done(given) for given in inputs[5:])
    took.put((time.perf_counter() - started, count, time.process_time() - processor))


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Three lines of the table. Three rounds of each, by turns: eight processes of ours, eight that only send the
    statement, and pgbench with eight clients.
    """
    config = practice(postgres, "many_at_once", 0)
    ours, python, driver, theirs = [], [], [], []
    for n in range(3):
        therapists, clients = people(config, 3 * PROCESSES)
        shares = [
            (therapists[at : at + PROCESSES], clients[at : at + PROCESSES]) for at in (0, PROCESSES, 2 * PROCESSES)
        ]
        rate, processor = _processes(_reserve_many, config, *shares[0], n)
        ours.append(rate)
        python.append(processor)
        driver.append(_processes(_send_many, config, *shares[1], n)[1])
        theirs.append(_pgbench(postgres, config, *shares[2], n))
    value: float = statistics.median(ours) / statistics.median(theirs)
    measured = f"{statistics.median(ours):,.0f}/s : {statistics.median(theirs):,.0f}/s"
    what, against = f"bookings a second, {PROCESSES} processes", f"pgbench, the same statement, {PROCESSES} clients"
    yield Result("many", what, against, value, NOT_GATED, True, measured)
    for what, seconds, target in (
        ("Python's processor time a booking, in each of them", statistics.median(python), "≤ 1×"),
        ("of that, the driver's for a statement written before", statistics.median(driver), NOT_GATED),
    ):
        value = seconds * 1000 / AT_MOST_MS
        met = target == NOT_GATED or value <= 1
        yield Result("many", what, f"{AT_MOST_MS} ms", value, target, met, f"{seconds * 1000:.2f} ms")


def _processes(
    work: Callable[..., None],
    config: DatabaseConfig,
    therapists: list[uuid.UUID],
    clients: list[uuid.UUID],
    round_: int,
) -> tuple[float, float]:
    """Bookings a second, and the seconds of processor that Python took for each."""
    spawn = multiprocessing.get_context("spawn")
    ready, took = spawn.Barrier(PROCESSES), spawn.Queue()
    workers = [
        spawn.Process(target=work, args=(config, f"{round_}-{n}", therapist, client, ready, took))
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
    start = f"(timestamptz '{BASE:%Y-%m-%d %H:%M}Z' + :n * interval '1 hour')"
    sample = reservation(0, therapists[0], clients[0], "THE-KEY")
    connection = connect(config)
    text = " ".join(line.split("--")[0] for line in statement_of(connection, sample).splitlines())
    connection.close()
    differs = {
        "'THE-KEY'": key,
        f"'{therapists[0]}'::uuid": one_of(therapists),
        f"'{clients[0]}'::uuid": one_of(clients),
        f"'{{{(BASE + HOUR - 10 * (HOUR / 60))}}}'": f"ARRAY[{start} + interval '50 minutes']",
        f"'{{{(BASE + HOUR)}}}'": f"ARRAY[{start} + interval '1 hour']",
        f"'{{{BASE}}}'": f"ARRAY[{start}]",
        f"'{BASE.isoformat()}'::timestamptz": start,
        f"'{{{BASE.date()}}}'": f"ARRAY[({start} AT TIME ZONE 'UTC')::date]",
    }
    for literal, expression in differs.items():
        if literal not in text:
            raise AssertionError(f"no {literal} in the statement")
        text = text.replace(literal, expression)
    return text.strip().rstrip(";")
