"""Calendars on real PostgreSQL: the day's maximum and time off under races, versions, and what the slots cost."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from psycopg2.extensions import connection as Connection
from psycopg2.extras import RealDictCursor

from booking.codes import Channel, Group, Outcome, WhyNone
from booking.config import DatabaseConfig
from booking.contracts.calendars import AvailabilityBody, DayState, SlotsQuery
from booking.contracts.clients import ClientsQuery
from booking.contracts.people import ClientBody, Contact, NewClientBody, NewTherapistBody, ServiceBody, TherapistBody
from booking.contracts.time_off import TimeOffBody
from booking.database import Database
from booking.errors import Refusal
from booking.model import Availability, Requester
from booking.services.bookings.validate_request import validate_request
from booking.services.calendars import working_hours
from booking.services.calendars.find_slots import find_slots
from booking.services.calendars.time_off import add_time_off
from booking.services.people import clients, services, therapists
from booking.store import Stores
from booking.versions import etag
from booking.working_time import working_time
from local import demo
from tests.asking import NOW, STARTS_AT, body, requested_by, reserve, reserve_input, validate_input, validated_input
from tests.at_once import together
from tests.fakes import FakeLogins, FakeWorkflows, clock_at
from tests.integration.test_races import clients as new_clients
from tests.integration.test_races import race
from tests.rows import rows
from tests.shown import slots_of

OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
MONTH = SlotsQuery.model_validate({"from": NOW.isoformat(), "to": (NOW + timedelta(days=31)).isoformat()})


def slots(stores: Stores, query: SlotsQuery = MONTH) -> list[datetime]:
    found = find_slots(stores, demo.SERVICE_ID, demo.THERAPIST_ID, query, lambda: NOW)
    return [slot.starts_at for slot in slots_of(found)]


def test_what_is_shown_is_exactly_what_can_be_reserved(stores: Stores, db: Connection) -> None:
    """Every quarter of an hour of three days, asked for in full: shown or refused, never neither."""
    rows(db, "UPDATE therapists SET max_sessions_per_day = 4 RETURNING 1")
    ids = iter(new_clients(db, 400))
    away = (STARTS_AT + timedelta(hours=3), STARTS_AT + timedelta(hours=5))
    given = TimeOffBody(starts_at=away[0], ends_at=away[1])
    add_time_off(stores, FakeWorkflows(), THERAPIST, demo.THERAPIST_ID, "off", given, clock_at(NOW))
    start = STARTS_AT - timedelta(hours=4)
    for n in range(0, 3 * 96, 3):
        starts_at = start + n * timedelta(minutes=15)
        shown = starts_at in slots(stores)
        asked = validate_input(body(starts_at, client_id=next(ids)), requested_by("op", "operator"), f"q-{n}")
        validated = validate_request(stores, asked, lambda: NOW)
        outcome = (
            reserve(stores, validated_input(asked, validated)).outcome
            if validated.outcome == Outcome.VALID
            else validated.outcome
        )
        assert (outcome == Outcome.RESERVED) == shown, (starts_at, outcome)
    per_day = rows(db, "SELECT day, count(*) FROM bookings WHERE status = 'confirmed' GROUP BY 1")
    assert {row["count"] for row in per_day} == {4}


def test_the_days_maximum_holds_when_twenty_ask_at_once(database: DatabaseConfig, db: Connection) -> None:
    rows(db, "UPDATE therapists SET max_sessions_per_day = 3 RETURNING 1")
    ids = new_clients(db, 20)
    requests = [
        [reserve_input(f"m-{n}", STARTS_AT + n % 10 * timedelta(hours=1), client_id=client)]
        for n, client in enumerate(ids)
    ]
    outcomes, _ = race(database, requests)
    counts = Counter(outcomes)
    assert counts[Outcome.RESERVED] == 3
    assert set(counts) <= {Outcome.RESERVED, Outcome.SLOT_TAKEN, Outcome.DAY_FULL}
    assert rows(db, "SELECT count(*) FROM bookings WHERE status = 'confirmed'") == [{"count": 3}]


def go_away(stores: Stores, start: datetime) -> bool:
    """Whether the therapist could take two hours off."""
    given = TimeOffBody(starts_at=start, ends_at=start + timedelta(hours=2))
    try:
        add_time_off(stores, FakeWorkflows(), OPERATOR, demo.THERAPIST_ID, str(uuid4()), given, clock_at(NOW))
    except Refusal:
        return False
    return True


def test_no_booking_slips_into_time_off_that_is_being_put(crew: list[Stores], db: Connection) -> None:
    """Whoever comes first: the booking is in the list that refuses the time off, or it is refused itself."""
    for n, client in enumerate(new_clients(db, 40)):
        start = STARTS_AT + n * timedelta(days=1)
        given = reserve_input(f"t-{n}", start, client_id=client)
        booked, away = together(crew, [partial(reserve, given=given), partial(go_away, start=start)])
        # invalid: judged anew by the rules, because the therapist's version had changed
        assert booked.outcome in ((Outcome.THERAPIST_AWAY, Outcome.INVALID) if away else (Outcome.RESERVED,))


def test_of_two_who_change_the_same_hours_one_is_told_to_look_again(stores: Stores) -> None:
    current = working_hours.get_availability(stores, THERAPIST, demo.THERAPIST_ID)
    none = AvailabilityBody(weekly=[])
    put = working_hours.put_availability
    put(stores, THERAPIST, demo.THERAPIST_ID, none, etag(current))
    with pytest.raises(Refusal, match="changed-meanwhile"):
        put(stores, OPERATOR, demo.THERAPIST_ID, current, etag(current))
    with pytest.raises(Refusal, match="if-match-missing"):
        put(stores, OPERATOR, demo.THERAPIST_ID, current, None)
    with pytest.raises(Refusal, match="not-found"):
        put(stores, CLIENT, demo.THERAPIST_ID, current, "*")
    put(stores, OPERATOR, demo.THERAPIST_ID, current, f'"something", {etag(none)}')
    assert working_hours.get_availability(stores, THERAPIST, demo.THERAPIST_ID) == current


def test_hours_past_midnight_that_hold_for_a_week_come_back_as_they_were_put(stores: Stores) -> None:
    given = AvailabilityBody.model_validate(
        {
            "weekly": [
                {"weekday": 3, "opens": "22:00", "closes": "26:00", "valid_from": "2032-03-01"},
                {"weekday": 4, "opens": "09:00", "closes": "24:00", "valid_until": "2032-03-04"},
            ],
            "extra_hours": [{"starts_at": "2032-03-07T09:00:00+01:00", "ends_at": "2032-03-07T12:00:00+01:00"}],
        }
    )
    assert working_hours.put_availability(stores, THERAPIST, demo.THERAPIST_ID, given, "*") == given
    found = slots(stores)
    assert datetime(2032, 3, 4, 0, 0, tzinfo=UTC) in found  # one in the morning on Thursday, in Berlin
    assert datetime(2032, 3, 7, 8, 0, tzinfo=UTC) in found
    assert max(found) < datetime(2032, 4, 1, 2, tzinfo=UTC)


def test_extra_hours_of_a_thousand_years_are_looked_at_only_where_somebody_asks(stores: Stores) -> None:
    ages = {"starts_at": "0003-01-02T00:00:00Z", "ends_at": "9980-12-30T00:00:00Z"}
    given = AvailabilityBody.model_validate({"weekly": [], "extra_hours": [ages]})
    working_hours.put_availability(stores, THERAPIST, demo.THERAPIST_ID, given, "*")
    assert slots(stores)[:2] == [NOW + timedelta(hours=1), NOW + timedelta(hours=1, minutes=15)]
    availability = Availability(extra_hours=(given.extra_hours[0].to_span(),))
    [(opens, closes)] = working_time(availability, ZoneInfo("Europe/Berlin"), NOW, NOW + timedelta(hours=2))
    assert closes - opens < timedelta(days=3)


def test_who_moves_to_another_zone_still_gives_no_more_sessions_a_day(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET max_sessions_per_day = 1, time_zone = 'Pacific/Auckland' RETURNING 1")
    evening = datetime(2032, 3, 3, 23, tzinfo=UTC)  # the 4th in Auckland, the 3rd in Los Angeles
    given = reserve_input("b-1", evening)
    moved = given.sessions[0].model_copy(update={"day": date(2032, 3, 4)})
    reserve(stores, given.model_copy(update={"sessions": [moved]}))
    current = therapists.get_therapist(stores, OPERATOR, demo.THERAPIST_ID)
    there = TherapistBody.model_validate({**current.model_dump(), "time_zone": "America/Los_Angeles"})
    therapists.change_therapist(stores, OPERATOR, demo.THERAPIST_ID, there, etag(current), now)
    assert rows(db, "SELECT day FROM bookings") == [{"day": date(2032, 3, 3)}]


def test_only_operators_give_someone_a_login(stores: Stores) -> None:
    body = NewClientBody(name="Mine", time_zone="UTC", user_sub="sub-of-someone")
    with pytest.raises(Refusal, match="forbidden"):
        clients.add_client(stores, FakeLogins(), THERAPIST, body, now)
    assert clients.add_client(stores, FakeLogins(), OPERATOR, body, now).user_sub == "sub-of-someone"


@pytest.mark.parametrize(
    "cursor", ["2035-01-01T00:00:00Z~x", "9999-12-31T00:00:00Z~x", "x", "2032-03-02T00:00:00Z~\x00"]
)
def test_a_cursor_that_no_answer_gave_is_refused(stores: Stores, cursor: str) -> None:
    with pytest.raises(Refusal, match="invalid"):
        slots(stores, MONTH.model_copy(update={"cursor": cursor}))


# -- People ----------------------------------------------------------------------------------------------------------


def now() -> datetime:
    return NOW


def test_clients_change_their_own_contacts_and_consents_and_nothing_else(stores: Stores, db: Connection) -> None:
    mine = clients.get_client(stores, CLIENT, demo.CLIENT_ID)
    consent = "SELECT consented_at FROM client_contacts WHERE client_id = %s AND channel = 'email'"
    before = rows(db, consent, demo.CLIENT_ID)
    given = ClientBody.model_validate(mine.model_dump()).model_copy(
        update={"contacts": [mine.contacts[0], Contact(channel=Channel.SMS, address="+4915112345678", consented=False)]}
    )
    changed = clients.change_client(stores, CLIENT, demo.CLIENT_ID, given, etag(mine), now)
    assert changed == clients.get_client(stores, CLIENT, demo.CLIENT_ID)
    assert rows(db, consent, demo.CLIENT_ID) == before, "a consent keeps its time as long as its address"
    moved = given.model_copy(
        update={"contacts": [Contact(channel=Channel.EMAIL, address="j@example.com", consented=True)]}
    )
    clients.change_client(stores, CLIENT, demo.CLIENT_ID, moved, "*", now)
    assert rows(db, consent, demo.CLIENT_ID) == [{"consented_at": NOW}]
    with pytest.raises(Refusal, match="forbidden") as refused:
        clients.change_client(stores, CLIENT, demo.CLIENT_ID, moved.model_copy(update={"name": "X"}), "*", now)
    assert "name" in refused.value.detail


def test_a_new_client_is_seen_by_who_entered_them_and_sent_twice_is_there_once(stores: Stores) -> None:
    given = NewClientBody(id=uuid4(), name="Nora Ny", time_zone="Europe/Oslo")
    made = clients.add_client(stores, FakeLogins(), THERAPIST, given, now)
    with pytest.raises(Refusal, match="id-taken"):
        clients.add_client(stores, FakeLogins(), THERAPIST, given, now)
    assert clients.get_client(stores, THERAPIST, made.id) == made
    with pytest.raises(Refusal, match="not-found"):
        clients.get_client(stores, Requester("sub-other-therapist", frozenset({Group.THERAPIST})), made.id)
    with pytest.raises(Refusal, match="forbidden"):
        clients.add_client(stores, FakeLogins(), CLIENT, given, now)
    mine = clients.list_clients(stores, THERAPIST, ClientsQuery())
    assert [client.id for client in mine.clients] == [made.id], "those who have come, or were entered"
    reserve(stores, reserve_input())
    assert len(clients.list_clients(stores, THERAPIST, ClientsQuery()).clients) == 2
    first = clients.list_clients(stores, OPERATOR, ClientsQuery(limit=1))
    rest = clients.list_clients(stores, OPERATOR, ClientsQuery(limit=200, cursor=first.next))
    assert len(first.clients) + len(rest.clients) == 3


def test_a_login_belongs_to_one_person(stores: Stores) -> None:
    with pytest.raises(Refusal, match="login-taken"):
        clients.add_client(
            stores, FakeLogins(), OPERATOR, NewClientBody(name="X", time_zone="UTC", user_sub="sub-client"), now
        )


def test_a_therapist_offers_services_that_exist_and_keeps_their_own_settings(stores: Stores) -> None:
    with pytest.raises(Refusal, match="rule-broken") as refused:
        therapists.add_therapist(
            stores, FakeLogins(), OPERATOR, NewTherapistBody(name="X", time_zone="UTC", services=[uuid4()]), now
        )
    assert "services" in refused.value.detail
    service = services.add_service(
        stores, OPERATOR, ServiceBody(name="long", duration_minutes=90, price_cents=1, currency="EUR")
    )
    changed = services.change_service(
        stores, OPERATOR, service.id, ServiceBody(**{**service.model_dump(), "start_grid_minutes": 60}), etag(service)
    )
    assert changed.start_grid_minutes == 60
    made = therapists.add_therapist(
        stores,
        FakeLogins(),
        OPERATOR,
        NewTherapistBody(name="X", time_zone="UTC", services=[service.id], user_sub="sub-x"),
        now,
    )
    themselves = Requester("sub-x", frozenset({Group.THERAPIST}))
    given = TherapistBody.model_validate({**made.model_dump(), "max_sessions_per_day": 2})
    assert therapists.change_therapist(stores, themselves, made.id, given, etag(made), now).max_sessions_per_day == 2
    with pytest.raises(Refusal, match="forbidden"):
        therapists.change_therapist(stores, themselves, made.id, given.model_copy(update={"active": False}), "*", now)
    assert slots_of(find_slots(stores, service.id, None, MONTH, now)) == []  # no hours yet


# -- What it costs ---------------------------------------------------------------------------------------------------


class CountingCursor(RealDictCursor):
    executed = 0

    def execute(self, *arguments: Any) -> None:
        type(self).executed += 1
        super().execute(*arguments)


@pytest.fixture
def counted(database: DatabaseConfig) -> Iterator[Stores]:
    connection = Database(database, "test-counted")
    stores = Stores(connection)
    with stores.autocommit() as store:
        store._connection.cursor_factory = CountingCursor
    CountingCursor.executed = 0
    yield stores
    connection.close()


@pytest.mark.parametrize("days", [1, 31])
@pytest.mark.parametrize("therapist_id", [demo.THERAPIST_ID, None], ids=["one therapist", "anyone"])
def test_the_slots_are_one_round_trip_whatever_the_range(counted: Stores, days: int, therapist_id: Any) -> None:
    query = SlotsQuery.model_validate({"from": NOW.isoformat(), "to": (NOW + timedelta(days=days)).isoformat()})
    assert slots_of(find_slots(counted, demo.SERVICE_ID, therapist_id, query, now))
    assert CountingCursor.executed == 1


def test_the_next_free_start_is_found_however_far_in_few_queries(counted: Stores, db: Connection) -> None:
    """She is away for ten months; her window goes further."""
    before = find_slots(counted, demo.SERVICE_ID, demo.THERAPIST_ID, MONTH, now)
    assert before.next_free == before.days[0]["times"][0]["starts"][0]
    back = NOW + timedelta(days=300)
    off = "INSERT INTO availability_exceptions (therapist_id, kind, during) VALUES (%s, 'time_off', tstzrange(%s, %s))"
    rows(db, f"{off} RETURNING 1", demo.THERAPIST_ID, NOW - timedelta(days=1), back)
    CountingCursor.executed = 0
    found = find_slots(counted, demo.SERVICE_ID, demo.THERAPIST_ID, MONTH, now)
    assert CountingCursor.executed <= 4
    assert {(each["free"], each["reason"]) for each in found.days} == {(0, WhyNone.AWAY)}
    assert found.next_free is not None
    assert datetime.fromisoformat(found.next_free) >= back
    rows(db, "UPDATE therapists SET booking_window_days = 200 RETURNING 1")
    assert find_slots(counted, demo.SERVICE_ID, demo.THERAPIST_ID, MONTH, now).next_free is None
    others = find_slots(counted, demo.SERVICE_ID, None, MONTH, now)
    assert others.next_free is not None, "somebody else's"
    assert others.time_zone == "UTC", "they have not one clock"


def test_a_month_around_the_clock_is_one_page_of_few_bytes(stores: Stores, db: Connection) -> None:
    """A start each quarter of an hour, day and night."""
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")
    rows(db, "DELETE FROM availability WHERE opens > 0 RETURNING 1")
    rows(db, "UPDATE services SET buffer_after_minutes = 0, duration_minutes = 15 RETURNING 1")
    found = find_slots(stores, demo.SERVICE_ID, demo.THERAPIST_ID, MONTH, now)
    assert len(slots_of(found)) > 2_900
    assert found.next is None
    assert len(found.model_dump_json()) <= 120_000


def test_pages_are_whole_days_and_miss_none(stores: Stores) -> None:
    whole = find_slots(stores, demo.SERVICE_ID, None, MONTH, now)
    days, cursor, pages = list[DayState](), None, 0
    while cursor or not pages:
        query = MONTH.model_copy(update={"limit": 100, "cursor": cursor})
        page = find_slots(stores, demo.SERVICE_ID, None, query, now)
        days, cursor, pages = [*days, *page.days], page.next, pages + 1
    assert days == whole.days
    assert pages > 3


MANY = """
    INSERT INTO bookings (id, status, therapist_id, client_id, service_id, during, occupied, day, request, requested_by)
    SELECT 'many-' || n, 'confirmed', %(therapist)s, %(client)s, %(service)s,
        tstzrange(start, start + interval '50 minutes', '[)'), tstzrange(start, start + interval '1 hour', '[)'),
        start::date, '{}', 'test'
    FROM generate_series(1, %(count)s) AS n,
        LATERAL (SELECT timestamptz '2000-01-01' + n * interval '1 hour' AS start) AS s
