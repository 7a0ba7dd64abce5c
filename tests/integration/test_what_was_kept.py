"""What PostgreSQL keeps: a PUT answers exactly that, and a row older than today's rules is one bad row, never more."""

import json
import logging
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection
from pydantic import BaseModel

from booking.channels.email import as_mime
from booking.codes import Group, Outcome, Unreachable
from booking.contracts.bookings import BookingsQuery
from booking.contracts.calendars import AvailabilityBody, SlotsQuery
from booking.contracts.clients import ClientsQuery
from booking.contracts.people import ClientBody, NewClientBody, NewTherapistBody, ServiceBody, TherapistBody
from booking.contracts.queries import Page
from booking.contracts.time_off import TimeOffBody
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking, list_bookings
from booking.services.bookings.get_series import get_series
from booking.services.bookings.validate_request import validate_request
from booking.services.calendars import working_hours
from booking.services.calendars.find_slots import find_slots
from booking.services.calendars.time_off import add_time_off
from booking.services.people import clients, services, therapists
from booking.services.waitlist.answer_offer import get_offer
from booking.store import Stores
from booking.versions import etag
from local import demo
from tests.asking import NOW, STARTS_AT, body, reserve, reserve_input, validate_input
from tests.fakes import FakeLogins, FakeWorkflows, clock_at
from tests.integration.test_get_booking import must_not_be_asked
from tests.integration.test_send_notification import Sending, sending
from tests.integration.test_series import decide
from tests.integration.test_waitlist import asked, join, sweep
from tests.rows import bookings, rows
from tests.shown import slots_of

__all__ = ["sending"]  # the fixture

OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
NO_ZONE = "US/Pacific-New"  # tzdata had it until 2020
EMAIL = {"channel": "email", "address": "Jonas@müller.example", "consented": True, "undeliverable": "bounced"}
SMS = {"channel": "sms", "address": "+447700900199", "consented": True, "undeliverable": "opted_out"}


def clock() -> datetime:
    return NOW


def given(contract: Any, **fields: Any) -> Any:
    """A body as it comes over the wire."""
    return contract.model_validate_json(json.dumps(fields, default=str), strict=True)


# -- PUT and POST answer what was kept -------------------------------------------------------------------------------


def test_a_new_contact_is_not_born_undeliverable(stores: Stores) -> None:
    """Not by POST, not beside others by PUT, not with another address: only what is known of an address is kept."""
    born = given(NewClientBody, name="X", time_zone="UTC", contacts=[EMAIL, SMS])
    added = clients.add_client(stores, FakeLogins(), OPERATOR, born, clock)
    assert [each.undeliverable for each in added.contacts] == [None, None]
    assert added == clients.get_client(stores, OPERATOR, added.id)

    alone = clients.add_client(stores, FakeLogins(), OPERATOR, given(NewClientBody, name="X", time_zone="UTC"), clock)
    for contacts in ([EMAIL], [EMAIL, SMS], [{**EMAIL, "address": "other@example.com"}, SMS]):
        wanted = given(ClientBody, name="X", time_zone="UTC", contacts=contacts)
        put = clients.change_client(stores, OPERATOR, alone.id, wanted, "*", clock)
        assert {each.undeliverable for each in put.contacts} == {None}

    therapist = given(NewTherapistBody, name="X", time_zone="UTC", contacts=[EMAIL, SMS])
    assert {
        each.undeliverable
        for each in therapists.add_therapist(stores, FakeLogins(), OPERATOR, therapist, clock).contacts
    } == {None}


def test_who_may_enter_a_client_is_answered_what_was_kept_though_they_see_no_clients(stores: Stores) -> None:
    """A therapist whose login is not tied to a therapist yet."""
    newcomer = Requester("sub-newcomer", frozenset({Group.THERAPIST}))
    added = clients.add_client(
        stores, FakeLogins(), newcomer, given(NewClientBody, name="X", time_zone="UTC", contacts=[EMAIL]), clock
    )
    assert added == clients.get_client(stores, OPERATOR, added.id)


