"""RejectBooking on real PostgreSQL: the reasons are kept, and only who lost a slot is written to."""

from uuid import uuid4

from psycopg2.extensions import connection as Connection

from booking.codes import Outcome, ReasonCode
from booking.contracts.steps import Decision, ReasonContract
from booking.services.bookings.reject_booking import reject_booking
from booking.store import Stores
from local import demo
from tests.asking import reject_input, requested_by, reserve, reserve_input
from tests.rows import bookings, ledger, rows

UNKNOWN = Decision(
    outcome=Outcome.INVALID, reasons=[ReasonContract(code=ReasonCode.THERAPIST_UNKNOWN, message="No such therapist.")]
)


def test_an_invalid_request_becomes_a_rejected_booking_with_its_reasons(stores: Stores, db: Connection) -> None:
    given = reserve_input(therapist_id=uuid4())  # names nobody: the row can only hold what was asked
    decision = reject_booking(stores, reject_input(given, UNKNOWN))

    assert decision.outcome == Outcome.REJECTED
    assert decision.notifications == []
    [row] = rows(db, "SELECT status, therapist_id, client_id, request, reasons FROM bookings")
    assert row["status"] == "rejected"
    assert row["therapist_id"] is None
    assert str(row["client_id"]) == str(demo.CLIENT_ID)
    assert row["request"] == given.request.as_text()
    assert row["reasons"] == [{"code": "therapist_unknown", "message": "No such therapist."}]
    [event] = rows(db, "SELECT event, detail FROM booking_events")
    assert event == {"event": "rejected", "detail": {"outcome": "invalid", "reasons": ["therapist_unknown"]}}


def test_a_client_who_lost_the_slot_is_told_by_the_channels_they_consented_to(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    late = reserve_input("booking-2", client_id=demo.OTHER_CLIENT_ID, by=requested_by("sub-other-client"))
    decision = reject_booking(stores, reject_input(late, reserve(stores, late)))

    assert len(decision.notifications) == 1
    assert ledger(db, "booking-2") == [("slot_lost", "client", "email", "queued")]  # consented to e-mail only
    assert bookings(db) == {"booking-1": "confirmed", "booking-2": "rejected"}


def test_run_twice_it_answers_the_same_and_writes_nothing_more(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    late = reserve_input("booking-2", client_id=demo.OTHER_CLIENT_ID, by=requested_by("sub-other-client"))
    given = reject_input(late, reserve(stores, late))
    first = reject_booking(stores, given)
    counts = "SELECT (SELECT count(*) FROM bookings) AS b, (SELECT count(*) FROM notifications) AS n"
    before = rows(db, counts)
    second = reject_booking(stores, given)

    assert second == first
    assert rows(db, counts) == before


def test_a_key_conflict_leaves_the_booking_that_has_the_key(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    other = reserve_input(by=requested_by("sub-operator", "operator"))
    decision = reserve(stores, other)
    assert decision.outcome == Outcome.KEY_CONFLICT
    reject_booking(stores, reject_input(other, decision))

    assert bookings(db) == {"booking-1": "confirmed"}
    assert {event for _, _, _, event in ledger(db, "booking-1")} == {"queued"}
    assert [row["event"] for row in rows(db, "SELECT event FROM booking_events ORDER BY id")] == [
        "reserved",
        "key_conflict",
    ]


def test_who_asked_twice_for_one_slot_is_not_told_that_someone_else_has_it(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    again = reserve_input("booking-2")
    decision = reject_booking(stores, reject_input(again, reserve(stores, again)))

    assert [reason.code for reason in decision.reasons] == [ReasonCode.SLOT_TAKEN]
    assert decision.notifications == []
    assert ledger(db, "booking-2") == []
