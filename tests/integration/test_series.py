"""A series on real PostgreSQL: all of it in one transaction, whoever else wants the same times."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from psycopg2.extensions import connection as Connection
from psycopg2.extras import DateTimeTZRange

from booking.codes import Group, Outcome, ReasonCode
from booking.config import DatabaseConfig
from booking.contracts.bookings import BookingsQuery
from booking.contracts.steps import Decision, Reserved
from booking.database import Database
from booking.model import Availability, Requester, Span
from booking.services.bookings import judging
from booking.services.bookings.get_booking import get_booking, list_bookings
from booking.services.bookings.get_series import get_series
from booking.services.bookings.judging import occurrence_id
from booking.services.bookings.reject_booking import reject_booking
from booking.services.bookings.validate_request import validate_request
from booking.store import Stores
from booking.working_time import working_time
from local import demo
from tests.asking import (
    NOW,
    STARTS_AT,
    body,
    reject_input,
    requested_by,
    reserve,
    reserve_input,
    validate_input,
    validated_input,
)
from tests.fakes import FakeWorkflows, clock_at, found
from tests.integration.test_races import clients
from tests.rows import ledger, rows

OTHER = requested_by("sub-other-client")
WEEK = timedelta(days=7)
VIEWER = Requester("sub-client", frozenset({Group.CLIENT}))


def decide(
    stores: Stores,
    key: str,
    starts_at: datetime = STARTS_AT,
    by: Any = None,
    *,
    therapist_id: UUID | None = demo.THERAPIST_ID,
    recurrence: str | None = None,
    on_conflict: str | None = None,
) -> Decision:
    """The workflow's own order, without the workflow."""
    request = body(starts_at, therapist_id=therapist_id, recurrence=recurrence, on_conflict=on_conflict)
    given = validate_input(request, by, key)
    validated = validate_request(stores, given, lambda: NOW)
    wanted = validated_input(given, validated)
    if validated.outcome == Outcome.INVALID:
        return reject_booking(stores, reject_input(wanted, validated))
    reserved: Reserved = reserve(stores, wanted)
    has_time = reserved.outcome in (Outcome.RESERVED, Outcome.AWAITS_APPROVAL, Outcome.AWAITS_PAYMENT)
    return reserved if has_time else reject_booking(stores, reject_input(wanted, reserved))


def sessions(db: Connection, series_id: str) -> list[tuple[int, str]]:
    query = "SELECT occurrence, status FROM bookings WHERE series_id = %s ORDER BY 1"
    return [(row["occurrence"], row["status"]) for row in rows(db, query, series_id)]


def test_every_session_is_reserved_with_one_message_each_for_client_and_therapist(
    stores: Stores, db: Connection
) -> None:
    decision = decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=6")
    assert decision.outcome == Outcome.RESERVED
    assert decision.sessions[0].booking_id == "s-1"
    assert sessions(db, "s-1") == [(n, "confirmed") for n in range(1, 7)]
    local = rows(db, "SELECT DISTINCT (lower(during) AT TIME ZONE 'Europe/Berlin')::time AS at FROM bookings")
    assert [str(each["at"]) for each in local] == ["10:00:00"], "the clocks change after the fourth"
    assert ledger(db, "s-1") == [
        ("booking_confirmed", "client", "email", "queued"),
        ("booking_confirmed", "client", "sms", "queued"),
        ("booking_confirmed", "therapist", "email", "queued"),
    ]
    assert rows(db, "SELECT count(*) FROM notifications") == [{"count": 3}]
    assert rows(db, "SELECT count(*) FROM booking_events WHERE event = 'reserved'") == [{"count": 6}]


