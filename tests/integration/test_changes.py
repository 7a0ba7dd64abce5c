"""Cancelling, moving and completing on real PostgreSQL: the practice's rules, and thousands of races."""

import os
import random
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as Connection
from psycopg2.extras import DateTimeTZRange

from booking.codes import BookingStatus, Group, Outcome, ReasonCode
from booking.contracts.bookings import BookingsQuery
from booking.contracts.changes import AttendanceBody, CancelBookingInput, MoveBookingInput
from booking.contracts.steps import Decision, ValidateRequestInput
from booking.errors import Refusal
from booking.model import Requester
from booking.services.bookings.complete_bookings import GRACE, complete_past_bookings
from booking.services.bookings.get_booking import get_booking, list_bookings
from booking.services.bookings.get_series import get_series
from booking.services.bookings.mark_attendance import mark_attendance
from booking.services.changes.cancel_booking import cancel_booking
from booking.services.changes.get_change import get_change
from booking.services.changes.move_booking import move_booking
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, requested_by, reserve, reserve_input
from tests.at_once import together
from tests.fakes import FakeTasks, FakeWorkflows, clock_at, found
from tests.integration.test_races import clients
from tests.integration.test_series import decide
from tests.rows import bookings, ledger, rows

HOUR = timedelta(hours=1)
OTHER = requested_by("sub-other-client")
STAFF = requested_by("sub-therapist", "therapist")
NOT_KEPT: tuple[Any, ...] = (BookingStatus.CANCELLED, BookingStatus.LATE_CANCELLED)
VIEWER = Requester("sub-client", frozenset({Group.CLIENT}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))


def no_execution(_booking_id: str) -> ValidateRequestInput | None:
    return None


def asked(
    booking_id: str, by: dict[str, str] | None, at: datetime, change_id: str | None, request: dict[str, str]
) -> dict[str, Any]:
    """What both machines are started with."""
    return {
        "change_id": change_id or str(uuid4()),
        "booking_id": booking_id,
        "requested_by": by or requested_by(),
        "requested_at": at,
        "execution": f"execution-{uuid4()}",
        "request": request,
    }


def cancel(
    stores: Stores,
    booking_id: str = "booking-1",
    by: dict[str, str] | None = None,
    at: datetime = NOW,
    change_id: str | None = None,
    **request: str,
) -> Decision:
    given = CancelBookingInput.model_validate(asked(booking_id, by, at, change_id, request))
    return cancel_booking(stores, FakeWorkflows(no_execution), FakeTasks(), given, lambda: at)


def move(
    stores: Stores,
    to: datetime,
    booking_id: str = "booking-1",
    by: dict[str, str] | None = None,
    at: datetime = NOW,
    change_id: str | None = None,
    **request: str,
) -> Decision:
    request["starts_at"] = to.isoformat()
    return move_booking(
        stores, MoveBookingInput.model_validate(asked(booking_id, by, at, change_id, request)), lambda: at
    )


def codes(decision: Decision) -> list[ReasonCode]:
    assert (decision.outcome == Outcome.REFUSED) == bool(decision.reasons)
    return [reason.code for reason in decision.reasons]


# -- Cancelling ------------------------------------------------------------------------------------------------------


