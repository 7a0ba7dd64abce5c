"""What was checked may be old: what a reservation depends on is looked at again where the time is taken."""

from datetime import UTC, date, datetime, timedelta

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Outcome, ReasonCode
from booking.config import DatabaseConfig
from booking.contracts.offers import SettleOfferInput
from booking.contracts.steps import ReserveSlotInput
from booking.database import Database
from booking.services.bookings.reserve_slot import reserve_slot
from booking.services.bookings.validate_request import validate_request
from booking.services.waitlist.settle_offer import settle_offer
from booking.store import Stores
from local import demo, documents
from tests.asking import (
    EXECUTION,
    NOW,
    STARTS_AT,
    body,
    requested_by,
    reserve,
    reserve_input,
    validate_input,
    validated_input,
)
from tests.fakes import clock_at
from tests.integration.test_waitlist import answer, join, sweep
from tests.rows import bookings, rows

MUCH_LATER = STARTS_AT + timedelta(days=12)


def judged(
    stores: Stores, booking_id: str = "booking-1", starts_at: datetime = STARTS_AT, **asked: str
) -> ReserveSlotInput:
    """What the workflow hands to ReserveSlot after ValidateRequest has found the request valid."""
    given = validate_input(body(starts_at, **asked), booking_id=booking_id)  # type: ignore[arg-type]  # texts only
    decision = validate_request(stores, given, lambda: NOW)
    assert decision.outcome == Outcome.VALID
    return validated_input(given, decision)


