"""ReserveSlot, warm: what the handler adds to its own statement."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from unittest.mock import patch

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from bench.measure import Result, ratio, side_by_side
from bench.practice import NOW, VERSIONS, connect, practice
from booking.codes import Outcome
from booking.config import DatabaseConfig
from booking.contracts.steps import RequestBody, RequestedBy, ReserveSlotInput, SessionContract
from booking.store.reservations import Reservations
from local import demo
from local.postgres import PostgresServer, function_environment

ROUNDS = 1_000
BASE = datetime(2035, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOWHERE = open(os.devnull, "w")  # noqa: SIM115  # a device, for as long as we run


def run(postgres: PostgresServer) -> Iterator[Result]:
    """One line of the table."""
    config = practice(postgres, "reserve_warm", 0)
    connection = connect(config)
    connection.autocommit = True
    with handler_of(config) as handler, connection.cursor() as cursor:
        numbers = range(ROUNDS + 10)
        given = iter([reservation(2 * n, demo.THERAPIST_ID, demo.CLIENT_ID, f"handler-{n}") for n in numbers])
        bare = [reservation(2 * n + 1, demo.THERAPIST_ID, demo.CLIENT_ID, f"bare-{n}") for n in numbers]
        statements = iter([statement_of(connection, each) for each in bare])

        def step() -> None:
            if handler(next(given))["outcome"] != Outcome.RESERVED:
                raise AssertionError("not reserved")

        def statement() -> None:
            cursor.execute(next(statements))
            cursor.fetchone()

        timings = side_by_side(step, statement, ROUNDS)
        counted = {who: _rows(cursor, who) for who in ("handler", "bare")}
    connection.close()
    if counted["handler"] != counted["bare"]:
        raise AssertionError(f"not the same rows: {counted}")
    yield ratio("reserve", "ReserveSlot, warm, handler to answer", "its one statement, alone", timings, 1.3)


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
def handler_of(config: DatabaseConfig, name: str = "reserve_slot", **ports: Any) -> Iterator[Callable[[Any], Any]]:
    """A function's own handler, as in a warm Lambda environment; its log goes nowhere. ``ports``: in place of AWS."""
    with redirect_stdout(NOWHERE), patch.dict(os.environ, function_environment(config)):
        from handlers import _runtime
        from handlers._outside import outside
        from tests.fakes import context

        handler = import_module(f"handlers.{name}").handler
        _runtime.logger._logger.handlers[0].setStream(NOWHERE)  # type: ignore[attr-defined]  # a StreamHandler
        made = context(name)
        with patch.dict(vars(outside), ports, clear=True):
            yield lambda given: handler(given, made)
            outside.stores.close()


class _Written(Cursor):
    """Writes a statement instead of running it."""

    text = ""

    def execute(self, query: Any, parameters: Any = None) -> None:
        _Written.text = self.mogrify(query, parameters).decode()

    def fetchone(self) -> Any:
        return {"as_judged": False, "reserved": [], "notifications": [], "awaits": None}


def statement_of(connection: Connection, given: dict[str, Any]) -> str:
    """What ReserveSlot sends to PostgreSQL for this, all of it; nothing is sent."""
    parsed = ReserveSlotInput.model_validate(given)
    usual, connection.cursor_factory = connection.cursor_factory, _Written
    try:
        Reservations(connection).reserve(
            parsed.to_submitted(),
            parsed.to_sessions(),
            parsed.versions,
            NOW,
            parsed.requested_by.to_requester(),
            unless_held=True,
        )
    finally:
        connection.cursor_factory = usual
    return _Written.text


def _rows(cursor: Cursor, who: str) -> list[int]:
    """Bookings, messages and events, by who wrote them."""
    counts = []
    for table, column in (("bookings", "id"), ("notifications", "booking_id"), ("booking_events", "booking_id")):
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} LIKE %s", (f"{who}-%",))  # noqa: S608  # ours
        counts.append((cursor.fetchone() or [0])[0])
    return counts
