"""A session that moves to another therapist: one hears that it is theirs now, the other that it no longer is."""

from typing import Any
from uuid import UUID

import pytest
import vobject
from psycopg2.extensions import connection as Connection

from booking import invitations, notices
from booking.codes import Channel, DeliveryReport, Outcome, ReasonCode
from booking.contracts.delivery import Delivered
from booking.contracts.steps import Decision
from booking.letters import Letter
from booking.services.notifications.record_delivery import record_delivery
from booking.services.notifications.send_notification import deliver
from booking.store import Stores
from booking.store.changes import Changes
from local import demo
from tests.asking import NOW, STARTS_AT, requested_by, reserve, reserve_input
from tests.fakes import FakeProviders, clock_at
from tests.integration.test_changes import HOUR, STAFF, codes, move
from tests.rows import letter_of, rows

OTHER_THERAPIST = str(demo.OTHER_THERAPIST_ID)


def letters(stores: Stores, decision: Decision) -> dict[tuple[str, str], Letter]:
    """The letters of the e-mails, by event and recipient."""
    found = [letter_of(stores, each.notification_id) for each in decision.notifications]
    return {(str(each.event), str(each.recipient)): each for each in found if each.channel == Channel.EMAIL}


def calendar(letter: Letter) -> vobject.base.Component:
    """The calendar file, as a second library reads it."""
    made = invitations.calendar_file(letter, notices.compose(letter), "practice@example.com", NOW)
    assert made is not None
    return vobject.readOne(made.content.decode())


def hand_over(stores: Stores, db: Connection) -> Decision:
    rows(db, "UPDATE therapists SET booking_window_days = 400, max_sessions_per_day = NULL RETURNING 1")
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")
    reserve(stores, reserve_input())
    decision = move(stores, STARTS_AT + HOUR, change_id="m-1", therapist_id=OTHER_THERAPIST)
    assert decision.outcome == Outcome.MOVED
    return decision


def test_it_leaves_one_calendar_and_enters_the_other(stores: Stores, db: Connection) -> None:
    told = letters(stores, hand_over(stores, db))
    assert set(told) == {
        ("booking_moved", "client"),
        ("booking_handed_over", "therapist"),
        ("booking_taken_over", "therapist"),
    }
    before, after = told["booking_handed_over", "therapist"], told["booking_taken_over", "therapist"]
    assert (before.address, after.address) == ("miriam.adler@example.com", "aiko.tanaka@example.com")
    gone, come = calendar(before), calendar(after)
    assert (gone.method.value, gone.vevent.dtstart.value, gone.vevent.sequence.value) == ("CANCEL", STARTS_AT, "1")
    assert (come.method.value, come.vevent.dtstart.value) == ("REQUEST", STARTS_AT + HOUR)
    assert gone.vevent.uid.value == come.vevent.uid.value == calendar(told["booking_moved", "client"]).vevent.uid.value
    assert "Aiko Tanaka" in notices.compose(told["booking_moved", "client"]).text
    again = move(stores, STARTS_AT + HOUR, change_id="m-1", therapist_id=OTHER_THERAPIST)
    assert list(letters(stores, again)) == list(told), "the same again when run again"


def test_what_is_no_longer_so_is_not_sent(stores: Stores, db: Connection) -> None:
    decision = hand_over(stores, db)
    move(stores, STARTS_AT + HOUR, therapist_id=str(demo.THERAPIST_ID))  # back, at the same hour
    channels, sender = FakeProviders().channels(), notices.Sender("practice@example.com")
    reasons = {
        event: deliver(stores, channels, known, lambda: NOW, sender).reason
        for event, known in ids(decision, stores).items()
    }
    assert reasons == {"booking_handed_over": "booking_changed", "booking_taken_over": "booking_changed"}


def ids(decision: Decision, stores: Stores) -> dict[str, UUID]:
    """The messages to therapists, by event."""
    found = {each.notification_id: letter_of(stores, each.notification_id) for each in decision.notifications}
    return {str(letter.event): known for known, letter in found.items() if letter.recipient == "therapist"}


def test_a_bounce_is_held_against_the_address_that_was_written_to(stores: Stores, db: Connection) -> None:
    told = ids(hand_over(stores, db), stores)["booking_handed_over"]
    rows(db, "UPDATE therapist_contacts SET changed_at = '2020-01-01' RETURNING 1")
    rows(db, "UPDATE notifications SET status = 'sent', claimed_at = now() RETURNING 1")
    report = Delivered(notification_id=told, delivery=DeliveryReport.BOUNCED, at=NOW)
    record_delivery(stores, report, clock_at(NOW))
    bounced = rows(db, "SELECT therapist_id FROM therapist_contacts WHERE undeliverable IS NOT NULL")
    assert [str(row["therapist_id"]) for row in bounced] == [str(demo.THERAPIST_ID)]


def test_a_therapist_puts_nothing_into_a_colleagues_calendar(stores: Stores, db: Connection) -> None:
    hand_over(stores, db)

    def ask(by: dict[str, str]) -> Decision:
        return move(stores, STARTS_AT + 3 * HOUR, by=by, therapist_id=str(demo.THERAPIST_ID))

    assert codes(ask(requested_by("sub-other-therapist", "therapist"))) == [ReasonCode.REQUESTER_NOT_ALLOWED]
    assert ask(STAFF).outcome == Outcome.REFUSED, "nor takes one out of it"
    assert ask(requested_by("sub-operator", "operator")).outcome == Outcome.MOVED


def test_who_only_asks_for_another_time_does_not_take_the_session_back(
    stores: Stores, crew: list[Stores], db: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session goes to a colleague after this move has looked at it, and before it has locked anything."""
    hand_over(stores, db)
    move(stores, STARTS_AT, therapist_id=str(demo.THERAPIST_ID))
    lock, meanwhile = Changes.lock_for_move, iter([True])

    def late(own: Changes, *args: Any) -> None:
        if next(meanwhile, False):
            by = requested_by("sub-operator", "operator")  # a client's own changes are counted one after the other
            assert move(crew[0], STARTS_AT + HOUR, by=by, therapist_id=OTHER_THERAPIST).outcome == Outcome.MOVED
        lock(own, *args)

    monkeypatch.setattr(Changes, "lock_for_move", late)
    assert move(stores, STARTS_AT + 3 * HOUR).outcome == Outcome.MOVED
    [booking] = rows(db, "SELECT therapist_id, lower(during) AS at FROM bookings")
    assert (str(booking["therapist_id"]), booking["at"]) == (OTHER_THERAPIST, STARTS_AT + 3 * HOUR)


def test_a_change_shows_its_own_messages_and_nobodys_reminders(stores: Stores, db: Connection) -> None:
    hand_over(stores, db)
    rows(
        db,
        "INSERT INTO notifications (booking_id, event, recipient, channel, occasion) "
        "VALUES ('booking-1', 'reminder', 'client', 'email', 'm-1') RETURNING 1",
    )
    with stores.autocommit() as store:
        assert "reminder" not in {each.event for each in store.ledger.of_change("m-1")}
