"""Staff book what clients may not, on real PostgreSQL: each rule set aside is recorded, and nobody sits on anybody."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection
from psycopg2.extras import DateTimeTZRange

from booking.codes import Outcome
from booking.contracts.changes import MoveBookingInput
from booking.contracts.steps import Decision, RequestBody
from booking.services.bookings.complete_bookings import GRACE, complete_past_bookings
from booking.services.bookings.reject_booking import reject_booking
from booking.services.bookings.validate_request import validate_request
from booking.services.changes.move_booking import move_booking
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, body, reject_input, requested_by, reserve, validate_input, validated_input
from tests.fakes import clock_at
from tests.integration.test_changes import asked
from tests.rows import bookings, ledger, rows

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NIGHT = STARTS_AT + 12 * HOUR + timedelta(minutes=7)
THERAPIST = requested_by("sub-therapist", "therapist")
OPERATOR = requested_by("sub-operator", "operator")
AWAY = "INSERT INTO availability_exceptions (therapist_id, kind, during) VALUES (%s, 'time_off', %s) RETURNING 1"


def book(
    stores: Stores, starts_at: Any, *override: str, by: Any = THERAPIST, key: str = "b-1", **more: Any
) -> Decision:
    """The workflow's own order, without the workflow."""
    request: Any = body(starts_at, **{"client_id": demo.CLIENT_ID, **more})
    given = validate_input(request | ({"override": list(override)} if override else {}), by, key)
    validated = validate_request(stores, given, clock_at(NOW))
    wanted = validated_input(given, validated)
    if validated.outcome == Outcome.INVALID:
        return reject_booking(stores, reject_input(wanted, validated))
    reserved = reserve(stores, wanted)
    return reserved if reserved.outcome == Outcome.RESERVED else reject_booking(stores, reject_input(wanted, reserved))


