"""Round trips to PostgreSQL of one booking with two messages, by function: counted at the wire, so never noisy."""

from collections.abc import Iterator

from bench.measure import Result
from bench.practice import NOW, connect, execute, practice
from booking.codes import Outcome
from booking.config import DatabaseConfig
from booking.database import Database
from booking.notices import Sender
from booking.services.bookings.reserve_slot import reserve_slot
from booking.services.bookings.validate_request import validate_request
from booking.services.notifications.send_notification import deliver
from booking.store import Stores
from local import demo
from local.postgres import PostgresServer
from tests.asking import body, validate_input, validated_input
from tests.fakes import FakeProviders, clock_at
from tests.wire import wire

TARGETS = {"ValidateRequest": 1, "ReserveSlot": 1, "SendNotification": 4}


def run(postgres: PostgresServer) -> Iterator[Result]:
    """A line a function, and one of all of them."""
    counted = _counted(practice(postgres, "trips", 0))
    for function, target in TARGETS.items():
        yield _line(function, counted[function], target, "its two messages" if target > 1 else "one booking")
    yield _line("all of them", sum(counted.values()), sum(TARGETS.values()), "one booking with two messages")


def _line(function: str, trips: int, target: int, of: str) -> Result:
    measured = f"{trips} statements, BEGIN and COMMIT among them"
    return Result("trips", f"{function}: {of}", f"{target}", trips / target, f"≤ {target}", trips <= target, measured)


def _counted(config: DatabaseConfig) -> dict[str, int]:
    connection = connect(config)
    connection.autocommit = True
    execute(connection, "DELETE FROM therapist_contacts")  # so that the client's two messages are all there are
    connection.close()
    with wire(config) as (seen, through):
        database = Database(through, "bench")
        stores, channels = Stores(database), FakeProviders().channels()
        trips = {}
        asked = validate_input(body(next(demo.starts(NOW))))
        judged = validate_request(stores, asked, clock_at(NOW))
        trips["ValidateRequest"] = seen.trips
        seen.clear()
        decided = reserve_slot(stores, validated_input(asked, judged), clock_at(NOW))
        trips["ReserveSlot"] = seen.trips
        seen.clear()
        if decided.outcome != Outcome.RESERVED or len(decided.notifications) != 2:
            raise AssertionError(f"{decided.outcome}, {len(decided.notifications)} messages")
        for each in decided.notifications:
            deliver(stores, channels, each.notification_id, clock_at(NOW), Sender("practice@example.com"))
        trips["SendNotification"] = seen.trips
        database.close()
    return trips
