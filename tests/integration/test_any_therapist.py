"""A client who does not mind with whom: whoever is free has the session, the least booked first, and nobody twice."""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Outcome, ReasonCode
from booking.config import DatabaseConfig
from booking.database import Database
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, requested_by
from tests.fakes import FakeProviders, FakeWorkflows, clock_at
from tests.integration.test_changes import cancel
from tests.integration.test_limits import send_all
from tests.integration.test_races import clients
from tests.integration.test_series import decide
from tests.rows import bookings, ledger, rows

anyone = partial(decide, therapist_id=None)
HOUR = timedelta(hours=1)
MIRIAM, AIKO, SAMUEL = demo.THERAPIST_ID, demo.OTHER_THERAPIST_ID, demo.THIRD_THERAPIST_ID
"""At STARTS_AT it is ten in Berlin and evening in Tokyo, where both work, and night in New York."""


@pytest.fixture(autouse=True)
def no_limits(db: Connection) -> None:
    demo.open_limits(db)


def logins(db: Connection, count: int) -> list[str]:
    """So many clients, each with a login."""
    for n, client in enumerate(clients(db, count)):
        rows(db, "UPDATE clients SET user_sub = %s WHERE id = %s RETURNING 1", f"sub-{n}", client)
    return [f"sub-{n}" for n in range(count)]


def colleagues(db: Connection, count: int, maximum: int | None = None) -> list[UUID]:
    """Only so many therapists offer the service, all in Berlin and at work."""
    rows(db, "DELETE FROM therapist_services RETURNING 1")
    insert = """
        INSERT INTO therapists (name, time_zone, booking_window_days, max_sessions_per_day)
        SELECT 'Therapist ' || n, 'Europe/Berlin', 400, %s FROM generate_series(1, %s) AS n RETURNING id
    """
    made = sorted(row["id"] for row in rows(db, insert, maximum, count))
    for each in made:
        rows(db, "INSERT INTO therapist_services VALUES (%s, %s) RETURNING 1", each, demo.SERVICE_ID)
        hours = "INSERT INTO availability (therapist_id, weekday, opens, closes) VALUES (%s, 3, 480, 1200) RETURNING 1"
        rows(db, hours, each)
    return made


def whose(db: Connection, booking_id: str) -> UUID:
    [row] = rows(db, "SELECT therapist_id FROM bookings WHERE id = %s", booking_id)
    return UUID(str(row["therapist_id"]))


def test_the_least_booked_of_that_day_has_it_and_then_whose_id_is_first(stores: Stores, db: Connection) -> None:
    first, second, third = colleagues(db, 3)
    decide(stores, "b-1", STARTS_AT + 4 * HOUR, requested_by(logins(db, 1)[0]), therapist_id=first)
    taken = []
    for n in range(4):
        assert anyone(stores, f"a-{n}", STARTS_AT + n * HOUR).outcome == Outcome.RESERVED
        taken.append(whose(db, f"a-{n}"))
    assert taken == [second, third, first, second]


def test_who_is_away_busy_full_or_not_at_work_is_passed_over(stores: Stores, db: Connection) -> None:
    away, busy, full, off, free = colleagues(db, 5)
    rows(
        db,
        "INSERT INTO availability_exceptions (therapist_id, kind, during) "
        "VALUES (%s, 'time_off', '[2032-03-03 00:00Z,2032-03-04 00:00Z)') RETURNING 1",
        away,
    )
    rows(db, "UPDATE therapists SET max_sessions_per_day = 1 WHERE id = %s RETURNING 1", full)
    rows(db, "DELETE FROM availability WHERE therapist_id = %s RETURNING 1", off)
    sub, other = logins(db, 2)
    decide(stores, "b-1", STARTS_AT, requested_by(sub), therapist_id=busy)
    decide(stores, "b-2", STARTS_AT + 3 * HOUR, requested_by(other), therapist_id=full)
    assert anyone(stores, "a-1").outcome == Outcome.RESERVED
    assert whose(db, "a-1") == free


def test_it_is_decided_once_and_both_sides_hear_of_it(stores: Stores, db: Connection) -> None:
    decision = anyone(stores, "a-1")
    assert {(recipient, channel) for _, recipient, channel, _ in ledger(db, "a-1")} == {
        ("client", "email"),
        ("client", "sms"),
        ("therapist", "email"),
    }
    rows(db, "UPDATE therapists SET active = false WHERE id = %s RETURNING 1", whose(db, "a-1"))
    again = anyone(stores, "a-1")
    assert (again.outcome, again.sessions) == (Outcome.RESERVED, decision.sessions)
    assert again.notifications == decision.notifications
    answer = get_booking(stores, FakeWorkflows(), Requester("sub-client", frozenset()), "a-1", clock_at(NOW))
    assert (answer.therapist_id, answer.status) == (MIRIAM, "confirmed")


