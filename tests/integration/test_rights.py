"""Rights, judged session by session and by what somebody is now; and keys that were used before."""

import threading
import time
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.codes import BookingStatus, Group, Outcome, ReasonCode
from booking.contracts.bookings import BookingsQuery
from booking.contracts.change_answers import ChangeAnswer
from booking.contracts.changes import AttendanceBody, CancelBookingInput, PendingChange
from booking.contracts.clients import ClientsQuery
from booking.contracts.steps import Decision, ValidateRequestInput
from booking.errors import Refusal
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking, list_bookings
from booking.services.bookings.get_series import get_series
from booking.services.bookings.judging import occurrence_id
from booking.services.bookings.mark_attendance import mark_attendance
from booking.services.bookings.reject_booking import reject_booking
from booking.services.bookings.validate_request import validate_request
from booking.services.changes.cancel_booking import cancel_booking
from booking.services.changes.get_change import get_change
from booking.services.people.clients import get_client, list_clients
from booking.services.waitlist.entries import get_entry
from booking.store import Stores
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
from tests.fakes import FakeTasks, FakeWorkflows, clock_at, found
from tests.integration.test_changes import HOUR, STAFF, asked, cancel, codes, move, no_execution
from tests.integration.test_series import WEEK, decide
from tests.integration.test_waitlist import answer, join, settle, sweep
from tests.rows import bookings, rows

at_now = clock_at(NOW)

OPERATOR = requested_by("sub-operator", "operator")
COLLEAGUE = requested_by("sub-other-therapist", "therapist")
OTHER_THERAPIST = str(demo.OTHER_THERAPIST_ID)

CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
OTHER = Requester("sub-other-therapist", frozenset({Group.THERAPIST}))
ADMIN = Requester("sub-operator", frozenset({Group.OPERATOR}))


@pytest.fixture(autouse=True)
def open_all_day(db: Connection) -> None:
    """So that a session can go to a therapist in Tokyo at the same hour."""
    rows(db, "UPDATE therapists SET booking_window_days = 400, max_sessions_per_day = NULL RETURNING 1")
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")


def series_with_a_colleague(stores: Stores) -> list[str]:
    """Three sessions with the therapist; the second was given to a colleague."""
    assert decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=3").outcome == Outcome.RESERVED
    ids = [occurrence_id("s-1", number) for number in (1, 2, 3)]
    given = move(stores, STARTS_AT + WEEK + HOUR, ids[1], OPERATOR, therapist_id=OTHER_THERAPIST)
    assert given.outcome == Outcome.MOVED
    return ids


def shown(stores: Stores, requester: Requester, change_id: str, kind: Any = None) -> ChangeAnswer | None:
    return found(lambda: get_change(stores, FakeWorkflows(changes=[]), requester, change_id, kind))


def left(answer: ChangeAnswer | None) -> dict[str, list[str]]:
    assert answer is not None
    return {each.booking_id: [str(reason.code) for reason in each.reasons] for each in answer.sessions_left}


# -- A set is not more than its members -------------------------------------------------------------------------------


def test_cancelling_all_of_a_series_cancels_what_is_ones_own(stores: Stores, db: Connection) -> None:
    first, second, third = series_with_a_colleague(stores)
    decision = cancel(stores, second, COLLEAGUE, change_id="c-1", scope="all")
    assert decision.outcome == Outcome.CANCELLED
    assert bookings(db) == {first: "confirmed", second: "cancelled", third: "confirmed"}
    answer = shown(stores, OTHER, "c-1")
    assert answer is not None
    assert answer.booking_ids == [second]
    assert left(answer) == {first: ["not_yours"], third: ["not_yours"]}
    told = rows(
        db, "SELECT DISTINCT therapist_id FROM notifications WHERE occasion = 'c-1' AND recipient = 'therapist'"
    )
    assert [str(each["therapist_id"]) for each in told] == [OTHER_THERAPIST]