def test_a_cancelled_booking_frees_its_time_and_everyone_is_to_be_told(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    decision = cancel(stores)
    assert decision.outcome == Outcome.CANCELLED
    assert len(decision.notifications) == 3
    assert bookings(db) == {"booking-1": "cancelled"}
    late = reserve_input("booking-2", client_id=demo.OTHER_CLIENT_ID, by=OTHER)
    assert reserve(stores, late).outcome == Outcome.RESERVED


def test_until_when_it_is_free_and_what_is_allowed_after_that_is_as_it_was_booked(
    stores: Stores, db: Connection
) -> None:
    rows(db, "UPDATE services SET late_cancellation = 'staff_only' RETURNING 1")
    reserve(stores, reserve_input())
    late = STARTS_AT - timedelta(hours=23)
    rows(db, "UPDATE services SET late_cancellation = 'allowed', free_cancellation_minutes = 0 RETURNING 1")
    assert codes(cancel(stores, at=late)) == [ReasonCode.TOO_LATE]
    assert codes(move(stores, STARTS_AT + 3 * HOUR, at=late)) == [ReasonCode.TOO_LATE]
    assert cancel(stores, by=STAFF, at=late).outcome == Outcome.CANCELLED
    rows(db, "UPDATE services SET free_cancellation_minutes = 1440 RETURNING 1")
    reserve(stores, reserve_input("booking-1a"))
    assert cancel(stores, "booking-1a", at=late).outcome == Outcome.LATE_CANCELLED
    reserve(stores, reserve_input("booking-2"))
    assert cancel(stores, "booking-2", STAFF, late).outcome == Outcome.CANCELLED, (
        "the practice's deadline is not theirs"
    )


def test_a_session_that_has_begun_stays(stores: Stores) -> None:
    reserve(stores, reserve_input())
    for at in (STARTS_AT, STARTS_AT + HOUR):
        assert codes(cancel(stores, at=at)) == [ReasonCode.BOOKING_OVER]
        assert codes(move(stores, STARTS_AT + 48 * HOUR, at=at)) == [ReasonCode.BOOKING_OVER]


def test_someone_elses_booking_and_none_look_the_same(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    for booking_id in ("booking-1", "there-is-none"):
        assert codes(cancel(stores, booking_id, OTHER)) == [ReasonCode.BOOKING_UNKNOWN]
        assert codes(move(stores, STARTS_AT + 3 * HOUR, booking_id, OTHER)) == [ReasonCode.BOOKING_UNKNOWN]
    assert bookings(db) == {"booking-1": "confirmed"}


@pytest.mark.parametrize(
    ("scope", "left"), [("one", [1, 3, 4]), ("following", [1]), ("all", [])], ids=["one", "following", "all"]
)
def test_one_session_this_and_the_following_or_the_whole_series(
    stores: Stores, db: Connection, scope: str, left: list[int]
) -> None:
    decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=4")
    second = rows(db, "SELECT id FROM bookings WHERE occurrence = 2")[0]["id"]
    decision = cancel(stores, second, scope=scope)
    assert decision.outcome == Outcome.CANCELLED
    standing = rows(db, "SELECT occurrence FROM bookings WHERE status = 'confirmed' ORDER BY 1")
    assert [row["occurrence"] for row in standing] == left
    assert len(decision.notifications) == 3, "one message each, however many sessions"
    again = cancel(stores, second, scope="one")
    assert (again.outcome, again.notifications) == (Outcome.CANCELLED, [])


def test_only_the_sessions_that_are_cancelled_late_are_late(stores: Stores, db: Connection) -> None:
    decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=3")
    assert cancel(stores, "s-1", at=STARTS_AT - HOUR, scope="all").outcome == Outcome.LATE_CANCELLED
    query = """
        SELECT occurrence, detail ->> 'outcome' AS outcome FROM booking_events AS event
        JOIN bookings ON bookings.id = booking_id WHERE event = 'cancelled' ORDER BY 1
    """
    assert [row["outcome"] for row in rows(db, query)] == ["late_cancelled", "cancelled", "cancelled"]


def test_a_late_cancellation_is_one_wherever_bookings_are_read(stores: Stores, db: Connection) -> None:
    decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=3")
    cancel(stores, "s-1", at=STARTS_AT - HOUR, scope="following")
    listed = {status: list_bookings(stores, VIEWER, BookingsQuery(status=status)).bookings for status in NOT_KEPT}
    assert [len(found) for found in listed.values()] == [2, 1]
    assert {each.status for found in listed.values() for each in found} == set(NOT_KEPT)
    [late] = listed[BookingStatus.LATE_CANCELLED]
    assert (late.booking_id, late.price_cents, late.currency) == ("s-1", 9500, "EUR")
    seen = get_booking(stores, FakeWorkflows(), VIEWER, "s-1", clock_at(NOW))
    assert (seen.status, seen.price_cents, seen.currency) == ("late_cancelled", 9500, "EUR")
    series = get_series(stores, FakeWorkflows(), VIEWER, "s-1", clock_at(NOW))
    assert [each.status for each in series.occurrences] == ["late_cancelled", "cancelled", "cancelled"]
    assert {row["status"] for row in rows(db, "SELECT status FROM bookings")} == {"cancelled"}, "as before, for others"
    assert cancel(stores, "s-1").outcome == Outcome.CANCELLED, "twice is success once"


def test_a_change_asked_twice_is_made_once_and_its_key_is_used(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    first = move(stores, STARTS_AT + 3 * HOUR, change_id="c-1")
    second = move(stores, STARTS_AT + 3 * HOUR, change_id="c-1")
    assert second == first
    assert move(stores, STARTS_AT + 4 * HOUR, change_id="c-1").outcome == Outcome.KEY_CONFLICT
    assert cancel(stores, change_id="c-1").outcome == Outcome.KEY_CONFLICT
    assert [event for event, *_ in ledger(db, "booking-1")].count("booking_moved") == 3
    answer = get_change(stores, FakeWorkflows(), VIEWER, "c-1")
    assert answer is not None
    assert (answer.outcome, answer.booking_id, len(answer.notifications)) == ("moved", "booking-1", 3)
    stranger = Requester("sub-eve", frozenset({Group.CLIENT}))
    assert found(lambda: get_change(stores, FakeWorkflows(), stranger, "c-1")) is None


# -- Moving ----------------------------------------------------------------------------------------------------------


def test_a_move_keeps_to_every_rule_of_a_request(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    reserve(stores, reserve_input("theirs", STARTS_AT + 4 * HOUR, client_id=demo.OTHER_CLIENT_ID, by=OTHER))
    assert codes(move(stores, STARTS_AT)) == [ReasonCode.NOTHING_TO_MOVE]
    assert codes(move(stores, STARTS_AT + 4 * HOUR)) == [ReasonCode.SLOT_TAKEN]
    assert codes(move(stores, STARTS_AT + 12 * HOUR)) == [ReasonCode.OUTSIDE_AVAILABILITY]
    assert codes(move(stores, STARTS_AT + timedelta(minutes=7))) == [ReasonCode.STARTS_AT_OFF_THE_GRID]
    assert codes(move(stores, NOW - HOUR)) == [ReasonCode.STARTS_IN_THE_PAST]
    assert codes(move(stores, STARTS_AT + 3 * HOUR, therapist_id=str(uuid4()))) == [ReasonCode.THERAPIST_UNKNOWN]
    assert rows(db, "SELECT lower(during) AS at FROM bookings WHERE id = 'booking-1'") == [{"at": STARTS_AT}]
    overlapping = STARTS_AT + timedelta(minutes=30)  # itself is no obstacle
    assert move(stores, overlapping).outcome == Outcome.MOVED
    [event] = rows(db, "SELECT detail FROM booking_events WHERE event = 'moved'")
    assert datetime.fromisoformat(event["detail"]["from"]) == STARTS_AT
    assert datetime.fromisoformat(event["detail"]["to"]) == overlapping


def test_a_full_day_takes_no_moved_session_but_its_own(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET max_sessions_per_day = 1 RETURNING 1")
    reserve(stores, reserve_input())
    reserve(stores, reserve_input("next", STARTS_AT + 24 * HOUR))
    assert move(stores, STARTS_AT + 3 * HOUR).outcome == Outcome.MOVED, "within its day"
    assert codes(move(stores, STARTS_AT + 27 * HOUR)) == [ReasonCode.DAY_FULL]


# -- Completing ------------------------------------------------------------------------------------------------------


def test_staff_say_whether_the_client_came_once_the_session_has_begun(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    staff = Requester("sub-therapist", frozenset({Group.THERAPIST}))
    no_show, completed = (AttendanceBody(status=each) for each in (BookingStatus.NO_SHOW, BookingStatus.COMPLETED))
    with pytest.raises(Refusal, match="session-not-begun"):
        mark_attendance(stores, FakeWorkflows(), staff, "booking-1", no_show, clock_at(NOW))
    with pytest.raises(Refusal, match="forbidden"):
        mark_attendance(stores, FakeWorkflows(), VIEWER, "booking-1", no_show, clock_at(STARTS_AT))
    with pytest.raises(Refusal, match="not-found"):
        stranger = Requester("x", frozenset({Group.THERAPIST}))
        mark_attendance(stores, FakeWorkflows(), stranger, "booking-1", no_show, clock_at(STARTS_AT))
    for body in (no_show, no_show, completed):
        marked = mark_attendance(stores, FakeWorkflows(), staff, "booking-1", body, clock_at(STARTS_AT))
        assert marked.status == body.status
    events = [row["event"] for row in rows(db, "SELECT event FROM booking_events ORDER BY id")]
    assert events == ["reserved", "no_show", "completed"]
    assert codes(cancel(stores, at=STARTS_AT)) == [ReasonCode.BOOKING_OVER]


def test_what_nobody_has_marked_completes_itself_and_twice_is_once(stores: Stores, db: Connection) -> None:
    ids = clients(db, 6)
    for n, client in enumerate(ids):
        reserve(stores, reserve_input(f"b-{n}", STARTS_AT + n * HOUR, client_id=client))
    later = STARTS_AT + 3 * HOUR + GRACE + timedelta(minutes=1)
    assert complete_past_bookings(stores, clock_at(later)) == 3
    assert complete_past_bookings(stores, clock_at(later)) == 0
    assert Counter(bookings(db).values()) == {"completed": 3, "confirmed": 3}


# -- Races -----------------------------------------------------------------------------------------------------------

ROUNDS = int(os.environ.get("RACE_ROUNDS", "150"))  # make chaos plays more


def test_cancel_and_move_at_once_leave_one_consistent_booking(
    crew: list[Stores], stores: Stores, db: Connection
) -> None:
    for n in range(ROUNDS):
        key, there = f"r-{n}", STARTS_AT + 3 * HOUR
        reserve(stores, reserve_input(key))
        cancelled, moved = together(crew, [partial(cancel, booking_id=key), partial(move, to=there, booking_id=key)])
        assert cancelled.outcome == Outcome.CANCELLED
        [row] = rows(db, "SELECT status, lower(during) AS at FROM bookings WHERE id = %s", key)
        assert row["status"] == "cancelled"
        assert row["at"] == (there if moved.outcome == Outcome.MOVED else STARTS_AT)
    assert deadlocks(db) == 0


def test_a_series_is_cancelled_while_a_session_of_it_moves_elsewhere(
    crew: list[Stores], stores: Stores, db: Connection
) -> None:
    """The session is with another therapist than the rest: the two changes share no calendar, only the client."""
    rows(db, "UPDATE therapists SET booking_window_days = 400, max_sessions_per_day = NULL RETURNING 1")
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")
    second_week, seen = STARTS_AT + timedelta(days=7), Counter[Outcome]()
    for n in range(ROUNDS // 4):
        decide(stores, f"s-{n}", recurrence="FREQ=WEEKLY;COUNT=2")
        [second] = rows(db, "SELECT id FROM bookings WHERE series_id = %s AND occurrence = 2", f"s-{n}")
        away = move(stores, second_week + HOUR, second["id"], therapist_id=str(demo.OTHER_THERAPIST_ID))
        assert away.outcome == Outcome.MOVED
        there = second_week + 3 * HOUR
        cancelled, moved = together(
            crew,
            [
                partial(cancel, booking_id=f"s-{n}", scope="all"),
                partial(move, to=there, booking_id=second["id"]),
            ],
        )
        assert cancelled.outcome == Outcome.CANCELLED
        [row] = rows(db, "SELECT status, lower(during) AS at FROM bookings WHERE id = %s", second["id"])
        assert row["status"] == "cancelled"
        assert row["at"] == (there if moved.outcome == Outcome.MOVED else second_week + HOUR)
        seen[moved.outcome] += 1
    assert deadlocks(db) == 0


def test_cancel_and_book_one_slot_at_once_leave_it_with_one_owner_at_most(
    crew: list[Stores], stores: Stores, db: Connection
) -> None:
    for n in range(ROUNDS):
        key, theirs = f"r-{n}", reserve_input(f"n-{n}", client_id=demo.OTHER_CLIENT_ID, by=OTHER)
        reserve(stores, reserve_input(key))
        cancelled, booked = together(
            crew,
            [partial(cancel, booking_id=key), partial(reserve, given=theirs)],
        )
        assert cancelled.outcome == Outcome.CANCELLED
        assert booked.outcome in (Outcome.RESERVED, Outcome.SLOT_TAKEN)
        standing = rows(db, "SELECT id FROM bookings WHERE status = 'confirmed'")
        assert standing == ([{"id": f"n-{n}"}] if booked.outcome == Outcome.RESERVED else [])
        cancel(stores, f"n-{n}", OTHER)
    assert deadlocks(db) == 0


def test_two_moves_into_one_slot_and_a_booking_of_it_have_one_winner(
    crew: list[Stores], stores: Stores, db: Connection
) -> None:
    ids, there = clients(db, 3), STARTS_AT + 5 * HOUR
    for n in range(ROUNDS):
        for place, client in enumerate(ids[:2]):
            given = reserve_input(f"r-{n}-{place}", STARTS_AT + place * HOUR, client_id=client)
            assert reserve(stores, given).outcome == Outcome.RESERVED
        wanted = reserve_input(f"r-{n}-new", there, client_id=ids[2])
        answers = together(
            crew,
            [
                partial(move, to=there, booking_id=f"r-{n}-0"),
                partial(move, to=there, booking_id=f"r-{n}-1"),
                partial(reserve, given=wanted),
            ],
        )
        outcomes = [answer.outcome for answer in answers]
        assert sum(outcome in (Outcome.MOVED, Outcome.RESERVED) for outcome in outcomes) == 1, outcomes
        query = "SELECT count(*) FROM bookings WHERE status = 'confirmed' AND lower(during) = %s"
        assert rows(db, query, there) == [{"count": 1}]
        rows(db, "UPDATE bookings SET status = 'cancelled' WHERE status = 'confirmed' RETURNING 1")
    assert deadlocks(db) == 0


def test_many_who_book_move_cancel_and_swap_never_deadlock_or_overlap(
    crew: list[Stores], stores: Stores, db: Connection
) -> None:
    """Two therapists' calendars in which everybody wants to be somewhere else, series among them."""
    ids = clients(db, 6)
    both = (str(demo.THERAPIST_ID), str(demo.OTHER_THERAPIST_ID))
    rows(db, "UPDATE therapists SET booking_window_days = 400, max_sessions_per_day = NULL RETURNING 1")
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")
    for n, client in enumerate(ids):
        rows(db, "UPDATE clients SET user_sub = %s WHERE id = %s RETURNING 1", f"sub-{n}", client)
    seen: Counter[str] = Counter()

    def live(number: int) -> Any:
        def run(each: Stores) -> None:
            dice = random.Random(number)
            by, mine = requested_by(f"sub-{number}"), list[str]()
            for n in range(60):
                start = STARTS_AT + dice.randrange(4) * HOUR + dice.randrange(3) * timedelta(days=7)
                choice = dice.random()
                if choice < 0.3 or not mine:
                    key = f"l-{number}-{n}"
                    decision = decide(
                        each,
                        key,
                        start,
                        by,
                        recurrence="FREQ=WEEKLY;COUNT=3" if choice < 0.15 else None,
                        on_conflict="skip" if choice < 0.15 else None,
                    )
                    if decision.outcome == Outcome.RESERVED:
                        mine.append(key)
                elif choice < 0.8:
                    decision = move(each, start, dice.choice(mine), by, therapist_id=dice.choice(both))
                else:
                    decision = cancel(each, mine.pop(dice.randrange(len(mine))), by, scope="all")
                seen[decision.outcome] += 1

        return run

    together(crew, [live(number) for number in range(len(ids))])
    assert deadlocks(db) == 0
    overlaps = """
        SELECT FROM bookings a JOIN bookings b ON a.id < b.id AND a.status = 'confirmed' AND b.status = 'confirmed'
        WHERE (a.therapist_id = b.therapist_id AND a.occupied && b.occupied)
            OR (a.client_id = b.client_id AND a.during && b.during)
    """
    assert rows(db, overlaps) == []
    assert seen[Outcome.MOVED] > 10
    assert seen[Outcome.CANCELLED] + seen[Outcome.LATE_CANCELLED] > 10


def deadlocks(db: Connection) -> int:
    return int(rows(db, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0]["deadlocks"])


# -- What it would come to -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["allowed", "staff_only"])
@pytest.mark.parametrize("hours", [100, 24, 23, 0], ids=["early", "in time", "late", "begun"])
def test_a_reader_is_told_what_a_change_comes_to_and_that_is_what_it_comes_to(
    stores: Stores, db: Connection, policy: str, hours: int
) -> None:
    rows(db, "UPDATE services SET free_cancellation_minutes = 1440, late_cancellation = %s RETURNING 1", policy)
    reserve(stores, reserve_input())
    at = STARTS_AT - hours * HOUR
    costs = {Outcome.CANCELLED: "free", Outcome.LATE_CANCELLED: "late", Outcome.REFUSED: "not_allowed"}
    for who, by in ((VIEWER, requested_by()), (THERAPIST, STAFF)):
        told = get_booking(stores, FakeWorkflows(), who, "booking-1", clock_at(at)).changes
        assert told is not None
        moved = move(stores, STARTS_AT + timedelta(days=7), by=by, at=at)
        assert told.rescheduling.cost == ("free" if moved.outcome == Outcome.MOVED else "not_allowed")
        assert [each for each in (told.rescheduling.reason,) if each] == moved.reasons
        if moved.outcome == Outcome.MOVED:
            back = "UPDATE bookings SET during = %s, occupied = %s, day = %s RETURNING 1"
            span = DateTimeTZRange(STARTS_AT, STARTS_AT + HOUR)
            rows(db, back, span, span, STARTS_AT.date())
        done = cancel(stores, by=by, at=at)
        assert told.cancellation.cost == costs[done.outcome]
        assert [each for each in (told.cancellation.reason,) if each] == done.reasons
        is_in_time = who == VIEWER and hours >= 24
        assert told.cancellation.free_until == (STARTS_AT - 24 * HOUR if is_in_time else None)
        rows(db, "UPDATE bookings SET status = 'confirmed', cancelled_late = false RETURNING 1")
    rows(db, "UPDATE bookings SET status = 'cancelled' RETURNING 1")
    assert get_booking(stores, FakeWorkflows(), VIEWER, "booking-1", clock_at(at)).changes is None