@pytest.mark.parametrize("on_conflict", ["reject", "skip"])
def test_run_twice_it_answers_the_same_and_writes_nothing_more(
    stores: Stores, db: Connection, on_conflict: str
) -> None:
    decide(stores, "other", STARTS_AT + WEEK, OTHER)
    first = decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=3", on_conflict=on_conflict)
    counts = "SELECT (SELECT count(*) FROM bookings) b, (SELECT count(*) FROM notifications) n"
    before = rows(db, counts)
    second = decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=3", on_conflict=on_conflict)
    assert (second.outcome, second.notifications) == (first.outcome, first.notifications)
    assert {reason.code for reason in second.reasons} == {reason.code for reason in first.reasons}
    if on_conflict == "skip":
        assert second == first
    assert rows(db, counts) == before


def test_one_session_that_is_taken_rejects_the_whole_series(stores: Stores, db: Connection) -> None:
    decide(stores, "other", STARTS_AT + WEEK, OTHER)
    decision = decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=3")
    assert decision.outcome == Outcome.REJECTED
    assert [reason.code for reason in decision.reasons] == [ReasonCode.SLOT_TAKEN]
    assert sessions(db, "s-1") == [(n, "rejected") for n in (1, 2, 3)]
    assert [event for event, *_ in ledger(db, "s-1")] == ["slot_lost", "slot_lost"]

    series = get_series(stores, FakeWorkflows(), VIEWER, "s-1", lambda: NOW)
    assert series is not None
    assert [[reason.code for reason in each.reasons] for each in series.occurrences] == [
        [ReasonCode.SERIES_REJECTED],
        [ReasonCode.SLOT_TAKEN],
        [ReasonCode.SERIES_REJECTED],
    ]
    wanted = STARTS_AT + WEEK
    near = [wanted - timedelta(hours=1), wanted + timedelta(hours=1)]
    assert set(near) < set(series.occurrences[1].alternatives), "an hour before and after: session and buffer"


def test_a_series_that_may_be_booked_in_part_leaves_out_what_cannot_be(stores: Stores, db: Connection) -> None:
    decide(stores, "other", STARTS_AT, OTHER)  # the very first session
    rows(db, "UPDATE therapists SET booking_window_days = 20 RETURNING 1")  # and the fourth is too far ahead
    decision = decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=4", on_conflict="skip")
    assert decision.outcome == Outcome.RESERVED
    assert [[reason.code for reason in each.reasons] for each in decision.sessions] == [
        [ReasonCode.SLOT_TAKEN],
        [],
        [],
        [ReasonCode.BEYOND_BOOKING_WINDOW],
    ]
    assert sessions(db, "s-1") == [(1, "rejected"), (2, "confirmed"), (3, "confirmed"), (4, "rejected")]
    assert len(ledger(db, "s-1")) == 3


def test_a_series_of_which_nothing_is_left_is_rejected(stores: Stores, db: Connection) -> None:
    for n in range(2):
        decide(stores, f"other-{n}", STARTS_AT + n * WEEK, OTHER)
    decision = decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=2", on_conflict="skip")
    assert decision.outcome == Outcome.REJECTED
    assert sessions(db, "s-1") == [(1, "rejected"), (2, "rejected")]