"""


def test_the_slots_query_uses_the_calendars_index(database: DatabaseConfig, stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET max_sessions_per_day = 5 RETURNING 1")
    rows(db, "DROP TRIGGER bookings_keep_to_the_calendar ON bookings; SELECT 1")
    with db.cursor() as cursor:
        named = {"therapist": demo.THERAPIST_ID, "client": demo.CLIENT_ID, "service": demo.SERVICE_ID}
        cursor.execute(MANY, {**named, "count": 10_000})
        cursor.execute("ANALYZE")
    statement: list[bytes] = []

    class Keeping(RealDictCursor):
        def execute(self, query: Any, parameters: Any = None) -> None:
            statement.append(self.mogrify(query, parameters))
            super().execute(query, parameters)

    with stores.autocommit() as store:
        store._connection.cursor_factory = Keeping
    find_slots(stores, demo.SERVICE_ID, demo.THERAPIST_ID, MONTH, now)
    with db.cursor() as cursor:
        cursor.execute(b"EXPLAIN (FORMAT JSON) " + statement[0])
        plan = str(cursor.fetchone())
    assert "bookings_therapist_sits" in plan
    assert "bookings_of_day" in plan
    assert "'Seq Scan', 'Parallel Aware': False, 'Async Capable': False, 'Relation Name': 'bookings'" not in plan
