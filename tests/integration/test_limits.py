"""What one person may cost: sessions, requests, changes and messages, and the way of staff past it."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Group, Outcome
from booking.contracts.people import ClientBody, NewClientBody
from booking.contracts.practice import LimitsBody
from booking.errors import Refusal
from booking.model import Requester
from booking.notices import Sender
from booking.services.bookings.get_series import get_series
from booking.services.bookings.reserve_slot import reserve_slot
from booking.services.notifications.send_notification import deliver
from booking.services.operations.practice_limits import change_limits, get_limits
from booking.services.people import clients
from booking.store import Stores
from booking.versions import etag
from local import demo
from tests.asking import NOW, STARTS_AT, requested_by, reserve_input
from tests.at_once import together
from tests.fakes import FakeLogins, FakeProviders, FakeWorkflows
from tests.integration.test_changes import cancel, move
from tests.integration.test_series import VIEWER, decide
from tests.integration.test_waitlist import join, sweep
from tests.rows import bookings, rows

CLIENT, THERAPIST = requested_by(), requested_by("sub-therapist", "therapist")
OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
STRANGER = ("stranger@example.com", "+447700900999")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def as_they_come(db: Connection) -> None:
    """The defaults, which the other tests do without."""
    rows(db, "DELETE FROM practice_limits RETURNING 1")
    rows(db, "INSERT INTO practice_limits DEFAULT VALUES RETURNING 1")


def test_the_day_of_the_tests_is_still_to_come() -> None:
    """PostgreSQL counts what stands, and what came within a day, by its own clock."""
    assert datetime.now(UTC) < NOW - 365 * DAY, "tests/asking.py: choose a later year in which 1 March is a Monday"


def limit(db: Connection, **limits: int) -> None:
    for name, value in limits.items():
        rows(db, f"UPDATE practice_limits SET {name} = %s RETURNING 1", value)  # noqa: S608  # names of this file


def limits_of(db: Connection) -> dict[str, Any]:
    [row] = rows(db, "SELECT * FROM practice_limits")
    return row


def send_all(stores: Stores, db: Connection, providers: FakeProviders) -> Counter[str]:
    """Sends what is queued; what became of it, by reason."""
    queued = rows(db, "SELECT id FROM notifications WHERE status = 'queued' ORDER BY id")
    said = [
        deliver(stores, providers.channels(), row["id"], lambda: NOW, Sender("practice@example.com")) for row in queued
    ]
    return Counter(str(each.reason or each.outcome) for each in said)


def test_who_books_and_cancels_one_slot_fifty_times_writes_to_a_stranger_only_so_often(
    stores: Stores, db: Connection
) -> None:
    """Tried: a stranger's address and number as one's own: 100 texts and 100 e-mails in half a second."""
    for address, channel in zip(STRANGER, ("email", "sms"), strict=True):
        rows(
            db,
            "UPDATE client_contacts SET address = %s WHERE client_id = %s AND channel = %s RETURNING 1",
            *(address, demo.CLIENT_ID, channel),
        )
    limits, providers, sent = limits_of(db), FakeProviders(), Counter[str]()
    outcomes, reasons = Counter[str](), Counter[str]()
    for number in range(50):
        booked = decide(stores, f"b-{number}")
        sent += send_all(stores, db, providers)
        cancelled = cancel(stores, f"b-{number}", change_id=f"c-{number}")
        sent += send_all(stores, db, providers)
        outcomes.update([booked.outcome, cancelled.outcome])
        reasons.update(reason.code for decision in (booked, cancelled) for reason in decision.reasons)
    assert outcomes["reserved"] == limits["requests_a_day"]
    assert outcomes["cancelled"] <= limits["changes_a_day"]
    assert reasons["too_many_requests"] == 50 - limits["requests_a_day"]
    to_stranger = [address for address in providers.addresses() if address in STRANGER]
    assert len(to_stranger) == limits["client_messages_a_day"]
    assert sent["limit_reached"] > 0
    shown = rows(db, "SELECT DISTINCT status FROM notifications WHERE reason = 'limit_reached'")
    assert shown == [{"status": "undeliverable"}]


def test_a_dozen_series_of_a_year_do_not_take_a_therapists_calendar(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET booking_window_days = 3650 RETURNING 1")
    standing = limits_of(db)["standing_sessions"]
    said = Counter[str]()
    for number in range(12):
        start = STARTS_AT + timedelta(days=number % 5, hours=number // 5)
        decision = decide(stores, f"s-{number}", start, recurrence="FREQ=WEEKLY;COUNT=52")
        said.update([decision.outcome, *(reason.code for reason in decision.reasons)])
    assert list(bookings(db).values()).count("confirmed") <= standing
    assert said["reserved"] == 1
    assert said["too_many_sessions"] > 0


def test_of_a_series_that_may_be_booked_in_part_as_many_as_may_stand_are(stores: Stores, db: Connection) -> None:
    limit(db, standing_sessions=3)
    decision = decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=5", on_conflict="skip")
    assert decision.outcome == "reserved"
    codes = [[reason.code for reason in session.reasons] for session in decision.sessions]
    assert codes == [[]] * 3 + [["too_many_sessions"]] * 2
    again = decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=5", on_conflict="skip")
    assert again.sessions == decision.sessions, "run twice it says the same"


def test_who_may_have_no_more_sessions_is_shown_no_other_times(stores: Stores, db: Connection) -> None:
    """The very time that was refused would be among them: it is free."""
    limit(db, standing_sessions=3)
    decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=5", on_conflict="skip")
    series = get_series(stores, FakeWorkflows(), VIEWER, "s-1", lambda: NOW)
    assert [each.status for each in series.occurrences] == [*3 * ["confirmed"], *2 * ["rejected"]]
    assert [each.alternatives for each in series.occurrences] == 5 * [[]]


def test_a_series_is_one_request_all_of_it(stores: Stores, db: Connection) -> None:
    limit(db, requests_a_day=1)
    assert decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=3").outcome == "reserved"
    later = STARTS_AT + timedelta(hours=1)
    refused = decide(stores, "s-2", later, recurrence="FREQ=WEEKLY;COUNT=3", on_conflict="skip")
    assert (refused.outcome, [reason.code for reason in refused.reasons]) == ("rejected", ["too_many_requests"])


def test_the_next_day_is_another_day(stores: Stores, db: Connection) -> None:
    limit(db, requests_a_day=1, changes_a_day=1)
    assert decide(stores, "b-1").outcome == "reserved"
    assert cancel(stores, "b-1").outcome == "cancelled"
    assert [reason.code for reason in decide(stores, "b-2").reasons] == ["too_many_requests"]
    rows(db, "UPDATE bookings SET created_at = created_at - interval '25 hours' RETURNING 1")
    rows(db, "UPDATE changes SET created_at = created_at - interval '25 hours' RETURNING 1")
    assert decide(stores, "b-3").outcome == "reserved"
    assert cancel(stores, "b-3").outcome == "cancelled"


@pytest.mark.parametrize("change", [cancel, partial(move, to=STARTS_AT + timedelta(hours=3))])
def test_one_change_too_many_is_refused_and_the_therapist_makes_it(
    stores: Stores, db: Connection, change: Callable[..., Any]
) -> None:
    limit(db, changes_a_day=1)
    for number in range(2):
        reserve_slot(stores, reserve_input(f"b-{number}", STARTS_AT + timedelta(hours=number)), lambda: NOW)
    assert cancel(stores, "b-0").outcome == "cancelled"
    refused = change_of(change, stores, "b-1", CLIENT)
    assert (refused.outcome, [reason.code for reason in refused.reasons]) == ("refused", ["too_many_changes"])
    assert bookings(db)["b-1"] == "confirmed"
    assert change_of(change, stores, "b-1", THERAPIST).outcome in ("cancelled", "moved")


def change_of(change: Callable[..., Any], stores: Stores, booking_id: str, by: dict[str, str]) -> Any:
    if isinstance(change, partial):
        return move(stores, change.keywords["to"], booking_id, by=by)
    return cancel(stores, booking_id, by=by)


def test_staff_book_past_the_limits_in_their_own_name(stores: Stores, db: Connection) -> None:
    limit(db, standing_sessions=1, requests_a_day=1)
    for number in range(3):
        given = reserve_input(f"b-{number}", STARTS_AT + number * DAY, by=THERAPIST)
        assert reserve_slot(stores, given, lambda: NOW).outcome == Outcome.RESERVED
    assert (
        reserve_slot(stores, reserve_input("b-9", STARTS_AT + 7 * DAY), lambda: NOW).outcome
        == Outcome.TOO_MANY_SESSIONS
    )
    assert (
        reserve_slot(stores, reserve_input("b-1", STARTS_AT + DAY, by=THERAPIST), lambda: NOW).outcome
        == Outcome.RESERVED
    )


def test_requests_that_meet_stay_within_the_limit(crew: list[Stores], stores: Stores, db: Connection) -> None:
    limit(db, standing_sessions=3)
    calls = [
        partial(reserve, given=reserve_input(f"b-{number}", STARTS_AT + timedelta(days=number)))
        for number in range(len(crew))
    ]
    said = Counter(together(crew, calls))
    assert said == {"reserved": 3, "too_many_sessions": len(crew) - 3}
    limit(db, standing_sessions=1000, changes_a_day=2)
    ids = [key for key, status in bookings(db).items() if status == "confirmed"]
    said = Counter(together(crew, [partial(cancelled, booking_id=each) for each in ids]))
    assert said == {"cancelled": 2, "refused": 1}


def reserve(own: Stores, given: Any) -> str:
    return str(reserve_slot(own, given, lambda: NOW).outcome)


def cancelled(own: Stores, booking_id: str) -> str:
    return str(cancel(own, booking_id).outcome)


def test_two_clients_with_one_address_are_one_recipient(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE client_contacts SET address = 'one@example.com' WHERE channel = 'email' RETURNING 1")
    rows(db, "DELETE FROM client_contacts WHERE channel = 'sms' RETURNING 1")
    limit(db, client_messages_a_day=1)
    reserve_slot(stores, reserve_input("b-1"), lambda: NOW)
    other = requested_by("sub-other-client")
    given = reserve_input("b-2", STARTS_AT + DAY, client_id=demo.OTHER_CLIENT_ID, by=other)
    reserve_slot(stores, given, lambda: NOW)
    providers = FakeProviders()
    assert send_all(stores, db, providers)["limit_reached"] == 1
    assert providers.addresses().count("one@example.com") == 1


def test_a_text_goes_only_to_the_countries_the_practice_writes_to(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE client_contacts SET address = '+8825678901' WHERE channel = 'sms' RETURNING 1")
    reserve_slot(stores, reserve_input("b-1"), lambda: NOW)
    providers = FakeProviders()
    assert send_all(stores, db, providers)["country_not_allowed"] == 1
    assert "+8825678901" not in providers.addresses()


def with_number(number: str) -> dict[str, Any]:
    return {
        "name": "Jonas Weber",
        "time_zone": "Europe/London",
        "contacts": [{"channel": "sms", "address": number, "consented": True}],
    }


def test_a_number_of_another_country_is_refused_at_the_edge_and_one_kept_before_may_stay(
    stores: Stores, db: Connection
) -> None:
    abroad, new = "+8825678901", UUID(int=77)
    with pytest.raises(Refusal, match="rule-broken") as broken:
        clients.add_client(
            stores, FakeLogins(), OPERATOR, NewClientBody.model_validate(with_number(abroad)), lambda: NOW
        )
    assert broken.value.detail == "contacts: the practice sends no texts to numbers of this country"
    given = NewClientBody.model_validate({**with_number("+447700900123"), "id": new})
    made = clients.add_client(stores, FakeLogins(), OPERATOR, given, lambda: NOW)
    wanted = ClientBody.model_validate(with_number(abroad))
    with pytest.raises(Refusal, match="rule-broken"):
        clients.change_client(stores, OPERATOR, new, wanted, etag(made), lambda: NOW)
    rows(db, "UPDATE client_contacts SET address = %s WHERE client_id = %s RETURNING 1", abroad, new)
    current = clients.get_client(stores, OPERATOR, new)
    renamed = ClientBody.model_validate({**with_number(abroad), "name": "Jonas W."})
    assert clients.change_client(stores, OPERATOR, new, renamed, etag(current), lambda: NOW).name == "Jonas W."


def test_operators_set_the_limits_from_the_version_they_read(stores: Stores) -> None:
    before = get_limits(stores, OPERATOR)
    wanted = before.model_copy(update={"requests_a_day": 3, "text_prefixes": ["+44"]})
    with pytest.raises(Refusal, match="if-match-missing"):
        change_limits(stores, OPERATOR, wanted, None)
    assert change_limits(stores, OPERATOR, wanted, etag(before)) == get_limits(stores, OPERATOR) == wanted
    with pytest.raises(Refusal, match="changed-meanwhile"):
        change_limits(stores, OPERATOR, before, etag(before))
    for requester in (
        Requester("sub-client", frozenset({Group.CLIENT})),
        Requester("sub", frozenset({Group.THERAPIST})),
    ):
        with pytest.raises(Refusal, match="forbidden"):
            get_limits(stores, requester)
        with pytest.raises(Refusal, match="forbidden"):
            change_limits(stores, requester, wanted, etag(wanted))


def test_the_defaults_leave_room_for_a_year_of_weekly_sessions(stores: Stores) -> None:
    limits: LimitsBody = get_limits(stores, OPERATOR)
    assert limits.standing_sessions >= 52 + 4
    assert limits.client_messages_a_day >= limits.requests_a_day


def test_a_waiting_client_with_as_many_sessions_as_may_stand_is_offered_no_more(stores: Stores, db: Connection) -> None:
    limit(db, standing_sessions=1)
    reserve_slot(stores, reserve_input("b-1", STARTS_AT + 2 * DAY), lambda: NOW)
    join(stores, "w-1")
    assert sweep(stores) == []
    limit(db, standing_sessions=2)
    assert len(sweep(stores)) == 1
