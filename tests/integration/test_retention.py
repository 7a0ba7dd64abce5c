"""One client's data on real PostgreSQL: given out, forgotten, and who is forgotten by themselves."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Held
from booking.contracts.places import PlaceBody
from booking.contracts.retention import ClientDataAnswer, ClientDataInput
from booking.services.bookings.get_booking import get_booking
from booking.services.bookings.place import set_place
from booking.services.people.client_data import YEAR, client_data, forget_clients
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, reserve, reserve_input
from tests.fakes import FakeWorkflows, clock_at
from tests.integration.test_changes import cancel
from tests.integration.test_get_booking import must_not_be_asked
from tests.integration.test_waitlist import OPERATOR, join
from tests.rows import rows

AFTER = STARTS_AT + timedelta(days=1)


def act(stores: Stores, what: str, client_id: UUID = demo.CLIENT_ID, at: Any = NOW) -> ClientDataAnswer:
    given = {"client_id": client_id, "act": what, "actor": "olga", "reason": "asked for"}
    return client_data(stores, ClientDataInput.model_validate(given), clock_at(at))


def everything(db: Connection) -> str:
    """All that the database says, but for histories, which are append-only and name ids, and logins to be deleted."""
    tables = rows(db, "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'")
    names = [row["name"] for row in tables if row["name"] not in ("booking_events", "logins_to_delete")]
    return json.dumps([rows(db, f"SELECT * FROM {name}") for name in names], default=str)  # noqa: S608  # our own names


def test_an_export_has_all_of_it_and_is_recorded(stores: Stores) -> None:
    reserve(stores, reserve_input())
    join(stores, "w-1")
    answer = act(stores, "export")
    assert answer.file is not None
    assert answer.file["client"]["name"] == "Jonas Weber"
    assert [each["channel"] for each in answer.file["contacts"]] == ["email", "sms"]
    [booking] = answer.file["bookings"]
    assert (booking["therapist"], booking["status"]) == ("Miriam Adler", "confirmed")
    assert {each["channel"] for each in booking["messages"]} == {"email", "sms"}
    assert [each["entry_id"] for each in answer.file["waitlist"]] == ["w-1"]
    assert [each["act"] for each in answer.file["acts"]] == ["exported"]


def test_who_is_erased_is_in_no_table_any_more_and_the_booking_keeps_its_facts(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    at_home = PlaceBody(held=Held.AT_PRACTICE, address="Am Quittenhof 3")
    set_place(stores, OPERATOR, "booking-1", at_home, clock_at(NOW))
    cancel(stores, change_id="c-1")
    join(stores, "w-1")
    answer = act(stores, "erase")
    assert (answer.outcome, answer.user_sub) == ("erased", "sub-client")
    assert act(stores, "erase").outcome == "erased", "twice is once"
    left = everything(db)
    for personal in ("Jonas Weber", "jonas.weber@example.com", "+447700900101", "sub-client", "Quittenhof"):
        assert personal not in left
    seen = get_booking(stores, FakeWorkflows(must_not_be_asked), OPERATOR, "booking-1", clock_at(NOW))
    assert seen is not None
    assert (seen.status, seen.starts_at) == ("cancelled", STARTS_AT)
    assert rows(db, "SELECT status FROM waitlist") == [{"status": "left"}]
    assert rows(db, "SELECT act, actor, reason FROM client_acts") == [
        {"act": "erased", "actor": "olga", "reason": "asked for"}
    ]


def test_who_has_sessions_to_come_is_not_erased(stores: Stores) -> None:
    reserve(stores, reserve_input())
    assert act(stores, "erase").outcome == "has_sessions"
    assert act(stores, "erase", at=AFTER).outcome == "erased"
    assert act(stores, "erase", UUID(int=9)).outcome == "unknown"


@pytest.mark.parametrize(("years", "forgotten"), [(9, 0), (10, 1)])
def test_who_was_inactive_for_so_long_is_forgotten_and_nobody_else(
    stores: Stores, db: Connection, years: int, forgotten: int
) -> None:
    rows(db, "UPDATE clients SET created_at = %s RETURNING 1", NOW - 20 * YEAR)
    reserve(stores, reserve_input())
    reserve(stores, reserve_input("b-2", STARTS_AT + timedelta(hours=1), client_id=demo.OTHER_CLIENT_ID))
    rows(db, "UPDATE bookings SET status = 'completed' WHERE id = 'booking-1' RETURNING 1")
    later = STARTS_AT + years * YEAR + timedelta(days=2)
    moved = "UPDATE bookings SET during = tstzrange(%s, %s), occupied = tstzrange(%s, %s) WHERE id = 'b-2' RETURNING 1"
    rows(db, moved, *(later, later + timedelta(hours=1)) * 2)
    assert forget_clients(stores, 10, clock_at(later)) == forgotten
    assert forget_clients(stores, 10, clock_at(later)) == 0
    names = {row["name"] for row in rows(db, "SELECT name FROM clients")}
    assert ("erased" in names) == bool(forgotten)
    assert "Lena Hoffmann" in names


def test_the_record_of_it_can_not_be_changed(stores: Stores, db: Connection) -> None:
    act(stores, "export")
    with pytest.raises(Exception, match="append-only"):
        rows(db, "UPDATE client_acts SET actor = 'nobody' RETURNING 1")
