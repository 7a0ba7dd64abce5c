"""Each of the three with a database of its own, and a process and a connection for each client that will ask it."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.client import HTTPConnection
from typing import NamedTuple
from unittest.mock import patch
from uuid import UUID

import psutil
import uvicorn
from psycopg2.extensions import connection as Connection

from bench.others import check_then_insert, ours, unique_start
from bench.others.distance import far_away
from bench.practice import connect, execute, practice
from booking.config import DatabaseConfig
from local.places import free_ports
from local.postgres import PostgresServer, function_environment

CLIENTS = 20
START_SECONDS = 60
OURS = "ours"
MODULES = {"check, then insert": check_then_insert, "a unique index on the start": unique_start, OURS: ours}


class Service(NamedTuple):
    """One of the three as it runs: its ports, one a process, and who book and are booked."""

    name: str
    config: DatabaseConfig
    span: str  # of a booking, in SQL
    therapists: list[UUID]
    clients: list[UUID]
    ports: list[int]
    pids: list[int]

    def processor(self) -> float:
        """Seconds so far, of its processes and of PostgreSQL's for them."""
        connection = connect(self.config)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            backends = [pid for (pid,) in cursor.fetchall()]
        connection.close()
        spent = [psutil.Process(pid).cpu_times() for pid in (*self.pids, *backends)]
        return float(sum(each.user + each.system for each in spent))


@contextmanager
def running(postgres: PostgresServer, name: str, processes: int = CLIENTS, *, far: bool = False) -> Iterator[Service]:
    """The service of this name, ``far`` from PostgreSQL or near. Its processes are forks, which have imported all."""
    module, database = MODULES[name], f"others_{MODULES[name].__name__.rpartition('.')[2]}{'_far' * far}"
    is_ours = module is ours
    config = practice(postgres, database, 0) if is_ours else _plain(postgres, database, vars(module)["SCHEMA"])
    connection = connect(config)
    connection.autocommit = True
    therapists, clients = (_people(connection, table, is_ours) for table in ("therapists", "clients"))
    connection.close()
    ports = list(free_ports(*(f"process {n}" for n in range(processes))).values())
    fork = multiprocessing.get_context("fork")
    quiet = {"host": "127.0.0.1", "log_level": "warning", "access_log": False}
    started = [fork.Process(target=uvicorn.run, args=(module.app,), kwargs={**quiet, "port": port}) for port in ports]
    with far_away(config) if far else nullcontext(config) as through:
        with patch.dict(os.environ, function_environment(through)):
            for process in started:
                process.start()
        try:
            for port in ports:
                _wait(port)
            span = "during" if is_ours else "tstzrange(starts_at, ends_at)"
            pids = [process.pid for process in started if process.pid is not None]
            yield Service(name, config, span, therapists, clients, ports, pids)
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.join()


def _plain(postgres: PostgresServer, database: str, schema: str) -> DatabaseConfig:
    admin = connect(postgres.config("postgres"))
    admin.autocommit = True
    execute(admin, f"CREATE DATABASE {database}")
    admin.close()
    connection = connect(postgres.config(database))
    with connection:
        execute(connection, schema)
    connection.close()
    return postgres.config(database)


def _people(connection: Connection, table: str, is_ours: bool) -> list[UUID]:
    """One a client; ours are reached by e-mail, so that each booking has two messages, as with the others."""
    zone, utc = (", time_zone", ", 'UTC'") if is_ours else ("", "")
    contacts, person = f"{table[:-1]}_contacts", f"{table[:-1]}_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (name{zone}) SELECT 'Bench ' || n{utc} FROM generate_series(1, %s) AS n RETURNING id",  # noqa: S608  # ours
            (CLIENTS,),
        )
        ids = [UUID(str(row[0])) for row in cursor.fetchall()]
        if is_ours:
            cursor.execute(
                f"INSERT INTO {contacts} ({person}, channel, address, consented_at)"  # noqa: S608  # ours
                " SELECT id, 'email', id || '@example.com', now() FROM unnest(%s) AS id",
                (ids,),
            )
    return ids


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/openapi.json")
            connection.getresponse().read()
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        finally:
            connection.close()