def test_what_is_against_the_request_is_against_every_session(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE clients SET active = false RETURNING 1")
    decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=2")
    series = get_series(stores, FakeWorkflows(), VIEWER, "s-1", lambda: NOW)
    assert series is not None
    assert [reason.code for reason in series.reasons] == [ReasonCode.CLIENT_INACTIVE]


def test_a_session_in_a_gap_of_the_clocks_is_refused_and_the_others_can_be_had(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE availability SET opens = 0, closes = 480 WHERE opens = 480 RETURNING 1")
    night = datetime.fromisoformat("2032-03-21T02:30:00+01:00")
    decision = decide(stores, "s-1", night, recurrence="FREQ=WEEKLY;COUNT=3")
    assert [reason.code for reason in decision.reasons] == [ReasonCode.STARTS_AT_SKIPPED]
    assert decide(stores, "s-2", night, recurrence="FREQ=WEEKLY;COUNT=3", on_conflict="skip").outcome == "reserved"
    assert [status for _, status in sessions(db, "s-2")] == ["confirmed", "rejected", "confirmed"]


def test_the_key_of_a_series_is_taken_for_every_other_request(stores: Stores, db: Connection) -> None:
    decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=2")
    before = rows(db, "SELECT * FROM bookings ORDER BY id")
    one = reserve(stores, reserve_input("s-1", STARTS_AT + timedelta(hours=4)))
    assert one.outcome == Outcome.KEY_CONFLICT
    session = rows(db, "SELECT id FROM bookings WHERE occurrence = 2")[0]["id"]
    given = validate_input(body(STARTS_AT, recurrence="FREQ=WEEKLY;COUNT=2"), None, session)
    again = reserve(stores, validated_input(given, validate_request(stores, given, lambda: NOW)))
    assert again.outcome == Outcome.KEY_CONFLICT, "the id of one of its sessions is no key of the same series"
    assert rows(db, "SELECT * FROM bookings ORDER BY id") == before


# -- Races -----------------------------------------------------------------------------------------------------------

ROUNDS, AT_ONCE = 12, 6
HOURS = [timedelta(hours=hours) for hours in (0, 1, 4, 5)]


@pytest.mark.parametrize("on_conflict", ["reject", "skip"])
def test_series_that_meet_have_one_owner_a_session_and_never_deadlock(
    database: DatabaseConfig, db: Connection, on_conflict: str
) -> None:
    """Six clients at once want series that begin in different weeks, in many rounds."""
    ids = clients(db, AT_ONCE)
    for n, client in enumerate(ids):
        rows(db, "UPDATE clients SET user_sub = %s WHERE id = %s RETURNING 1", f"sub-{n}", client)
    rows(db, "UPDATE therapists SET booking_window_days = 400 RETURNING 1")
    outcomes: list[tuple[str, Outcome]] = []
    barrier = threading.Barrier(AT_ONCE)

    def book(number: int) -> None:
        connection = Database(database, "test-series")
        stores = Stores(connection)
        for n in range(ROUNDS):
            start = STARTS_AT + HOURS[n % 4] + ((number + n) % 3) * WEEK
            key = f"r{n}-{number}"
            barrier.wait()
            decision = decide(
                stores,
                key,
                start,
                requested_by(f"sub-{number}"),
                recurrence="FREQ=WEEKLY;COUNT=5",
                on_conflict=on_conflict,
            )
            outcomes.append((key, decision.outcome))
        connection.close()

    threads = [threading.Thread(target=book, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == ROUNDS * AT_ONCE
    assert rows(db, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [{"deadlocks": 0}]
    overlaps = """
        SELECT FROM bookings a JOIN bookings b ON a.id < b.id AND a.occupied && b.occupied
        WHERE a.status = 'confirmed' AND b.status = 'confirmed'
    """
    assert rows(db, overlaps) == []
    for key, outcome in outcomes:
        statuses = Counter(status for _, status in sessions(db, key))
        assert statuses.total() == 5
        if outcome == Outcome.REJECTED:
            assert set(statuses) == {"rejected"}
        elif on_conflict == "reject":
            assert set(statuses) == {"confirmed"}, "one wins whole"
        else:
            assert statuses["confirmed"] > 0
    if on_conflict == "skip":
        wanted = rows(db, "SELECT DISTINCT lower(during) AS start FROM bookings")
        owned = rows(db, "SELECT lower(during) AS start FROM bookings WHERE status = 'confirmed'")
        assert sorted(row["start"] for row in owned) == sorted(row["start"] for row in wanted), "each has one owner"


# -- What a hostile or unlucky caller could do ------------------------------------------------------------------------


def test_a_series_that_stands_in_its_own_way_is_rejected(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE services SET buffer_after_minutes = 1440 RETURNING 1")
    rule = "FREQ=WEEKLY;BYDAY=WE,TH;COUNT=4"
    assert decide(stores, "s-1", recurrence=rule).outcome == Outcome.REJECTED
    assert decide(stores, "s-2", recurrence=rule, on_conflict="skip").outcome == Outcome.RESERVED
    assert [status for _, status in sessions(db, "s-2")] == ["confirmed", "rejected"] * 2


@pytest.mark.parametrize("on_conflict", ["reject", "skip"])
def test_an_id_of_a_series_that_someone_has_taken_is_a_reason_and_no_endless_retry(
    stores: Stores, db: Connection, on_conflict: str
) -> None:
    squatted = occurrence_id("s-1", 2)
    reserve(stores, reserve_input(squatted, STARTS_AT + timedelta(hours=4), client_id=demo.OTHER_CLIENT_ID))
    decision = decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=3", on_conflict=on_conflict)
    assert decision.outcome == (Outcome.RESERVED if on_conflict == "skip" else Outcome.REJECTED)
    assert ReasonCode.KEY_CONFLICT in {r.code for session in decision.sessions for r in session.reasons}


@pytest.mark.parametrize(
    ("starts_at", "rule"),
    [
        ("2032-03-29T10:00:00+02:00", "FREQ=MONTHLY;INTERVAL=99;BYDAY=5MO;COUNT=52"),
        ("9998-12-25T10:00:00Z", "FREQ=WEEKLY;INTERVAL=53;COUNT=2"),
        ("9998-12-31T10:00:00Z", "FREQ=WEEKLY;INTERVAL=52;COUNT=2"),
    ],
)
def test_a_rule_that_ends_in_a_thousand_years_is_looked_at_within_the_booking_window(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, starts_at: str, rule: str
) -> None:
    looked_at: list[timedelta] = []

    def watched(availability: Availability, zone: ZoneInfo, start: datetime, end: datetime) -> list[Span]:
        looked_at.append(end - start)
        return working_time(availability, zone, start, end)

    monkeypatch.setattr(judging, "working_time", watched)
    assert decide(stores, "s-1", datetime.fromisoformat(starts_at), recurrence=rule).outcome == Outcome.REJECTED
    assert all(each <= timedelta(days=401) for each in looked_at), "the demo therapist's window and a session"
    assert get_series(stores, FakeWorkflows(), VIEWER, "s-1", lambda: NOW) is not None


def test_the_loss_of_a_slot_is_told_whatever_else_stood_in_the_way(stores: Stores, db: Connection) -> None:
    decide(stores, "other", STARTS_AT + WEEK, OTHER)
    insert = "INSERT INTO availability_exceptions (therapist_id, kind, during) VALUES (%s, 'time_off', %s) RETURNING 1"
    rows(db, insert, demo.THERAPIST_ID, DateTimeTZRange(STARTS_AT, STARTS_AT + timedelta(hours=1)))
    decision = decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=2", on_conflict="skip")
    assert decision.outcome == Outcome.REJECTED
    assert [event for event, *_ in ledger(db, "s-1")] == ["slot_lost", "slot_lost"]


def test_a_request_for_someone_elses_client_is_nowhere_among_theirs(stores: Stores, db: Connection) -> None:
    given = validate_input(body(client_id=demo.OTHER_CLIENT_ID), None, "b-1")
    decision = validate_request(stores, given, lambda: NOW)
    assert decision.sessions == []
    reject_booking(stores, reject_input(validated_input(given, decision), decision))
    victim = Requester("sub-other-client", frozenset({Group.CLIENT}))
    assert found(lambda: get_booking(stores, FakeWorkflows(), victim, "b-1", clock_at(NOW))) is None
    assert list_bookings(stores, victim, BookingsQuery()).bookings == []
    assert get_booking(stores, FakeWorkflows(), VIEWER, "b-1", clock_at(NOW)) is not None


def test_pages_join_up_though_a_request_named_half_a_second(stores: Stores) -> None:
    for n, second in enumerate(("00.500000", "00.250000", "30.000000")):
        decide(stores, f"b-{n}", datetime.fromisoformat(f"2032-03-03T10:00:{second}+01:00"))
    seen, cursor = list[str](), None
    for _ in range(3):
        page = list_bookings(stores, VIEWER, BookingsQuery(limit=1, cursor=cursor))
        seen, cursor = [*seen, page.bookings[0].booking_id], page.next
    assert (seen, cursor) == (["b-1", "b-0", "b-2"], None)
