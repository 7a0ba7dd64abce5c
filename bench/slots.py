"""The slots of 31 days: what Python adds to the one query, and what a hundred times as many bookings add to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple
from unittest.mock import patch

from psycopg2.extras import RealDictCursor

from bench.measure import Result, ratio, side_by_side
from bench.practice import NOW, of_size
from bench.reserve import handler_of
from booking import rules
from booking.config import DatabaseConfig
from booking.contracts.calendars import SlotsQuery
from booking.database import Database
from booking.services.calendars.find_slots import find_slots
from booking.store import Stores
from booking.store.calendars import queries
from handlers._outside import outside
from local import demo, documents
from local.postgres import PostgresServer

ROUNDS = 150
FEW, MANY = 10_000, 1_000_000
MONTH = {"from": NOW.isoformat(), "to": (NOW + timedelta(days=31)).isoformat()}
QUERY = SlotsQuery.model_validate(MONTH)
RESOURCE = "/v1/therapists/{therapist_id}/slots"
EVENT = {
    **documents.event("api"),
    "resource": RESOURCE,
    "path": RESOURCE.format(therapist_id=demo.THERAPIST_ID),
    "pathParameters": {"therapist_id": str(demo.THERAPIST_ID)},
    "multiValueQueryStringParameters": {
        name: [value] for name, value in {**MONTH, "service_id": str(demo.SERVICE_ID)}.items()
    },
}


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Four lines of the table."""
    few, many = of_size(postgres, FEW), of_size(postgres, MANY)
    with ways(few) as of_few, ways(many) as of_many:
        if of_few.printed() != of_many.printed():
            raise AssertionError("the two practices have not the same slots")
        timings = side_by_side(of_few.printed, of_few.query, ROUNDS)
        yield ratio("slots", "slots for 31 days, one therapist, as JSON", "the bare SQL it runs", timings, 3)
        timings = side_by_side(of_few.answered, of_few.query, ROUNDS)
        yield ratio("slots", "the same, from the gateway's event to the answer", "the bare SQL it runs", timings, 4)
        timings = side_by_side(of_few.found, of_few.query, ROUNDS)
        yield ratio("slots", "of that, found and not yet printed", "the bare SQL it runs", timings, 2)
        timings = side_by_side(of_many.query, of_few.query, ROUNDS)
        yield ratio("slots", f"its query at {MANY:,} bookings", f"at {FEW:,} bookings", timings, 1.2)


class Ways(NamedTuple):
    """The same slots: asked of PostgreSQL only, found by the rules, printed for a caller, answered by the function."""

    query: Callable[[], object]
    found: Callable[[], object]
    printed: Callable[[], str]
    answered: Callable[[], str]


@contextmanager
def ways(config: DatabaseConfig) -> Iterator[Ways]:
    """The four ways to the slots of one therapist, in the practice in this database."""
    database = Database(config, "bench")
    stores = Stores(database)
    within = (QUERY.starts_from, QUERY.starts_before)

    def found() -> object:
        with stores.autocommit() as store:
            [calendar] = store.calendars.of(demo.SERVICE_ID, demo.THERAPIST_ID, *within)
        return rules.slots(calendar.therapist, calendar.service, calendar.availability, calendar.taken, within, NOW)

    def printed() -> str:
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

    with handler_of(config, "api") as handler, patch.object(outside, "clock", lambda: NOW):

        def answered() -> str:
            return str(handler(EVENT)["body"])

        if answered() != printed():
            raise AssertionError("the function answers something else")
        yield Ways(bare, found, printed, answered)
    database.close()
