"""The slots of 31 days: what Python adds to the one query, and what a hundred times as many bookings add to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from psycopg2.extras import RealDictCursor

from bench.measure import Result, ratio, side_by_side
from bench.practice import NOW, practice
from booking.config import DatabaseConfig
from booking.contracts.calendars import SlotsQuery
from booking.database import Database
from booking.services.find_slots import find_slots
from booking.store import Stores
from booking.store.queries import queries
from local import demo
from local.postgres import PostgresServer

ROUNDS = 150
FEW, MANY = 10_000, 1_000_000
QUERY = SlotsQuery.model_validate({"from": NOW.isoformat(), "to": (NOW + timedelta(days=31)).isoformat()})


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Two lines."""
    few, many = practice(postgres, "few", FEW), practice(postgres, "many", MANY)
    with _slots_and_query(few) as (slots_of_few, query_few), _slots_and_query(many) as (slots_of_many, query_many):
        if slots_of_few() != slots_of_many():
            raise AssertionError("the two practices have not the same slots")
        timings = side_by_side(slots_of_few, query_few, ROUNDS)
        yield ratio("slots", "slots for 31 days, one therapist", "the bare SQL it runs", timings, 2)
        timings = side_by_side(query_many, query_few, ROUNDS)
        yield ratio("slots", f"its query at {MANY:,} bookings", f"at {FEW:,} bookings", timings, 1.2)


@contextmanager
def _slots_and_query(config: DatabaseConfig) -> Iterator[tuple[Callable[[], object], Callable[[], object]]]:
    database = Database(config, "bench")
    stores = Stores(database)

    def slots() -> object:
        return find_slots(stores, demo.SERVICE_ID, demo.THERAPIST_ID, QUERY, lambda: NOW).model_dump_json()

    with database.autocommit() as connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
        statement = cursor.mogrify(
            queries.calendars.sql,
            {
                "service_id": demo.SERVICE_ID,
                "therapist_id": demo.THERAPIST_ID,
                "starts_from": QUERY.starts_from,
                "starts_before": QUERY.starts_before,
            },
        )

    def bare() -> object:
        with database.autocommit() as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    yield slots, bare
    database.close()