def test_nobody_is_free_any_more(stores: Stores, db: Connection) -> None:
    for n, sub in enumerate(logins(db, 2)):
        assert anyone(stores, f"a-{n}", by=requested_by(sub)).outcome == Outcome.RESERVED
    refused = anyone(stores, "a-9")
    assert (refused.outcome, [reason.code for reason in refused.reasons]) == (
        Outcome.REJECTED,
        [ReasonCode.SLOT_TAKEN],
    )
    assert {event for event, *_ in ledger(db, "a-9")} == {"slot_lost"}
    providers = FakeProviders()
    send_all(stores, db, providers)
    [lost] = [message.text for _, message in providers.email.sent if "could not be booked" in message.text]
    assert "Your individual session on Wednesday" in lost, "of nobody, for nobody was asked for"
    answer = get_booking(stores, FakeWorkflows(), Requester("sub-client", frozenset()), "a-9", clock_at(NOW))
    assert (answer.therapist_id, answer.starts_at) == (None, STARTS_AT)
    again = anyone(stores, "a-9")
    assert (again.reasons, again.notifications) == (refused.reasons, refused.notifications)


def test_a_client_who_is_elsewhere_then_is_told_so(stores: Stores, db: Connection) -> None:
    anyone(stores, "a-1")
    refused = anyone(stores, "a-2", STARTS_AT + timedelta(minutes=15))
    assert [reason.code for reason in refused.reasons] == [ReasonCode.CLIENT_BUSY]


@pytest.mark.parametrize(
    ("starts_at", "recurrence", "codes"),
    [
        (STARTS_AT, "FREQ=WEEKLY;COUNT=3", [ReasonCode.THERAPIST_NEEDED]),
        (NOW - HOUR, None, [ReasonCode.STARTS_IN_THE_PAST]),
        (STARTS_AT + timedelta(hours=13), None, [ReasonCode.OUTSIDE_AVAILABILITY]),  # Miriam's eleven at night
    ],
)
def test_what_is_against_all_of_them_is_said_once(
    stores: Stores, db: Connection, starts_at: datetime, recurrence: str | None, codes: list[ReasonCode]
) -> None:
    rows(db, "DELETE FROM therapist_services WHERE therapist_id <> %s RETURNING 1", MIRIAM)
    refused = anyone(stores, "a-1", starts_at, recurrence=recurrence)
    assert (refused.outcome, [reason.code for reason in refused.reasons]) == (Outcome.REJECTED, codes)
    assert bookings(db) == {"a-1": "rejected"}


def test_a_service_that_nobody_offers(stores: Stores, db: Connection) -> None:
    rows(db, "DELETE FROM therapist_services RETURNING 1")
    assert [reason.code for reason in anyone(stores, "a-1").reasons] == [ReasonCode.NOBODY_OFFERS_SERVICE]


def test_who_takes_no_bookings_at_present_is_not_meant(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET active = false WHERE id = %s RETURNING 1", MIRIAM)
    assert anyone(stores, "a-1").outcome == Outcome.RESERVED
    assert whose(db, "a-1") == AIKO


def test_it_is_cancelled_like_any_other(stores: Stores, db: Connection) -> None:
    anyone(stores, "a-1")
    assert cancel(stores, booking_id="a-1").outcome == Outcome.CANCELLED


@pytest.mark.parametrize("maximum", [None, 3])
def test_many_clients_one_time_and_each_therapist_has_one_of_them(
    database: DatabaseConfig, stores: Stores, db: Connection, maximum: int | None
) -> None:
    """Some of them name their therapist, and every request is made twice, as a workflow's retry would."""
    ids, subs = colleagues(db, 5, maximum), logins(db, 12)
    answers = _at_once(
        database, [(f"r-{n}", sub, ids[n % 5] if n % 4 == 3 else None) for n, sub in enumerate(subs) for _ in range(2)]
    )

    confirmed = rows(db, "SELECT id, therapist_id FROM bookings WHERE status = 'confirmed'")
    assert sorted(row["therapist_id"] for row in confirmed) == ids
    won = {row["id"] for row in confirmed}
    assert {key for key, outcome in answers if outcome == Outcome.RESERVED} == won
    assert Counter(bookings(db).values()) == {"confirmed": 5, "rejected": 7}
    assert rows(db, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [{"deadlocks": 0}]


def _at_once(database: DatabaseConfig, wanted: Sequence[tuple[str, str, UUID | None]]) -> list[tuple[str, Outcome]]:
    barrier, answers = threading.Barrier(len(wanted)), list[tuple[str, Outcome]]()

    def run(key: str, sub: str, therapist_id: UUID | None) -> None:
        connection = Database(database, "test-anyone")
        stores = Stores(connection)
        with stores.transaction():
            pass  # connected before the start
        barrier.wait()
        answers.append((key, decide(stores, key, by=requested_by(sub), therapist_id=therapist_id).outcome))
        connection.close()

    threads = [threading.Thread(target=run, args=each) for each in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(wanted)
    return answers