@pytest.mark.parametrize(("by", "scope", "cancelled"), [("sub-therapist", "all", 2), ("sub-client", "all", 3)])
def test_the_therapist_keeps_their_hands_off_the_colleagues_session(
    stores: Stores, db: Connection, by: str, scope: str, cancelled: int
) -> None:
    first, *_ = series_with_a_colleague(stores)
    cancel(stores, first, STAFF if by == "sub-therapist" else requested_by(), scope=scope)
    assert list(bookings(db).values()).count("cancelled") == cancelled


def test_a_colleagues_session_is_not_reached_from_ones_own(stores: Stores, db: Connection) -> None:
    first, second, third = series_with_a_colleague(stores)
    assert codes(cancel(stores, first, COLLEAGUE, scope="all")) == [ReasonCode.BOOKING_UNKNOWN]
    assert codes(cancel(stores, second, STAFF, scope="following")) == [ReasonCode.BOOKING_UNKNOWN]
    assert codes(move(stores, STARTS_AT + 3 * HOUR, first, COLLEAGUE)) == [ReasonCode.BOOKING_UNKNOWN]
    assert set(bookings(db).values()) == {"confirmed"}
    assert third in bookings(db)


def test_the_practices_deadline_is_waived_for_ones_own_session_only(stores: Stores, db: Connection) -> None:
    """A therapist who is the client of a colleague: late in the colleague's calendar, never in their own."""
    rows(db, "UPDATE services SET late_cancellation = 'staff_only', free_cancellation_minutes = 60000 RETURNING 1")
    first, second, third = series_with_a_colleague(stores)
    rows(db, "UPDATE clients SET user_sub = 'both' WHERE user_sub = 'sub-client' RETURNING 1")
    rows(db, "UPDATE therapists SET user_sub = 'both' WHERE user_sub = 'sub-other-therapist' RETURNING 1")
    both = requested_by("both", "client,therapist")
    assert cancel(stores, second, both, change_id="c-1", scope="all").outcome == Outcome.CANCELLED
    assert bookings(db) == {first: "confirmed", second: "cancelled", third: "confirmed"}
    requester = Requester("both", frozenset({Group.CLIENT, Group.THERAPIST}))
    assert left(shown(stores, requester, "c-1")) == {first: ["too_late"], third: ["too_late"]}