def test_what_is_known_against_an_address_stays_when_it_is_put_back(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE client_contacts SET undeliverable = 'complained' WHERE channel = 'email' RETURNING 1")
    mine = clients.get_client(stores, CLIENT, demo.CLIENT_ID)
    said = [{**each.model_dump(mode="json"), "undeliverable": "bounced"} for each in mine.contacts]
    wanted = given(ClientBody, **{**mine.model_dump(mode="json"), "contacts": said})
    put = clients.change_client(stores, CLIENT, demo.CLIENT_ID, wanted, etag(mine), clock)
    assert [each.undeliverable for each in put.contacts] == [Unreachable.COMPLAINED, None]
    assert etag(put) == etag(clients.get_client(stores, CLIENT, demo.CLIENT_ID))


def test_the_etag_of_every_put_and_post_is_the_next_gets(stores: Stores) -> None:
    """Whatever was trimmed, put in order, written in another form or not kept at all."""
    person: dict[str, Any] = {
        "name": "  علی‌رضا  ",
        "time_zone": "Asia/Tehran",
        "contacts": [{**SMS, "muted": ["slot_lost", "reminder", "reminder"]}, EMAIL],
    }
    service = {"name": " X ", "duration_minutes": 50, "price_cents": 1, "currency": "EUR"}
    offered = [demo.OTHER_SERVICE_ID, demo.SERVICE_ID, demo.OTHER_SERVICE_ID]
    therapist = {**person, "services": offered}

    client = clients.add_client(stores, FakeLogins(), OPERATOR, given(NewClientBody, **person), clock)
    assert client.name == "علی‌رضا"
    assert [each.address for each in client.contacts] == ["Jonas@xn--mller-kva.example", "+447700900199"]
    got: list[tuple[BaseModel, BaseModel]] = [(client, clients.get_client(stores, OPERATOR, client.id))]
    put = clients.change_client(stores, OPERATOR, client.id, given(ClientBody, **person), etag(client), clock)
    got.append((put, clients.get_client(stores, OPERATOR, client.id)))

    made = therapists.add_therapist(stores, FakeLogins(), OPERATOR, given(NewTherapistBody, **therapist), clock)
    got.append((made, therapists.get_therapist(stores, OPERATOR, made.id)))
    changed = therapists.change_therapist(
        stores, OPERATOR, made.id, given(TherapistBody, **therapist), etag(made), clock
    )
    got.append((changed, therapists.get_therapist(stores, OPERATOR, made.id)))

    kind = services.add_service(stores, OPERATOR, given(ServiceBody, **service))
    got.append((kind, services.get_service(stores, kind.id)))
    again = services.change_service(stores, OPERATOR, kind.id, given(ServiceBody, **service), etag(kind))
    got.append((again, services.get_service(stores, kind.id)))

    hours = given(
        AvailabilityBody,
        weekly=[
            {"weekday": 5, "opens": "09:00", "closes": "12:00"},
            {"weekday": 1, "opens": "09:00", "closes": "12:00"},
        ],
        extra_hours=[span(9), span(5)],
    )
    got.append(
        (
            working_hours.put_availability(stores, OPERATOR, made.id, hours, "*"),
            working_hours.get_availability(stores, OPERATOR, made.id),
        )
    )
    for answered, read in got:
        assert etag(answered) == etag(read)


def span(day: int) -> dict[str, str]:
    return {"starts_at": f"2032-03-{day:02}T10:00:00+01:00", "ends_at": f"2032-03-{day:02}T11:00:00+01:00"}


# -- Addresses and names that were kept before today's rules ---------------------------------------------------------


@pytest.mark.parametrize(
    "kept",
    [
        "=?utf-8?q?evil=40other.example=2C?=@example.com",
        "=?utf-8?q?=0A?=@example.com",
        "a..b@example.com",
        "a@-x-.com",
        "a@example.com\nBcc: b@example.com",
        "ü@example.com",
        "",
    ],
)
def test_an_address_that_nobody_can_be_written_to_at_is_recorded_and_fails_nothing(
    sending: Sending, db: Connection, kept: str
) -> None:
    rows(db, "UPDATE client_contacts SET address = %s WHERE channel = 'email' RETURNING 1", kept)
    assert sending.send(sending.email) == Outcome.UNDELIVERABLE
    [(_, output)] = sending.tasks.succeeded
    assert json.loads(output)["reason"] == "address_invalid"
    assert sending.tasks.failed == []
    assert sending.providers.email.sent == []
    query = "SELECT status, reason FROM notifications WHERE id = %s"
    assert rows(db, query, str(sending.email)) == [{"status": "undeliverable", "reason": "address_invalid"}]


@pytest.mark.parametrize("kept", ["0170 1234567", "+0123456", "tel:+491701234567", ""])
def test_a_number_that_is_none_is_recorded_and_fails_nothing(sending: Sending, db: Connection, kept: str) -> None:
    rows(db, "UPDATE client_contacts SET address = %s WHERE channel = 'sms' RETURNING 1", kept)
    assert sending.send(sending.sms) == Outcome.UNDELIVERABLE
    assert sending.tasks.failed == []
    assert sending.providers.sms.sent == []


@pytest.mark.parametrize(
    "kept", ["Jonas\r\nBcc: evil@example.com", "\u202eJonas\u2028Weber", "\u3164", "\x1b[31mJonas", "ﷺ" * 66]
)
def test_a_name_that_cannot_be_shown_fails_no_message(sending: Sending, db: Connection, kept: str) -> None:
    for table in ("clients", "therapists", "services"):
        rows(db, f"UPDATE {table} SET name = %s RETURNING 1", kept)  # noqa: S608  # one of three
    for each in (sending.email, sending.sms, sending.therapist_email):
        assert sending.send(each) == Outcome.SENT
    assert sending.tasks.failed == []
    for address, message in sending.providers.email.sent:
        mail: Any = message_from_bytes(as_mime(message, "practice@example.com", address), policy=policy.default)
        assert [each.addr_spec for each in mail["To"].addresses] == [address]
        assert mail["Bcc"] is None
        assert "\u202e" not in message.text
        assert "\x1b" not in message.text


# -- Zones that tzdata has no more -----------------------------------------------------------------------------------


def lose_zone(db: Connection, table: str, own_id: UUID) -> None:
    """Of a therapist, what was booked with them too: it keeps the zone's name."""
    rows(db, f"UPDATE {table} SET time_zone = %s WHERE id = %s RETURNING 1", NO_ZONE, str(own_id))  # noqa: S608  # ours
    if table == "therapists":
        kept = "UPDATE bookings SET time_zone = %s, series_zone = %s WHERE therapist_id = %s RETURNING 1"
        rows(db, kept, NO_ZONE, NO_ZONE, str(own_id))


def test_a_therapist_without_a_zone_is_one_row_of_every_list(
    stores: Stores, db: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    reserve(stores, reserve_input("bad-zone"))
    reserve(stores, reserve_input("good-zone", STARTS_AT + timedelta(hours=16), therapist_id=demo.OTHER_THERAPIST_ID))
    lose_zone(db, "therapists", demo.THERAPIST_ID)

    with caplog.at_level(logging.WARNING):
        listed = list_bookings(stores, OPERATOR, BookingsQuery())
    zones = {each.booking_id: each.local["time_zone"] for each in listed.bookings}
    assert zones == {"bad-zone": "UTC", "good-zone": "Asia/Tokyo"}
    assert [each.local["starts_at"].utcoffset() for each in listed.bookings if each.booking_id == "bad-zone"] == [
        timedelta(0)
    ]
    assert [record.getMessage() for record in caplog.records] == ["no such time zone any more: booking bad-zone"]

    booking = get_booking(stores, FakeWorkflows(must_not_be_asked), CLIENT, "bad-zone", clock_at(NOW))
    assert booking is not None
    assert booking.local is not None
    assert booking.local["time_zone"] == "UTC"
    for requester in (OPERATOR, THERAPIST, CLIENT):
        cards = {each.id: each.time_zone for each in therapists.list_therapists(stores, Page()).therapists}
        assert cards[demo.THERAPIST_ID] == NO_ZONE, "shown as it was kept"
        assert len(cards) == 3
        assert therapists.get_therapist(stores, requester, demo.THERAPIST_ID).time_zone == NO_ZONE
    off = given(TimeOffBody, starts_at=STARTS_AT.isoformat(), ends_at="2032-03-03T12:00:00Z", proceed=True)
    left = add_time_off(stores, FakeWorkflows(), THERAPIST, demo.THERAPIST_ID, "off", off, lambda: NOW).bookings_left
    assert [each.booking_id for each in left] == ["bad-zone"]


def test_a_client_without_a_zone_is_one_row_of_the_list(stores: Stores, db: Connection) -> None:
    lose_zone(db, "clients", demo.CLIENT_ID)
    shown = {each.id: each.time_zone for each in clients.list_clients(stores, OPERATOR, ClientsQuery()).clients}
    assert shown == {demo.CLIENT_ID: NO_ZONE, demo.OTHER_CLIENT_ID: "Europe/Berlin"}
    assert clients.get_client(stores, CLIENT, demo.CLIENT_ID).time_zone == NO_ZONE


def test_nobody_can_say_when_a_clock_without_a_zone_reads_nine(stores: Stores, db: Connection) -> None:
    """So weekly hours are none, of this therapist only; extra hours are instants and stay."""
    week = SlotsQuery.model_validate({"from": NOW.isoformat(), "to": (NOW + timedelta(days=7)).isoformat()})
    before = slots_of(find_slots(stores, demo.SERVICE_ID, None, week, clock))
    others = [each for each in before if each.therapist_id != demo.THERAPIST_ID]
    lose_zone(db, "therapists", demo.THERAPIST_ID)
    assert slots_of(find_slots(stores, demo.SERVICE_ID, None, week, clock)) == others != before
    assert slots_of(find_slots(stores, demo.SERVICE_ID, demo.THERAPIST_ID, week, clock)) == []
    decision = validate_request(stores, validate_input(body()), clock)
    assert [str(reason.code) for reason in decision.reasons] == ["outside_availability"]

    availability = working_hours.get_availability(stores, THERAPIST, demo.THERAPIST_ID)
    extra = given(
        AvailabilityBody,
        weekly=[each.model_dump(mode="json") for each in availability.weekly],
        extra_hours=[{"starts_at": STARTS_AT.isoformat(), "ends_at": "2032-03-03T11:00:00Z"}],
    )
    working_hours.put_availability(stores, THERAPIST, demo.THERAPIST_ID, extra, "*")
    found = find_slots(stores, demo.SERVICE_ID, demo.THERAPIST_ID, week, clock)
    assert (slots_of(found)[0].starts_at, found.time_zone) == (STARTS_AT, "UTC")
    assert validate_request(stores, validate_input(body()), clock).outcome == Outcome.VALID


def test_messages_go_out_in_a_zone_that_they_name(sending: Sending, db: Connection) -> None:
    lose_zone(db, "clients", demo.CLIENT_ID)
    assert sending.send(sending.email) == Outcome.SENT
    lose_zone(db, "therapists", demo.THERAPIST_ID)
    assert sending.send(sending.sms) == sending.send(sending.therapist_email) == Outcome.SENT
    [theirs, therapists] = [message.text for _, message in sending.providers.email.sent]
    assert "10:00 (Europe/Berlin, CET)" in theirs, "the therapist's, which is known"
    assert "09:00 (UTC, UTC)" in therapists


def test_the_therapist_mends_it_by_choosing_a_zone(stores: Stores, db: Connection) -> None:
    lose_zone(db, "therapists", demo.THERAPIST_ID)
    mine = therapists.get_therapist(stores, THERAPIST, demo.THERAPIST_ID)
    wanted = given(TherapistBody, **{**mine.model_dump(mode="json"), "time_zone": "America/Los_Angeles"})
    assert therapists.change_therapist(stores, THERAPIST, demo.THERAPIST_ID, wanted, etag(mine), clock).time_zone == (
        "America/Los_Angeles"
    )


def test_a_series_and_an_offer_are_shown_though_the_therapists_zone_is_gone(stores: Stores, db: Connection) -> None:
    decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=2")
    later = STARTS_AT + timedelta(days=1)
    join(stores, "w-1", body=asked((later, later + timedelta(minutes=50))))
    [offered] = sweep(stores)
    lose_zone(db, "therapists", demo.THERAPIST_ID)
    series = get_series(stores, FakeWorkflows(), CLIENT, "s-1", clock)
    assert series is not None
    assert [each.local["time_zone"] for each in series.occurrences] == ["UTC", "UTC"]
    assert get_offer(stores, CLIENT, offered).local["time_zone"] == "UTC"


def test_the_sweep_offers_what_the_others_have(stores: Stores, db: Connection) -> None:
    at_any_time = (STARTS_AT - timedelta(hours=9), STARTS_AT + timedelta(hours=15))
    join(stores, "w-1", body=asked(at_any_time, therapist_id=None))
    for therapist_id in (demo.OTHER_THERAPIST_ID, demo.THIRD_THERAPIST_ID):
        lose_zone(db, "therapists", therapist_id)
    [offered] = sweep(stores)
    assert bookings(db) == {offered: "held"}
    assert get_offer(stores, CLIENT, offered).therapist_id == demo.THERAPIST_ID
