"""FindBookings, and lists of what needs a person: where somebody on call begins."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as Connection
from pydantic import ValidationError

from booking.codes import Group
from booking.contracts.bookings import BookingsQuery
from booking.contracts.finding import FindBookingsInput, Found
from booking.model import Requester
from booking.services.bookings.get_booking import list_bookings
from booking.services.operations import finding
from booking.services.operations.finding import find_bookings
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, requested_by, reserve, reserve_input
from tests.fakes import clock_at
from tests.integration.test_mark_attention import change, marked
from tests.rows import rows

OTHER = requested_by("sub-other-client")
DAY = timedelta(days=1)


def find(stores: Stores, **given: Any) -> Found:
    found = find_bookings(stores, FindBookingsInput.model_validate(given), clock_at(NOW))
    assert not [each for each in demo.PERSONAL_DATA if each in found.model_dump_json()]
    return found


def unreached(db: Connection, booking_id: str, at: datetime) -> None:
    rows(db, "INSERT INTO unreached (booking_id, at) VALUES (%s, %s) RETURNING 1", booking_id, at)


@pytest.fixture
def two_clients(stores: Stores) -> None:
    """Jonas Weber on Wednesday and Thursday, somebody else on Wednesday."""
    reserve(stores, reserve_input())
    reserve(stores, reserve_input("booking-2", STARTS_AT + DAY))
    later = STARTS_AT + timedelta(hours=2)
    reserve(stores, reserve_input("booking-3", later, client_id=demo.OTHER_CLIENT_ID, by=OTHER))


@pytest.mark.usefixtures("two_clients")
def test_a_booking_is_found_by_the_beginnings_of_a_name_and_the_practices_day(stores: Stores) -> None:
    [found] = find(stores, client_name="jon web", on="2032-03-03").bookings
    assert (found.booking_id, found.status, found.starts_at) == ("booking-1", "confirmed", STARTS_AT)
    assert (found.client_id, found.therapist_id, found.attention) == (demo.CLIENT_ID, demo.THERAPIST_ID, None)
    assert find(stores, client_name="Jonas", on="2032-03-02") == Found()
    assert find(stores, client_name="onas", on="2032-03-03") == Found(), "a word begins so, or it is another"
    assert find(stores, client_name="Weber", on="2032-03-04").bookings[0].booking_id == "booking-2"


@pytest.mark.usefixtures("two_clients")
def test_the_day_is_the_practices(stores: Stores, db: Connection) -> None:
    [other] = rows(db, "SELECT name FROM clients WHERE id = %s", demo.OTHER_CLIENT_ID)
    days = [date(2032, 3, 3), date(2032, 3, 4)]
    assert [len(find(stores, client_name=other["name"], on=day).bookings) for day in days] == [1, 0]
    rows(db, "UPDATE practice SET time_zone = 'Pacific/Kiritimati' RETURNING 1")  # an hour past midnight there
    assert [len(find(stores, client_name=other["name"], on=day).bookings) for day in days] == [0, 1]


@pytest.mark.usefixtures("two_clients")
def test_a_client_is_found_by_name_with_what_tells_them_from_others(stores: Stores) -> None:
    [found] = find(stores, client_name="Weber").clients
    assert (found.client_id, found.active) == (demo.CLIENT_ID, True)
    assert (found.last_session, found.next_session) == (None, STARTS_AT)


@pytest.mark.usefixtures("two_clients")
def test_what_needs_a_person_is_one_list_the_newest_first(stores: Stores, db: Connection) -> None:
    assert find(stores, needing_attention=True) == Found()
    marked(stores, change("FAILED", error="ProviderUnavailable"))
    since = datetime.fromisoformat("2032-03-01T09:00:00+00:00")
    unreached(db, "booking-1", since - timedelta(hours=1))
    unreached(db, "booking-3", since + timedelta(hours=1))
    rows(
        db,
        "INSERT INTO attention (booking_id, needed, execution, status, error, at) "
        "VALUES ('no-row', true, 'arn', 'FAILED', 'DatabaseUnavailable', %s) RETURNING 1",
        since + timedelta(hours=2),
    )
    found = find(stores, needing_attention=True)
    assert [(each.booking_id, each.attention and each.attention.status) for each in found.bookings] == [
        ("no-row", "FAILED"),
        ("booking-3", "UNREACHED"),
        ("booking-1", "FAILED"),
        ("booking-1", "UNREACHED"),
    ]
    assert found.bookings[0].status is None, "its workflow failed before it was decided"
    assert not found.more


@pytest.mark.usefixtures("two_clients")
def test_a_long_list_says_that_there_is_more(stores: Stores, db: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "LIMIT", 1)
    for booking_id in ("booking-1", "booking-2"):
        unreached(db, booking_id, NOW)
    found = find(stores, needing_attention=True)
    assert (len(found.bookings), found.more) == (1, True)
    assert find(stores, client_name="e").more is False


@pytest.mark.usefixtures("two_clients")
def test_a_booking_is_found_by_a_message_of_it(stores: Stores, db: Connection) -> None:
    [message] = rows(db, "SELECT id FROM notifications WHERE booking_id = 'booking-3' AND recipient = 'client'")
    [found] = find(stores, notification_id=message["id"]).bookings
    assert found.booking_id == "booking-3"
    assert find(stores, notification_id=uuid4()) == Found()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"on": "2032-03-03"},
        {"needing_attention": False},
        {"needing_attention": True, "client_name": "Weber"},
        {"needing_attention": True, "on": "2032-03-03"},
        {"client_name": "", "on": "2032-03-03"},
    ],
)
def test_one_thing_is_asked_for(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FindBookingsInput.model_validate(given)


@pytest.mark.usefixtures("two_clients")
def test_a_list_of_what_needs_a_person_is_for_who_keeps_the_calendar(stores: Stores, db: Connection) -> None:
    for booking_id in ("booking-1", "booking-3"):
        unreached(db, booking_id, NOW)

    def listed(sub: str, group: Group) -> list[str]:
        page = list_bookings(stores, Requester(sub, frozenset({group})), BookingsQuery(attention=True))
        return [each.booking_id for each in page.bookings]

    assert listed("sub-operator", Group.OPERATOR) == ["booking-1", "booking-3"]
    assert listed("sub-therapist", Group.THERAPIST) == ["booking-1", "booking-3"]
    assert listed("sub-other-therapist", Group.THERAPIST) == []
    assert listed("sub-client", Group.CLIENT) == [], "not even of one's own"
    assert listed("sub-client", Group.THERAPIST) == []