CHANGES = {
    "the client was erased": ("UPDATE clients SET active = false, user_sub = NULL", ReasonCode.CLIENT_RECORD_MISSING),
    "the client is no longer active": ("UPDATE clients SET active = false", ReasonCode.CLIENT_INACTIVE),
    "the therapist is no longer active": ("UPDATE therapists SET active = false", ReasonCode.THERAPIST_INACTIVE),
    "the service is no longer given": ("UPDATE services SET active = false", ReasonCode.SERVICE_INACTIVE),
    "the therapist no longer offers it": ("DELETE FROM therapist_services", ReasonCode.SERVICE_NOT_OFFERED),
    "the hours are gone": ("DELETE FROM availability", ReasonCode.OUTSIDE_AVAILABILITY),
    "the hours have moved": ("UPDATE availability SET opens = 1200, closes = 1300", ReasonCode.OUTSIDE_AVAILABILITY),
    "the therapist asks for more notice": (
        "UPDATE therapists SET minimum_notice_minutes = 10000", ReasonCode.NOTICE_TOO_SHORT,
    ),
    "the window is narrower": ("UPDATE therapists SET booking_window_days = 1", ReasonCode.BEYOND_BOOKING_WINDOW),
    "the grid is another": ("UPDATE services SET start_grid_minutes = 1440", ReasonCode.STARTS_AT_OFF_THE_GRID),
    "the therapist is away": (
        "INSERT INTO availability_exceptions (therapist_id, kind, during) "
        "SELECT id, 'time_off', '[2032-03-03 09:00Z, 2032-03-03 10:00Z)' FROM therapists",
        ReasonCode.THERAPIST_AWAY,
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_no_longer_so_is_a_rejection_with_its_reason(stores: Stores, db: Connection, change: str) -> None:
    statement, reason = CHANGES[change]
    given = judged(stores)
    rows(db, f"{statement} RETURNING 1")

    decision = reserve_slot(stores, given, lambda: NOW)

    assert decision.outcome == Outcome.INVALID
    assert reason in [each.code for each in decision.reasons]
    assert bookings(db) == {}


def test_nobody_books_the_past_however_late_the_redrive(stores: Stores, db: Connection) -> None:
    given = judged(stores)
    decision = reserve_slot(stores, given, lambda: MUCH_LATER)
    assert (decision.outcome, [each.code for each in decision.reasons]) == (
        Outcome.INVALID,
        [ReasonCode.STARTS_IN_THE_PAST],
    )
    assert bookings(db) == {}


def test_notice_is_measured_from_when_it_was_asked_however_late_the_redrive(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET minimum_notice_minutes = 1440 RETURNING 1")
    given = judged(stores)
    rows(db, "UPDATE therapists SET minimum_notice_minutes = 1441 RETURNING 1")  # a version of its own
    decision = reserve_slot(stores, given, lambda: STARTS_AT - timedelta(minutes=1))
    assert decision.outcome == Outcome.RESERVED


def test_what_was_reserved_stays_reserved_when_it_is_run_again_much_later(stores: Stores, db: Connection) -> None:
    given = judged(stores)
    first = reserve_slot(stores, given, lambda: NOW)
    rows(db, "UPDATE therapists SET active = false RETURNING 1")
    assert reserve_slot(stores, given, lambda: MUCH_LATER) == first
    assert bookings(db) == {"booking-1": "confirmed"}


def test_a_change_that_is_not_against_it_is_taken_as_it_is_now(stores: Stores, db: Connection) -> None:
    given = judged(stores)
    rows(db, "UPDATE services SET duration_minutes = 80, buffer_after_minutes = 0 RETURNING 1")
    decision = reserve_slot(stores, given, lambda: NOW)
    assert decision.outcome == Outcome.RESERVED
    [row] = rows(db, "SELECT upper(during) - lower(during) AS length FROM bookings")
    assert row["length"] == timedelta(minutes=80)
    assert decision.sessions[0].ends_at - decision.sessions[0].starts_at == timedelta(minutes=80)


@pytest.mark.parametrize("is_against", [False, True])
def test_an_execution_of_the_release_before_is_judged_anew_always(
    stores: Stores, db: Connection, *, is_against: bool
) -> None:
    """Its definition hands on neither versions nor when it was asked, and knows no ``invalid`` at this state."""
    given = judged(stores).model_copy(update={"versions": [], "requested_at": None})
    if is_against:
        rows(db, "DELETE FROM availability RETURNING 1")
    decision = reserve_slot(stores, given, lambda: STARTS_AT - timedelta(minutes=1))
    if not is_against:
        assert decision.outcome == Outcome.RESERVED
        return
    assert decision.outcome == Outcome.THERAPIST_AWAY
    assert [each.code for each in decision.reasons] == [ReasonCode.OUTSIDE_AVAILABILITY]


@pytest.mark.parametrize(("on_conflict", "outcome"), [("skip", Outcome.RESERVED), ("reject", Outcome.INVALID)])
def test_of_a_series_that_comes_late_the_sessions_to_come_are_booked_if_in_part(
    stores: Stores, db: Connection, on_conflict: str, outcome: Outcome
) -> None:
    given = judged(stores, recurrence="FREQ=WEEKLY;BYDAY=WE;COUNT=3", on_conflict=on_conflict)
    decision = reserve_slot(stores, given, lambda: STARTS_AT + timedelta(days=1))
    assert decision.outcome == outcome
    found = [row["status"] for row in rows(db, "SELECT status FROM bookings ORDER BY occurrence")]
    assert found == (["rejected", "confirmed", "confirmed"] if outcome == Outcome.RESERVED else [])


def test_in_the_normal_case_it_is_one_statement(stores: Stores, database: DatabaseConfig) -> None:
    """BEGIN, the one statement, COMMIT: no round trip more than before."""
    given = judged(stores)
    counted = Counting(database, "test-trips")
    assert reserve_slot(Stores(counted), given, lambda: NOW).outcome == Outcome.RESERVED
    assert counted.asked == 1
    counted.close()


class Counting(Database):
    """Counts what PostgreSQL was asked."""

    asked = 0

    def _connect(self) -> Connection:
        connection = super()._connect()
        plain = connection.cursor_factory
        outer = self

        class Cursor(plain):  # type: ignore[misc, valid-type]  # whatever the connection's own is
            def execute(self, *given: object) -> object:
                outer.asked += 1
                return super().execute(*given)

        connection.cursor_factory = Cursor
        return connection


# -- The day, the maximum and the zone -------------------------------------------------------------------------------


@pytest.fixture
def late_evening(db: Connection) -> datetime:
    """23:30Z on Wednesday is Thursday in Berlin. One session a day; hours all round the clock."""
    rows(db, "UPDATE therapists SET max_sessions_per_day = 1 RETURNING 1")
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 RETURNING 1")
    return datetime(2032, 3, 3, 23, 30, tzinfo=UTC)


def test_a_zone_that_changed_after_it_was_judged_gives_it_its_own_day(
    stores: Stores, db: Connection, late_evening: datetime
) -> None:
    given = judged(stores, starts_at=late_evening)
    assert given.sessions[0].day == date(2032, 3, 4)
    rows(db, "UPDATE therapists SET time_zone = 'UTC' RETURNING 1")

    assert reserve_slot(stores, given, lambda: NOW).outcome == Outcome.RESERVED
    assert rows(db, "SELECT day FROM bookings") == [{"day": date(2032, 3, 3)}]
    same_day = judged(stores, "booking-2", datetime(2032, 3, 3, 16, tzinfo=UTC))
    assert reserve_slot(stores, same_day, lambda: NOW).outcome == Outcome.DAY_FULL


# -- Offers ----------------------------------------------------------------------------------------------------------


def test_an_offer_that_was_accepted_is_not_booked_when_its_session_has_begun(stores: Stores, db: Connection) -> None:
    join(stores, "w-1")
    [held] = sweep(stores)
    answer(stores, held, "accept")
    settled = settle_offer(stores, SettleOfferInput(booking_id=held, execution=EXECUTION), clock_at(MUCH_LATER))
    assert settled.outcome == Outcome.EXPIRED
    [row] = rows(db, "SELECT status, reasons FROM bookings")
    assert (row["status"], row["reasons"][0]["code"]) == ("cancelled", ReasonCode.BOOKING_OVER)
    assert settled.notifications == []


def test_who_asks_is_judged_anew_too(stores: Stores, db: Connection) -> None:
    """A therapist who is no longer who they were enters nothing into that calendar any more."""
    given = validate_input(body(client_id=demo.CLIENT_ID), requested_by("sub-therapist", "therapist"))
    wanted = validated_input(given, validate_request(stores, given, lambda: NOW))
    rows(db, "UPDATE therapists SET user_sub = NULL WHERE id = %s RETURNING 1", demo.THERAPIST_ID)
    decision = reserve_slot(stores, wanted, lambda: NOW)
    assert [each.code for each in decision.reasons] == [ReasonCode.REQUESTER_NOT_ALLOWED]


# -- What was there before -------------------------------------------------------------------------------------------


def test_a_rest_that_was_booked_twice_before_ends_the_session_when_the_next_began(
    stores: Stores, db: Connection
) -> None:
    """Half an hour was free again a minute after the start: the migration takes such rows as they came."""
    migration = (documents.ROOT / "functions" / "migrations" / "0017_judged_anew.sql").read_text()
    undo = """
        ALTER TABLE bookings DROP CONSTRAINT bookings_therapist_sits, DROP CONSTRAINT bookings_client_sits,
        ADD CONSTRAINT bookings_therapist_free EXCLUDE USING gist
            (therapist_id WITH =, occupied WITH &&) WHERE (status IN ('held', 'confirmed')),
        ADD CONSTRAINT bookings_client_free EXCLUDE USING gist
            (client_id WITH =, during WITH &&) WHERE (status IN ('held', 'confirmed'))"""
    with db.cursor() as cursor:
        cursor.execute(undo)
        assert reserve(stores, reserve_input("first")).outcome == Outcome.RESERVED
        cursor.execute("UPDATE bookings SET status = 'completed'")
        rest = STARTS_AT + timedelta(minutes=30)
        cursor.execute(
            "INSERT INTO bookings (id, status, therapist_id, client_id, service_id, during, occupied, day, request, "
            "requested_by) SELECT 'second', 'confirmed', therapist_id, %s, service_id, tstzrange(%s, %s), "
            "tstzrange(%s, %s), day, '{}', 'x' FROM bookings",
            (demo.OTHER_CLIENT_ID, rest, rest + timedelta(minutes=50), rest, rest + timedelta(hours=1)),
        )
        cursor.execute(migration[migration.index("UPDATE bookings AS done") :])

    found = rows(db, "SELECT id, lower(during) AS start, upper(during) AS until FROM bookings ORDER BY id")
    assert [(row["id"], row["start"], row["until"]) for row in found] == [
        ("first", STARTS_AT, rest),
        ("second", rest, rest + timedelta(minutes=50)),
    ]
