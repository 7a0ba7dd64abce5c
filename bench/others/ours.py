"""Ours behind the same service: the use case that ReserveSlot calls. PostgreSQL excludes what overlaps."""

from datetime import timedelta

from bench.others.plain import LENGTH
from bench.others.serving import Wanted, service
from bench.practice import NOW, VERSIONS
from booking.codes import Outcome
from booking.config import DatabaseConfig
from booking.contracts.steps import RequestBody, RequestedBy, ReserveSlotInput, SessionContract
from booking.database import Database
from booking.services.bookings.reserve_slot import reserve_slot
from booking.store import Stores
from local import demo

ASKED_BY = RequestedBy.model_validate({"sub": "bench", "groups": "operator"})
BUFFER = timedelta(minutes=10)


def connect(config: DatabaseConfig) -> Stores:
    """A connection, as a Lambda environment holds it."""
    return Stores(Database(config, "bench-ours"))


def reserve(stores: Stores, wanted: Wanted) -> bool:
    """Whether the time was taken."""
    start = wanted.starts_at
    who = {"therapist_id": wanted.therapist_id, "service_id": demo.SERVICE_ID, "client_id": wanted.client_id}
    times = {"starts_at": start, "ends_at": start + LENGTH, "day": start.date()}
    occupied = {"occupied_from": start, "occupied_until": start + LENGTH + BUFFER}
    session = SessionContract.model_validate({"booking_id": wanted.key, **who, **times, **occupied})
    given = ReserveSlotInput(
        booking_id=wanted.key,
        requested_by=ASKED_BY,
        request=RequestBody.model_validate({**who, "starts_at": start.isoformat()}),
        sessions=[session],
        versions=VERSIONS,
        execution="bench",
    )
    return reserve_slot(stores, given, lambda: NOW).outcome == Outcome.RESERVED


app = service(connect, reserve)
