"""A therapist is ill: what lies in the time off is written down at once, then cancelled one by one."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Group, Outcome, ReasonCode
from booking.contracts.changes import CancelBookingInput
from booking.contracts.time_off import TimeOffAnswer, TimeOffBody
from booking.errors import Refusal
from booking.model import Requester
from booking.services.calendars.start_cancellations import start_cancellations
from booking.services.calendars.time_off import add_time_off, get_time_off, remove_time_off
from booking.services.changes.cancel_booking import cancel_booking
from booking.services.changes.get_change import get_change
from booking.store import Stores
from local import demo
from tests.asking import EXECUTION, NOW, STARTS_AT, requested_by, reserve, reserve_input
from tests.at_once import together
from tests.fakes import FakeTasks, FakeWorkflows, clock_at, found
from tests.integration.test_any_order import deadlocks
from tests.integration.test_changes import cancel, move
from tests.integration.test_races import clients as new_clients
from tests.integration.test_waitlist import answer, asked, join, settle, sweep
from tests.rows import bookings, rows

OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
COLLEAGUE = Requester("sub-other-therapist", frozenset({Group.THERAPIST}))
CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = {"starts_at": NOW.isoformat(), "ends_at": (NOW + 7 * DAY).isoformat()}
ILL = {**WEEK, "cancel_bookings": True, "reason": "I have a fever."}


def away(
    stores: Stores,
    body: dict[str, Any],
    key: str = "ill-1",
    workflows: FakeWorkflows | None = None,
    by: Requester = THERAPIST,
) -> TimeOffAnswer:
    given = TimeOffBody.model_validate(body)
    return add_time_off(stores, workflows or FakeWorkflows(), by, demo.THERAPIST_ID, key, given, clock_at(NOW))


def execute(stores: Stores, workflows: FakeWorkflows) -> list[Outcome]:
    """Runs what was started, as the cancellation machine does."""
    more = {"requested_at": NOW, "execution": EXECUTION}
    given = [CancelBookingInput.model_validate({**each, **more}) for each in workflows.started.values()]
    return [cancel_booking(stores, workflows, FakeTasks(), each, clock_at(NOW)).outcome for each in given]


def book(stores: Stores, db: Connection, count: int) -> list[str]:
    """Sessions an hour apart, of a client each."""
    for n, client_id in enumerate(new_clients(db, count)):
        assert (
            reserve(stores, reserve_input(f"b-{n}", STARTS_AT + n * HOUR, client_id=client_id)).outcome
            == Outcome.RESERVED
        )
    return [f"b-{n}" for n in range(count)]


def absence(stores: Stores, key: str = "ill-1", by: Requester = THERAPIST) -> Any:
    change = get_change(stores, FakeWorkflows(), by, key, "absence")
    assert change.absence is not None
    return change


def test_time_off_is_entered_and_taken_back_one_by_one(stores: Stores) -> None:
    christmas = {"starts_at": "2032-12-24T00:00:00Z", "ends_at": "2032-12-27T00:00:00Z", "label": "Christmas"}
    first = away(stores, christmas, "christmas")
    assert away(stores, christmas, "christmas") == first, "sent twice, entered once"
    second = away(stores, {**christmas, "ends_at": "2033-01-02T00:00:00Z", "label": None}, "to the new year")
    with pytest.raises(Refusal, match="idempotency-key-used"):
        away(stores, {**christmas, "label": "Easter"}, "christmas")
    listed = get_time_off(stores, OPERATOR, demo.THERAPIST_ID).time_off
    assert [(each.time_off_id, each.label) for each in listed] == [
        (first.time_off_id, "Christmas"),
        (second.time_off_id, None),
    ], "periods may overlap"
    for requester in (CLIENT, COLLEAGUE):
        assert found(partial(get_time_off, stores, requester, demo.THERAPIST_ID)) is None
        assert found(partial(remove_time_off, stores, requester, demo.THERAPIST_ID, first.time_off_id)) is None
    assert found(partial(remove_time_off, stores, OPERATOR, demo.OTHER_THERAPIST_ID, first.time_off_id)) is None
    assert remove_time_off(stores, THERAPIST, demo.THERAPIST_ID, first.time_off_id).label == "Christmas"
    assert found(partial(remove_time_off, stores, THERAPIST, demo.THERAPIST_ID, first.time_off_id)) is None


def test_an_illness_cancels_what_lies_in_it_and_can_be_followed(stores: Stores, db: Connection) -> None:
    ids, workflows = book(stores, db, 4), FakeWorkflows()
    rows(
        db,
        "UPDATE bookings SET during = %s, occupied = %s WHERE id = 'b-3' RETURNING 1",
        *[f"[{NOW - HOUR}, {NOW + HOUR})"] * 2,
    )
    with pytest.raises(Refusal, match="bookings-in-time-off"):
        away(stores, WEEK)
    entered = away(stores, ILL, workflows=workflows)
    assert entered.change_id == "ill-1"
    assert [each["booking_id"] for each in workflows.started.values()] == ids[:3], "the session that has begun stays"
    assert away(stores, ILL, workflows=workflows) == entered
    with pytest.raises(Refusal, match="idempotency-key-used"):
        away(stores, {**ILL, "reason": "Another one"})
    with pytest.raises(Refusal, match="idempotency-key-used"):
        away(stores, ILL, by=OPERATOR)
    assert (absence(stores).outcome, absence(stores).absence.pending) == (None, 3)

    move(stores, NOW + 20 * DAY, "b-1", requested_by("op", "operator"))
    cancel(stores, "b-2", requested_by("op", "operator"))
    assert execute(stores, workflows) == [Outcome.CANCELLED, Outcome.REFUSED, Outcome.CANCELLED]
    assert bookings(db) == {"b-0": "cancelled", "b-1": "confirmed", "b-2": "cancelled", "b-3": "confirmed"}
    followed = absence(stores, by=OPERATOR)
    assert (followed.outcome, followed.reason.text) == ("cancelled", "I have a fever.")
    assert (followed.absence.bookings, followed.absence.cancelled, followed.absence.pending) == (3, 2, 0)
    left = [each for each in followed.absence.cancellations if each.outcome == "refused"]
    assert [(each.booking_id, each.reasons[0].code) for each in left] == [("b-1", ReasonCode.MOVED_MEANWHILE)]
    assert followed.absence.cancellations[0].notifications, (
        "the therapist is told at least: these clients have no address"
    )
    assert (
        get_change(stores, workflows, OPERATOR, followed.absence.cancellations[0].change_id).reason == followed.reason
    )
    for requester in (CLIENT, COLLEAGUE):
        assert found(partial(get_change, stores, workflows, requester, "ill-1")) is None

    remove_time_off(stores, THERAPIST, demo.THERAPIST_ID, entered.time_off_id)
    assert bookings(db)["b-0"] == "cancelled", "nobody's booking comes back"
    assert away(stores, ILL) == entered
    assert get_time_off(stores, THERAPIST, demo.THERAPIST_ID).time_off == [], "sent twice is not entered anew"


def test_what_could_not_be_started_the_sweep_starts_once(stores: Stores, db: Connection) -> None:
    book(stores, db, 5)
    down = FakeWorkflows(starts_left=2)
    assert away(stores, ILL, workflows=down).change_id == "ill-1", "Step Functions is away: it is entered all the same"
    rest = FakeWorkflows(starts_left=1)
    rows(db, "UPDATE absence_cancellations SET started_at = NULL WHERE started_at IS NOT NULL RETURNING 1")
    with pytest.raises(Exception, match="Step Functions"):
        start_cancellations(stores, rest, clock_at(NOW))
    last = FakeWorkflows()
    assert start_cancellations(stores, last, clock_at(NOW), lambda: timedelta(0)) == 0, "there is no time left"
    assert start_cancellations(stores, last, clock_at(NOW)) == 4
    assert start_cancellations(stores, last, clock_at(NOW)) == 0
    assert set(down.started) < set(rest.started) | set(last.started), "under the names they had"
    assert len({*rest.started, *last.started}) == 5


def test_what_is_offered_in_it_is_offered_no_more_and_what_is_promised_is_cancelled(
    stores: Stores, db: Connection
) -> None:
    join(stores, "w-1")
    [open_offer] = sweep(stores)
    away(stores, ILL)
    assert bookings(db) == {open_offer: "cancelled"}
    [offer] = rows(db, "SELECT outcome FROM offers")
    [client] = rows(db, "SELECT offers_unanswered FROM clients WHERE id = %s", demo.CLIENT_ID)
    assert (offer["outcome"], client["offers_unanswered"]) == ("declined", 0), "they have left nothing unanswered"
    with pytest.raises(Refusal, match="offer-over"):
        answer(stores, open_offer, "accept")

    later = STARTS_AT + 7 * DAY
    join(stores, "w-2", body=asked((later, later + HOUR)))
    [promised] = sweep(stores)
    answer(stores, promised, "accept")
    workflows, next_week = FakeWorkflows(), {**ILL, "ends_at": (NOW + 14 * DAY).isoformat()}
    away(stores, next_week, "ill-2", workflows)
    assert settle(stores, promised) == Outcome.ACCEPTED
    assert execute(stores, workflows) == [Outcome.CANCELLED]
    assert bookings(db)[promised] == "cancelled"


def test_an_illness_is_entered_while_bookings_come_in(crew: list[Stores], db: Connection) -> None:
    """Whoever comes first: a booking, or a move, is among those to be cancelled, or it was never made."""
    standing = "SELECT id FROM bookings WHERE therapist_id = %s AND status IN ('held', 'confirmed') AND during && %s"
    for n, client_id in enumerate(new_clients(db, 25)):
        start = STARTS_AT + n * DAY
        elsewhere = reserve_input(f"m-{n}", start + 100 * DAY, client_id=client_id)
        assert reserve(crew[0], elsewhere).outcome == Outcome.RESERVED
        wishes: list[Any] = [
            partial(reserve, given=reserve_input(f"r-{n}", start, client_id=demo.CLIENT_ID)),
            partial(reserve, given=reserve_input(f"s-{n}", start + HOUR, client_id=demo.OTHER_CLIENT_ID)),
            partial(move, to=start + 2 * HOUR, booking_id=f"m-{n}", by=requested_by("op", "operator")),
        ]
        off = {**ILL, "starts_at": start.isoformat(), "ends_at": (start + 4 * HOUR).isoformat()}
        workflows = FakeWorkflows()
        together(crew, [*wishes[:2], partial(away, body=off, key=f"ill-{n}", workflows=workflows), wishes[2]])
        found_in_it = {row["id"] for row in rows(db, standing, demo.THERAPIST_ID, f"[{start}, {start + 4 * HOUR})")}
        assert found_in_it == {each["booking_id"] for each in workflows.started.values()}
        execute(crew[0], workflows)
        assert rows(db, standing, demo.THERAPIST_ID, f"[{start}, {start + 4 * HOUR})") == []
    assert deadlocks(db) == 0


def test_extra_hours_still_keep_apart_and_time_off_need_not(db: Connection) -> None:
    enter = """
        INSERT INTO availability_exceptions (therapist_id, kind, during)
        VALUES (%s, %s, '[2032-01-01, 2032-01-02)') RETURNING 1"""
    for kind in ("time_off", "time_off", "extra_hours"):
        rows(db, enter, demo.THERAPIST_ID, kind)
    with pytest.raises(Exception, match="availability_exceptions_extra_hours_apart"):
        rows(db, enter, demo.THERAPIST_ID, "extra_hours")


def test_five_hundred_sessions_are_written_down_in_a_moment(stores: Stores, db: Connection) -> None:
    [client_id] = new_clients(db, 1)
    rows(db, MANY, demo.THERAPIST_ID, client_id, demo.SERVICE_ID)
    workflows = FakeWorkflows()
    away(stores, {**ILL, "ends_at": (NOW + 600 * HOUR).isoformat()}, workflows=workflows)
    assert absence(stores).absence.bookings == 500
    assert len(workflows.started) == 500
    assert UUID(absence(stores).absence.cancellations[0].change_id.removeprefix("absence-"))


MANY = """
    INSERT INTO bookings (id, status, therapist_id, client_id, service_id, during, occupied, day, request, requested_by)
    SELECT 'many-' || n, 'confirmed', %s, %s, %s, tstzrange(start, start + interval '50 minutes'),
        tstzrange(start, start + interval '1 hour'), start::date, '{}', 'sub'
    FROM generate_series(1, 500) AS n,
        LATERAL (SELECT timestamptz '2032-03-01 10:00Z' + n * interval '1 hour' AS start) AS s
    RETURNING 1
"""
