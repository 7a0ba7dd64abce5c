"""What people read every day, at a million bookings against ten thousand; and how large a booking is."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

from bench.measure import Result, ratio, side_by_side
from bench.practice import NOW, SUBS, connect, of_size
from booking.codes import Group
from booking.config import DatabaseConfig
from booking.contracts.bookings import BookingsQuery
from booking.contracts.calendars import SlotsQuery
from booking.contracts.finding import FindBookingsInput
from booking.database import Database
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking, list_bookings
from booking.services.calendars.find_slots import find_slots
from booking.services.operations.finding import find_bookings
from booking.store import Stores
from local import demo
from local.postgres import PostgresServer
from tests.fakes import FakeWorkflows, clock_at

ROUNDS = 200
FEW, MANY = 10_000, 1_000_000
CLIENT, THERAPIST, OPERATOR = (
    Requester(SUBS.get(group, "sub-operator"), frozenset({group}))
    for group in (Group.CLIENT, Group.THERAPIST, Group.OPERATOR)
)
CLOCK = clock_at(NOW)
WEEK = {"from": NOW.isoformat(), "to": (NOW + timedelta(days=7)).isoformat()}


class Reading(NamedTuple):
    """A call that somebody makes every day, and how many things it answers with."""

    what: str
    call: Callable[[Stores], int]


def _listed(requester: Requester, **query: object) -> Callable[[Stores], int]:
    asked = BookingsQuery.model_validate(query)
    return lambda stores: len(list_bookings(stores, requester, asked).bookings)


def _found(**query: object) -> Callable[[Stores], int]:
    asked = FindBookingsInput.model_validate(query)
    return lambda stores: len(find_bookings(stores, asked, CLOCK).bookings)


def _one(stores: Stores) -> int:
    return len([get_booking(stores, FakeWorkflows(), OPERATOR, "old-1-400", CLOCK)])


def _slots(stores: Stores) -> int:
    return len(find_slots(stores, demo.SERVICE_ID, None, SlotsQuery.model_validate(WEEK), CLOCK).days)


READINGS = (
    Reading("one booking", _one),
    Reading("a client's bookings, the first page", _listed(CLIENT)),
    Reading("a therapist's week", _listed(THERAPIST, **WEEK)),
    Reading("an operator's bookings from now on, the first page", _listed(OPERATOR, **{"from": WEEK["from"]})),
    Reading("an operator's bookings of a client", _listed(OPERATOR, client_id=demo.CLIENT_ID)),
    Reading("those that need a person", _found(needing_attention=True)),
    Reading("a week's slots with anyone", _slots),
)


def run(postgres: PostgresServer) -> Iterator[Result]:
    """A line a reading, and one of the database's size."""
    few, many = of_size(postgres, FEW), of_size(postgres, MANY)
    databases = [Database(config, "bench") for config in (many, few)]
    of_many, of_few = (Stores(database) for database in databases)
    for what, call in READINGS:
        answered = {call(of_many), call(of_few)}
        if len(answered) != 1:
            raise AssertionError(f"{what}: the two practices answer {answered}")
        timings = side_by_side(lambda: call(of_many), lambda: call(of_few), ROUNDS)  # noqa: B023  # called at once
        yield ratio("scale", f"{what}, at {MANY:,} bookings", f"at {FEW:,} bookings", timings, 1.2)
    for database in databases:
        database.close()
    yield _size(many, few)


def _size(many: DatabaseConfig, few: DatabaseConfig) -> Result:
    """Bytes of a booking, with its history, two messages and all indexes."""
    large, small = _bytes(many) / MANY, _bytes(few) / FEW
    measured = f"{large:,.0f} bytes : {small:,.0f} bytes"
    return Result(
        "scale",
        f"bytes a booking takes, at {MANY:,}",
        f"at {FEW:,}",
        large / small,
        "≤ 1.2×",
        large <= 1.2 * small,
        measured,
    )


def _bytes(config: DatabaseConfig) -> int:
    tables = ("bookings", "booking_events", "notifications")
    connection = connect(config)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s) AS name", (list(tables),))
        [found] = cursor.fetchone() or [0]
    connection.close()
    return int(found)