def test_what_is_over_or_too_late_is_left_and_named(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE services SET late_cancellation = 'staff_only' RETURNING 1")
    decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=3")
    ids = [occurrence_id("s-1", number) for number in (1, 2, 3)]
    rows(db, "UPDATE bookings SET status = 'completed' WHERE id = 's-1' RETURNING 1")
    at = STARTS_AT + WEEK - HOUR
    assert cancel(stores, "s-1", at=at, change_id="c-1", scope="all").outcome == Outcome.CANCELLED
    assert left(shown(stores, CLIENT, "c-1")) == {ids[0]: ["booking_over"], ids[1]: ["too_late"]}
    assert bookings(db)[ids[2]] == "cancelled"
    refused = cancel(stores, "s-1", at=at, change_id="c-2", scope="all")
    assert codes(refused) == [ReasonCode.BOOKING_OVER, ReasonCode.TOO_LATE]
    assert left(shown(stores, CLIENT, "c-2")) == {ids[0]: ["booking_over"], ids[1]: ["too_late"]}


def test_a_series_shows_each_reader_their_own_sessions(stores: Stores) -> None:
    ids = series_with_a_colleague(stores)

    def seen(requester: Requester) -> list[str] | None:
        answer = found(lambda: get_series(stores, FakeWorkflows(no_execution), requester, "s-1", lambda: NOW))
        return None if answer is None else [each.booking_id for each in answer.occurrences]

    assert (seen(CLIENT), seen(ADMIN)) == (ids, ids)
    assert seen(THERAPIST) == [ids[0], ids[2]]
    assert seen(OTHER) == [ids[1]]
    assert seen(Requester("sub-third-therapist", frozenset({Group.THERAPIST}))) is None


def test_a_change_shows_others_what_it_did_to_their_bookings(stores: Stores) -> None:
    ids = series_with_a_colleague(stores)
    cancel(stores, ids[0], change_id="c-1", scope="all")

    def reached(requester: Requester) -> tuple[list[str], int]:
        answer = shown(stores, requester, "c-1")
        assert answer is not None
        return sorted(answer.booking_ids), len(answer.notifications)

    assert reached(CLIENT) == reached(ADMIN)
    assert reached(ADMIN)[0] == sorted(ids)
    assert reached(THERAPIST) == (sorted([ids[0], ids[2]]), 0)
    assert reached(OTHER) == ([ids[1]], 0)


# -- By what one is now ----------------------------------------------------------------------------------------------


@pytest.fixture
def handed_over(stores: Stores) -> str:
    """Entered by the therapist for a client, then given to a colleague."""
    given = reserve_input(client_id=demo.CLIENT_ID, by=STAFF)
    assert reserve(stores, given).outcome == Outcome.RESERVED
    decision = move(stores, STARTS_AT + HOUR, by=OPERATOR, change_id="m-1", therapist_id=OTHER_THERAPIST)
    assert decision.outcome == Outcome.MOVED
    return "booking-1"


def test_who_entered_a_booking_that_went_to_a_colleague_has_lost_it(stores: Stores, handed_over: str) -> None:
    assert found(lambda: get_booking(stores, FakeWorkflows(no_execution), THERAPIST, handed_over, at_now)) is None
    assert found(lambda: get_booking(stores, FakeWorkflows(no_execution), OTHER, handed_over, at_now)) is not None
    assert list_bookings(stores, THERAPIST, BookingsQuery()).bookings == []
    assert codes(cancel(stores, handed_over, STAFF)) == [ReasonCode.BOOKING_UNKNOWN]
    assert codes(move(stores, STARTS_AT + 4 * HOUR, handed_over, STAFF)) == [ReasonCode.BOOKING_UNKNOWN]
    assert shown(stores, THERAPIST, "m-1") is None
    with pytest.raises(Refusal, match="not-found"):
        mark_attendance(
            *(stores, FakeWorkflows(), THERAPIST, handed_over),
            *(AttendanceBody(status=BookingStatus.NO_SHOW), clock_at(STARTS_AT + WEEK)),
        )
    with pytest.raises(Refusal, match="not-found"):
        get_client(stores, THERAPIST, demo.CLIENT_ID)


def test_ones_own_change_stays_readable(stores: Stores) -> None:
    reserve(stores, reserve_input(client_id=demo.CLIENT_ID, by=STAFF))
    move(stores, STARTS_AT + HOUR, by=STAFF, change_id="m-1")
    move(stores, STARTS_AT + 2 * HOUR, by=OPERATOR, therapist_id=OTHER_THERAPIST)
    answer = shown(stores, THERAPIST, "m-1")
    assert answer is not None
    assert (answer.outcome, answer.notifications) == ("moved", [])


def test_a_rejection_stays_readable_by_who_asked(stores: Stores) -> None:
    reserve(stores, reserve_input())
    given = reserve_input("booking-2", client_id=demo.OTHER_CLIENT_ID, by=STAFF)
    reject_booking(stores, reject_input(given, reserve(stores, given)))
    assert found(lambda: get_booking(stores, FakeWorkflows(no_execution), THERAPIST, "booking-2", at_now)) is not None
    assert codes(cancel(stores, "booking-2", STAFF)) == [ReasonCode.BOOKING_NOT_STANDING]


def test_an_undecided_request_is_its_clients_and_its_therapists_to_cancel(stores: Stores, db: Connection) -> None:
    pending = validate_input(body())

    def try_it(by: dict[str, str], change_id: str) -> Decision:
        given = CancelBookingInput.model_validate(asked("booking-1", by, NOW, change_id, {}))
        request_of: Any = lambda _: pending if not rows(db, "SELECT 1 FROM bookings") else None  # noqa: E731
        return cancel_booking(stores, FakeWorkflows(request_of), FakeTasks(), given, lambda: NOW)

    assert codes(try_it(COLLEAGUE, "c-0")) == [ReasonCode.BOOKING_UNKNOWN]
    assert try_it(requested_by(), "c-1").outcome == Outcome.CANCELLED
    assert try_it(requested_by(), "c-2").outcome == Outcome.CANCELLED, "twice is success"
    assert try_it(STAFF, "c-3").outcome == Outcome.CANCELLED, "and to the therapist it was for"
    assert codes(try_it(COLLEAGUE, "c-4")) == [ReasonCode.BOOKING_UNKNOWN]


def test_a_moved_session_is_as_long_as_it_was_booked(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    rows(db, "UPDATE services SET duration_minutes = 80, buffer_after_minutes = 30 RETURNING 1")
    assert move(stores, STARTS_AT + 3 * HOUR).outcome == Outcome.MOVED
    [booking] = rows(
        db, "SELECT upper(during) - lower(during) AS lasts, upper(occupied) - upper(during) AS rest FROM bookings"
    )
    assert (booking["lasts"].seconds // 60, booking["rest"].seconds // 60) == (50, 10)


# -- Whose client somebody is ------------------------------------------------------------------------------------------


def seen_clients(stores: Stores, requester: Requester) -> set[UUID]:
    return {each.id for each in list_clients(stores, requester, ClientsQuery()).clients}


def test_who_was_only_offered_a_time_is_nobodys_client(stores: Stores, db: Connection) -> None:
    join(stores, "w-1")
    [offer] = sweep(stores)
    assert bookings(db)[offer] == "held"
    assert seen_clients(stores, THERAPIST) == set(), "while it is held"
    answer(stores, offer, "decline")
    settle(stores, offer)
    assert seen_clients(stores, THERAPIST) == set(), "and for ever after it was declined"
    with pytest.raises(Refusal, match="not-found"):
        get_client(stores, THERAPIST, demo.CLIENT_ID)


def test_who_accepted_an_offer_is(stores: Stores) -> None:
    join(stores, "w-1")
    [offer] = sweep(stores)
    answer(stores, offer, "accept")
    settle(stores, offer)
    assert seen_clients(stores, THERAPIST) == {demo.CLIENT_ID}
    cancel(stores, offer)
    assert seen_clients(stores, THERAPIST) == {demo.CLIENT_ID}, "also when it was cancelled later"


def test_whom_one_entered_is_seen_until_they_come_to_somebody_else(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE clients SET created_by = 'sub-other-therapist' WHERE user_sub = 'sub-client' RETURNING 1")
    assert seen_clients(stores, OTHER) == {demo.CLIENT_ID}
    reserve(stores, reserve_input())
    assert (seen_clients(stores, OTHER), seen_clients(stores, THERAPIST)) == (set(), {demo.CLIENT_ID})


# -- A key is one request ----------------------------------------------------------------------------------------------


def test_a_key_of_a_move_cancels_nothing_and_says_so(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    assert move(stores, STARTS_AT + HOUR, change_id="k").outcome == Outcome.MOVED
    assert cancel(stores, change_id="k").outcome == Outcome.KEY_CONFLICT
    assert bookings(db) == {"booking-1": "confirmed"}
    answer = shown(stores, CLIENT, "k", "cancellation")
    assert answer is not None
    assert (answer.outcome, answer.kind, [reason.code for reason in answer.reasons]) == (
        *("refused", "cancellation", ["key_conflict"]),
    )
    for kind in ("rescheduling", None):
        first = shown(stores, CLIENT, "k", kind)
        assert first is not None
        assert (first.kind, first.outcome) == ("rescheduling", "moved")


def test_somebody_elses_key_leads_to_ones_own_refusal(stores: Stores) -> None:
    reserve(stores, reserve_input())
    move(stores, STARTS_AT + HOUR, change_id="k")
    other_client = requested_by("sub-other-client")
    assert cancel(stores, "whatever", other_client, change_id="k").outcome == Outcome.KEY_CONFLICT
    requester = Requester("sub-other-client", frozenset({Group.CLIENT}))
    for kind in ("cancellation", None):
        answer = shown(stores, requester, "k", kind)
        assert answer is not None
        assert (answer.booking_id, answer.outcome) == ("whatever", "refused")
    assert shown(stores, requester, "k", "rescheduling") is None
    assert shown(stores, Requester("sub-eve", frozenset()), "k") is None


def test_two_changes_that_wait_under_one_key_are_two(stores: Stores) -> None:
    waiting = [
        PendingChange.model_validate({"booking_id": name, "kind": kind, "requested_by": by})
        for name, kind, by in (("a", "cancellation", requested_by()), ("b", "rescheduling", STAFF))
    ]

    def seen(requester: Requester, kind: Any = None) -> str | None:
        answer = found(lambda: get_change(stores, FakeWorkflows(changes=waiting), requester, "k", kind))
        return None if answer is None else answer.booking_id

    assert (seen(CLIENT), seen(THERAPIST)) == ("a", "b")
    assert (seen(CLIENT, "rescheduling"), seen(THERAPIST, "cancellation")) == (None, None)


def test_a_booking_asked_for_under_a_used_key_is_a_rejection_of_who_asked(stores: Stores, db: Connection) -> None:
    """The key is the id of an offer, or of a later session of a series: no gateway can know it."""
    taken = series_with_a_colleague(stores)[1]
    other = requested_by("sub-other-client")
    requester = Requester("sub-other-client", frozenset({Group.CLIENT}))
    given = reserve_input(taken, STARTS_AT + 5 * HOUR, client_id=demo.OTHER_CLIENT_ID, by=other)
    pending = validate_input(given.request.model_dump(mode="json", exclude_none=True), other, taken)

    def request_of(_: str) -> ValidateRequestInput:
        return pending

    before = found(lambda: get_booking(stores, FakeWorkflows(request_of), requester, taken, at_now))
    assert before is not None
    assert before.status == BookingStatus.PENDING
    decision = reserve(stores, given)
    assert decision.outcome == Outcome.KEY_CONFLICT
    for _ in range(2):
        reject_booking(stores, reject_input(given, decision))
    answer = found(lambda: get_booking(stores, FakeWorkflows(no_execution), requester, taken, at_now))
    assert answer is not None
    assert (answer.status, [reason.code for reason in answer.reasons]) == ("rejected", ["key_conflict"])
    assert answer.client_id == demo.OTHER_CLIENT_ID
    assert (
        found(
            lambda: get_booking(stores, FakeWorkflows(no_execution), Requester("sub-eve", frozenset()), taken, at_now)
        )
        is None
    )
    assert len(rows(db, "SELECT 1 FROM key_conflicts")) == 1


def test_who_may_see_the_booking_that_has_the_key_still_reads_that_theirs_was_refused(stores: Stores) -> None:
    taken = series_with_a_colleague(stores)[2]
    given = reserve_input(taken, STARTS_AT + 5 * HOUR)
    reject_booking(stores, reject_input(given, reserve(stores, given)))
    answer = found(lambda: get_booking(stores, FakeWorkflows(no_execution), CLIENT, taken, at_now))
    assert answer is not None
    assert [reason.code for reason in answer.reasons] == ["key_conflict"]
    by_another = found(lambda: get_booking(stores, FakeWorkflows(no_execution), THERAPIST, taken, at_now))
    assert by_another is not None
    assert by_another.reasons == []


def test_an_offers_id_answers_no_request(stores: Stores, db: Connection) -> None:
    join(stores, "w-1")
    [offer] = sweep(stores)
    given = reserve_input(offer)
    rows(db, "UPDATE bookings SET request = %s RETURNING 1", Json(given.request.as_text()))
    assert reserve(stores, given).outcome == Outcome.KEY_CONFLICT


def test_ones_own_refusal_comes_before_somebody_elses_change(stores: Stores) -> None:
    reserve(stores, reserve_input())
    reserve(stores, reserve_input("booking-2", STARTS_AT + 4 * HOUR))
    move(stores, STARTS_AT + HOUR, by=STAFF, change_id="k")
    cancel(stores, "booking-2", change_id="k")
    answer = shown(stores, CLIENT, "k")
    assert answer is not None
    assert (answer.booking_id, answer.outcome) == ("booking-2", "refused")
    for requester, kind, outcome in (
        (ADMIN, "cancellation", "refused"),
        (ADMIN, None, "moved"),
        (THERAPIST, None, "moved"),
    ):
        seen = shown(stores, requester, "k", kind)
        assert seen is not None
        assert seen.outcome == outcome


def test_what_was_cancelled_before_it_was_decided_stays_its_peoples(stores: Stores, db: Connection) -> None:
    pending = validate_input(body(client_id=demo.CLIENT_ID), STAFF)
    given = CancelBookingInput.model_validate(asked("booking-1", STAFF, NOW, "c-1", {}))
    assert (
        cancel_booking(stores, FakeWorkflows(lambda _: pending), FakeTasks(), given, lambda: NOW).outcome
        == Outcome.CANCELLED
    )
    for requester in (CLIENT, THERAPIST, ADMIN):
        booking = get_booking(stores, FakeWorkflows(no_execution), requester, "booking-1", at_now)
        assert booking.status == BookingStatus.CANCELLED
        assert shown(stores, requester, "c-1") is not None
    assert found(lambda: get_booking(stores, FakeWorkflows(no_execution), OTHER, "booking-1", at_now)) is None


def test_a_key_that_the_other_machine_decides_meanwhile_is_decided_for_both(stores: Stores) -> None:
    """The cancellation has found no row and asks Step Functions; the move takes the key before it is back."""

    def meanwhile(_: str) -> ValidateRequestInput:
        assert move(stores, STARTS_AT, "nothing", change_id="k").outcome == Outcome.REFUSED
        return validate_input(body())

    given = CancelBookingInput.model_validate(asked("booking-1", None, NOW, "k", {}))
    assert (
        cancel_booking(stores, FakeWorkflows(meanwhile), FakeTasks(), given, lambda: NOW).outcome
        == Outcome.KEY_CONFLICT
    )
    answer = shown(stores, CLIENT, "k", "cancellation")
    assert answer is not None
    assert answer.outcome == "refused"
    assert found(lambda: get_booking(stores, FakeWorkflows(no_execution), CLIENT, "booking-1", at_now)) is None


def test_a_series_that_is_cancelled_while_it_waits_for_its_time_is_not_booked(
    stores: Stores, crew: list[Stores], db: Connection
) -> None:
    """ReserveSlot waits for the therapist's row when the client cancels all of it."""
    given = validate_input(body(recurrence="FREQ=WEEKLY;COUNT=3", on_conflict="skip"))
    validated = validate_request(stores, given, lambda: NOW)
    reserved: list[Outcome] = []
    cancelled: list[Outcome] = []
    change = CancelBookingInput.model_validate(asked("booking-1", None, NOW, "c-1", {"scope": "all"}))
    acts = [
        threading.Thread(target=lambda: reserved.append(reserve(crew[0], validated_input(given, validated)).outcome)),
        threading.Thread(
            target=lambda: cancelled.append(
                cancel_booking(crew[1], FakeWorkflows(lambda _: given), FakeTasks(), change, lambda: NOW).outcome
            )
        ),
    ]
    with stores.transaction() as store:
        store.changes.lock_for_move([demo.THERAPIST_ID], demo.CLIENT_ID)
        for act in acts:
            act.start()
            time.sleep(0.3)
    for act in acts:
        act.join(timeout=20)
    assert (reserved, cancelled) == ([Outcome.RESERVED], [Outcome.CANCELLED])
    assert set(bookings(db).values()) == {"cancelled"}, "one after the other: booked, then cancelled as a whole"


def test_the_wait_list_shows_the_time_that_was_offered(stores: Stores) -> None:
    join(stores, "w-1")
    [offer] = sweep(stores)
    answer(stores, offer, "accept")
    settle(stores, offer)
    assert move(stores, STARTS_AT + HOUR, offer, OPERATOR, therapist_id=OTHER_THERAPIST).outcome == Outcome.MOVED
    [shown_offer] = get_entry(stores, THERAPIST, "w-1").offers
    assert shown_offer.starts_at == STARTS_AT


def test_twice_is_success_also_for_a_set(stores: Stores) -> None:
    second = series_with_a_colleague(stores)[1]
    for _ in range(2):
        assert cancel(stores, second, COLLEAGUE, scope="all").outcome == Outcome.CANCELLED
