"""A practice of a dozen therapists, and a Monday morning's readers and bookers in it, on real PostgreSQL.

Who comes is drawn beforehand, by bench/monday.py's and local/scale.py's proportions: twenty look for one who books, one
booking in five is cancelled again; half look at one therapist, some of whom are asked for much more than others.
"""

import itertools
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import psutil

from bench.cache.told import starts
from bench.cache.ways import Question
from bench.others import ours
from bench.others.serving import Wanted
from bench.practice import NOW, connect, execute
from booking.config import DatabaseConfig
from booking.contracts.calendars import SlotsQuery
from booking.contracts.changes import CancelBookingInput
from booking.database import Database
from booking.services.calendars.find_slots import find_slots
from booking.services.changes.cancel_booking import cancel_booking
from booking.store import Stores
from local import demo, scale
from tests.fakes import FakeTasks, FakeWorkflows, clock_at

BOOKINGS = 5_000
WEEKS, EDGES, CANCELLED = 4, 2, 0.2
CLOCK = clock_at(NOW)
OPEN = """
    INSERT INTO therapist_services SELECT id, %(service)s FROM therapists ON CONFLICT DO NOTHING;
    INSERT INTO availability (therapist_id, weekday, opens, closes)
    SELECT id, weekday, 480, 1080 FROM therapists, generate_series(1, 5) AS weekday
    WHERE id NOT IN (SELECT therapist_id FROM availability);
"""


class Visit(NamedTuple):
    """Somebody at this second: at which edge, what they look at, and whether they book what they see."""

    at: float
    edge: int
    question: Question
    books: bool
    cancels: bool


def visits(readers_a_second: float, seconds: float, therapists: int, drawn: random.Random) -> Iterator[Visit]:
    """In order of time."""
    asked_for = [1 / (n + 1) for n in range(therapists)]
    at = 0.0
    while (at := at + drawn.expovariate(readers_a_second)) < seconds:
        [therapist] = drawn.choices(range(therapists), asked_for)
        question = Question(therapist if drawn.random() < 0.5 else None, drawn.randrange(WEEKS))
        books = question.therapist is not None and drawn.random() < 2 / scale.READS_OF_SLOTS
        yield Visit(at, drawn.randrange(EDGES), question, books, drawn.random() < CANCELLED)


class Booked(NamedTuple):
    """A booking of the morning's."""

    key: str
    therapist: int
    start: datetime

    @property
    def weeks(self) -> list[int]:
        """In whose answers it may be missed: sessions and their buffers have a day at most."""
        around = {(self.start - NOW + timedelta(days=days)) // timedelta(days=7) for days in (-1, 1)}
        return sorted(around)


class Reader:
    """A connection that finds slots, as a Lambda environment has it; and what that costs PostgreSQL's processor."""

    def __init__(self, config: DatabaseConfig) -> None:
        self._stores = Stores(database := Database(config, "bench-reader"))
        with database.autocommit() as connection:
            self._backend = psutil.Process(connection.info.backend_pid)
        self.close = database.close
        self.asked = 0

    def find(self, therapist: UUID | None, week: int) -> str:
        """The answer's body."""
        self.asked += 1
        begins = NOW + timedelta(days=7 * week)
        query = SlotsQuery.model_validate(
            {"from": begins, "to": begins + timedelta(days=7), "time_zone": "Europe/Berlin"}
        )
        return find_slots(self._stores, demo.SERVICE_ID, therapist, query, CLOCK).model_dump_json()

    def processor(self) -> float:
        """Seconds so far of this connection's server process."""
        spent = self._backend.cpu_times()
        return float(spent.user + spent.system)


class Desk:
    """Where is booked and cancelled."""

    def __init__(self, config: DatabaseConfig) -> None:
        connection = connect(config)
        connection.autocommit = True
        execute(connection, OPEN, {"service": demo.SERVICE_ID})
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM therapists ORDER BY id")
            self.therapists = [UUID(str(row[0])) for row in cursor.fetchall()]
            cursor.execute("SELECT id FROM clients ORDER BY id")
            self._clients = itertools.cycle([UUID(str(row[0])) for row in cursor.fetchall()])
        connection.close()
        self._stores = ours.connect(config)
        self.close = self._stores.close

    def book(self, therapist: int, shown: str, drawn: random.Random) -> "Booked | None":
        """Books one of the times of an answer; None when it was taken, or none was free."""
        free = list(starts(shown))
        if not free:
            return None
        start = datetime.fromisoformat(drawn.choice(free)[1])
        who = {"therapist_id": self.therapists[therapist], "client_id": next(self._clients)}
        wanted = Wanted.model_validate({"key": str(uuid4()), **who, "starts_at": start})
        return Booked(wanted.key, therapist, start) if ours.reserve(self._stores, wanted) else None

    def cancel(self, key: str) -> None:
        by = {"sub": "bench", "groups": "operator"}
        asked = {"change_id": str(uuid4()), "booking_id": key, "requested_by": by, "requested_at": NOW}
        given = CancelBookingInput.model_validate({**asked, "execution": "bench", "request": {}})
        outcome = cancel_booking(self._stores, FakeWorkflows(), FakeTasks(), given, CLOCK).outcome
        if outcome not in ("cancelled", "late_cancelled"):
            raise AssertionError(f"a booking of the bench's own is not cancelled: {outcome}")