def said(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def recorded(db: Connection, event: str = "reserved") -> list[list[str]]:
    """What each booking's history says was set aside, in order of time."""
    query = """
        SELECT detail -> 'overridden' AS overridden FROM booking_events AS event
        JOIN bookings ON bookings.id = booking_id WHERE event = %s ORDER BY lower(during)
    """
    return [row["overridden"] for row in rows(db, query, event)]


def test_each_rule_that_was_in_the_way_is_named_set_aside_and_recorded(stores: Stores, db: Connection) -> None:
    rules = ["starts_at_off_the_grid", "outside_availability"]
    assert said(book(stores, NIGHT)) == rules
    assert said(book(stores, NIGHT, "outside_availability", key="b-2")) == ["starts_at_off_the_grid"]
    decision = book(stores, NIGHT, *rules, "notice_too_short", "day_full", "therapist_away", key="b-3")
    assert decision.outcome == Outcome.RESERVED
    assert recorded(db) == [sorted(["outside_availability", "starts_at_off_the_grid"])], "only what was needed"
    assert rows(db, "SELECT overrides FROM bookings WHERE id = 'b-3'") == [{"overrides": sorted(rules)}]


def test_notice_and_window_are_for_clients(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET minimum_notice_minutes = 2880, booking_window_days = 7 RETURNING 1")
    soon, far = NOW + HOUR, STARTS_AT + 14 * DAY
    assert said(book(stores, soon)) == ["notice_too_short"]
    assert book(stores, soon, "notice_too_short", key="b-2").outcome == Outcome.RESERVED
    assert book(stores, far, "beyond_booking_window", by=OPERATOR, key="b-3").outcome == Outcome.RESERVED
    assert recorded(db) == [["notice_too_short"], ["beyond_booking_window"]]


def test_a_closed_day_is_set_aside_by_its_name(stores: Stores, db: Connection) -> None:
    rows(db, "INSERT INTO closed_days VALUES ('2032-03-03') RETURNING 1")
    assert said(book(stores, STARTS_AT, "outside_availability", "therapist_away")) == ["practice_closed"]
    assert book(stores, STARTS_AT, "practice_closed", key="b-2").outcome == Outcome.RESERVED
    assert recorded(db) == [["practice_closed"]]


def test_time_off_and_a_full_day_stand_unless_they_are_named(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET max_sessions_per_day = 1 RETURNING 1")
    rows(db, AWAY, demo.THERAPIST_ID, DateTimeTZRange(STARTS_AT, STARTS_AT + HOUR))
    assert said(book(stores, STARTS_AT)) == ["therapist_away"]
    assert book(stores, STARTS_AT, "therapist_away", "day_full", key="b-2").outcome == Outcome.RESERVED
    assert said(book(stores, STARTS_AT + 3 * HOUR, key="b-3")) == ["day_full"]
    assert said(book(stores, STARTS_AT + 3 * HOUR, "therapist_away", key="b-4")) == ["day_full"]
    assert book(stores, STARTS_AT + 3 * HOUR, "day_full", "therapist_away", key="b-5").outcome == Outcome.RESERVED
    assert recorded(db) == [["therapist_away"], ["day_full"]]


def test_a_client_sets_nothing_aside_nor_does_a_therapist_elsewhere(stores: Stores) -> None:
    assert "override_not_allowed" in said(book(stores, STARTS_AT, "day_full", by=requested_by(), client_id=None))
    theirs = book(stores, STARTS_AT, "day_full", key="b-2", therapist_id=demo.OTHER_THERAPIST_ID)
    assert "requester_not_allowed" in said(theirs)


def test_never_over_another_booking(stores: Stores, db: Connection) -> None:
    every = [*_overridable()]
    book(stores, STARTS_AT)
    for start in (STARTS_AT, STARTS_AT + timedelta(minutes=20)):
        answer = book(stores, start, *every, key=f"b-{start.minute}", client_id=demo.OTHER_CLIENT_ID)
        assert said(answer) == ["slot_taken"]
    assert list(bookings(db).values()).count("confirmed") == 1


def test_a_session_that_has_been_is_entered_completed_and_nobody_is_told(stores: Stores, db: Connection) -> None:
    been = STARTS_AT - 7 * DAY
    assert said(book(stores, been)) == ["starts_in_the_past"]
    decision = book(stores, been, "starts_in_the_past", key="b-2")
    assert (decision.outcome, decision.notifications) == (Outcome.RESERVED, [])
    assert book(stores, been, "starts_in_the_past", key="b-2").outcome == Outcome.RESERVED, "twice is once"
    assert recorded(db) == [["starts_in_the_past"]]
    assert ledger(db, "b-2") == []
    assert complete_past_bookings(stores, clock_at(been + GRACE + 2 * HOUR)) == 1
    assert bookings(db)["b-2"] == "completed"
    ancient = book(stores, STARTS_AT - 400 * DAY, "starts_in_the_past", key="b-3")
    assert said(ancient) == ["starts_in_the_past"], "a year that was mistyped"


def test_a_session_is_moved_by_the_same_overrides_and_keeps_none_for_later(stores: Stores, db: Connection) -> None:
    def move(to: Any, *override: str, by: Any = THERAPIST) -> Decision:
        request: Any = {"starts_at": to.isoformat(), **({"override": list(override)} if override else {})}
        given = MoveBookingInput.model_validate(asked("b-1", by, NOW, None, request))
        return move_booking(stores, given, clock_at(NOW))

    book(stores, STARTS_AT)
    client = requested_by()
    assert said(move(NIGHT, "outside_availability", by=client)) == ["override_not_allowed"]
    assert said(move(NIGHT, "outside_availability")) == ["starts_at_off_the_grid"]
    assert move(NIGHT, "outside_availability", "starts_at_off_the_grid", "day_full").outcome == Outcome.MOVED
    assert recorded(db, "moved") == [["outside_availability", "starts_at_off_the_grid"]]
    assert said(move(NOW - DAY, "starts_in_the_past")) == ["starts_in_the_past"]
    assert move(STARTS_AT + HOUR, by=client).outcome == Outcome.MOVED
    assert rows(db, "SELECT overrides FROM bookings") == [{"overrides": []}]


def test_the_same_overrides_are_the_same_request_in_any_order(stores: Stores) -> None:
    first = book(stores, NIGHT, "outside_availability", "starts_at_off_the_grid")
    again = book(stores, NIGHT, "starts_at_off_the_grid", "outside_availability", "outside_availability")
    assert (again.outcome, again.notifications) == (first.outcome, first.notifications)
    assert "override" not in RequestBody.model_validate(body()).as_text()


@pytest.mark.parametrize("override", [[], ["slot_taken"], ["day_full"] * 11, "day_full"])
def test_what_cannot_be_set_aside_is_no_request(override: Any) -> None:
    with pytest.raises(ValueError, match="override"):
        RequestBody.model_validate({**body(), "override": override})


def _overridable() -> list[str]:
    schema = RequestBody.model_json_schema()["properties"]["override"]
    return list(schema["anyOf"][0]["items"]["enum"])
