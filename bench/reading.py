"""Reading one booking, and judging a series: what is added to the SQL, and what 52 sessions cost against one."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench.measure import Result, ratio, side_by_side
from bench.practice import NOW, practice
from bench.reserve import reservation
from booking.codes import Group, Outcome
from booking.config import DatabaseConfig
from booking.contracts.steps import ReserveSlotInput, ValidateRequestInput
from booking.database import Database
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking
from booking.services.bookings.reserve_slot import reserve_slot
from booking.services.bookings.validate_request import validate_request
from booking.store import Stores
from local import demo
from local.postgres import PostgresServer
from tests.fakes import FakeWorkflows, clock_at
from tests.wire import wire

ROUNDS = 400
CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Two lines of the table."""
    config = practice(postgres, "reading", 10_000)
    yield _one_booking(config)
    yield _series(config)


def _one_booking(config: DatabaseConfig) -> Result:
    database = Database(config, "bench")
    stores = Stores(database)
    given = reservation(0, demo.THERAPIST_ID, demo.CLIENT_ID, "bench-1")
    reserve_slot(stores, ReserveSlotInput.model_validate(given), lambda: NOW)

    def get() -> str:
        answer = get_booking(stores, FakeWorkflows(), CLIENT, "bench-1", clock_at(NOW))
        if answer is None or answer.status != "confirmed":
            raise AssertionError("the booking is not there")
        return answer.model_dump_json(exclude_none=True)

    with wire(config) as (seen, through):
        heard = Database(through, "bench")
        get_booking(Stores(heard), FakeWorkflows(), CLIENT, "bench-1", clock_at(NOW))
        heard.close()
    [statement] = seen.statements

    def bare() -> object:
        with database.autocommit() as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()

    timings = side_by_side(get, bare, ROUNDS)
    database.close()
    return ratio("reading", "GET one booking", "the bare SQL it runs", timings, 1.5)


def _series(config: DatabaseConfig) -> Result:
    database = Database(config, "bench")
    stores = Stores(database)
    start = datetime(2032, 3, 8, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))

    def judge(count: int) -> None:
        request = {
            "therapist_id": demo.THERAPIST_ID,
            "service_id": demo.SERVICE_ID,
            "starts_at": start.isoformat(),
            **({"recurrence": f"FREQ=WEEKLY;COUNT={count}"} if count > 1 else {}),
        }
        by = {"sub": "sub-client", "groups": "client"}
        given = {"booking_id": "bench-2", "requested_by": by, "request": request, "requested_at": NOW}
        decided = validate_request(
            stores, ValidateRequestInput.model_validate(given), lambda: NOW + timedelta(seconds=1)
        )
        if decided.outcome != Outcome.VALID or len(decided.sessions) != count:
            raise AssertionError(f"{count} sessions are not valid: {[each.code for each in decided.reasons]}")

    timings = side_by_side(lambda: judge(52), lambda: judge(1), ROUNDS // 2)
    database.close()
    return ratio("reading", "validating a series of 52", "validating one", timings, 5)
