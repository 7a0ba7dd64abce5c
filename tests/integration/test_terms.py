"""What was promised is kept: a booking's names, length, zone and policy are those it was made with."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from psycopg2.extensions import connection as Connection

from booking import notices
from booking.codes import Channel, NotificationEvent, Outcome
from booking.contracts.steps import Decision
from booking.letters import Letter
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking
from booking.services.notifications.reminders import start_reminders
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, requested_by, reserve, reserve_input
from tests.fakes import FakeWorkflows, clock_at
from tests.integration.test_changes import HOUR, move
from tests.integration.test_rights import CLIENT
from tests.rows import letter_of, rows

OPERATOR = requested_by("sub-operator", "operator")
OTHER_THERAPIST = str(demo.OTHER_THERAPIST_ID)


def mail_of(stores: Stores, decision: Decision, recipient: str = "client") -> Letter:
    """The e-mail, as it would be sent now."""
    [each] = [each for each in decision.notifications if (each.recipient, each.channel) == (recipient, Channel.EMAIL)]
    return letter_of(stores, each.notification_id)


def change_everything(db: Connection) -> None:
    rows(
        db,
        "UPDATE services SET name = 'another thing', duration_minutes = 80, price_cents = 99900, currency = 'USD', "
        "free_cancellation_minutes = 1, late_cancellation = 'staff_only' RETURNING 1",
    )
    rows(db, "UPDATE therapists SET name = 'Someone Else', time_zone = 'America/New_York' RETURNING 1")


def test_a_message_and_get_say_what_was_booked(stores: Stores, db: Connection) -> None:
    decision = reserve(stores, reserve_input())
    change_everything(db)
    letter = mail_of(stores, decision)
    assert (letter.service_name, letter.therapist_name) == ("individual session", "Miriam Adler")
    assert (letter.duration, letter.therapist_zone) == (timedelta(minutes=50), ZoneInfo("Europe/Berlin"))
    text = notices.compose(letter).text
    assert "individual session (50 minutes) with Miriam Adler" in text
    assert "10:00 Europe/Berlin" in text
    booking = get_booking(stores, FakeWorkflows(), CLIENT, "booking-1", clock_at(NOW))
    assert booking is not None
    assert booking.local is not None
    assert booking.local["time_zone"] == "Europe/Berlin"
    assert booking.ends_at == STARTS_AT + timedelta(minutes=50)
    kept = rows(db, "SELECT price_cents, currency, free_cancellation_minutes, late_cancellation FROM bookings")
    assert kept == [
        {"price_cents": 9500, "currency": "EUR", "free_cancellation_minutes": 1440, "late_cancellation": "allowed"}
    ]


def test_where_somebody_is_reached_is_todays(stores: Stores, db: Connection) -> None:
    decision = reserve(stores, reserve_input())
    rows(db, "UPDATE clients SET name = 'Jonas Adler', language = 'de', discreet = true RETURNING 1")
    rows(db, "UPDATE client_contacts SET address = 'new@example.com' WHERE channel = 'email' RETURNING 1")
    letter = mail_of(stores, decision)
    assert (letter.address, letter.client_name, letter.language, letter.is_discreet) == (
        *("new@example.com", "Jonas Adler", "de", True),
    )


def test_a_session_that_goes_to_a_colleague_takes_their_name_and_zone(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET booking_window_days = 400, max_sessions_per_day = NULL RETURNING 1")
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")
    reserve(stores, reserve_input())
    moved = move(stores, STARTS_AT + HOUR, by=OPERATOR, therapist_id=OTHER_THERAPIST)
    change_everything(db)
    letter = mail_of(stores, moved)
    assert (letter.therapist_name, letter.therapist_zone) == ("Aiko Tanaka", ZoneInfo("Asia/Tokyo"))
    assert letter.service_name == "individual session"
    requester = Requester("sub-client", frozenset())
    booking = get_booking(stores, FakeWorkflows(), requester, "booking-1", clock_at(NOW))
    assert booking is not None
    assert booking.local is not None
    assert booking.local["time_zone"] == "Asia/Tokyo"


def test_a_request_that_lost_its_slot_names_what_was_asked_for(stores: Stores, db: Connection) -> None:
    from booking.services.bookings.reject_booking import reject_booking
    from tests.asking import reject_input

    reserve(stores, reserve_input())
    late = reserve_input("booking-2", client_id=demo.OTHER_CLIENT_ID, by=requested_by("sub-other-client"))
    rejected = reject_booking(stores, reject_input(late, reserve(stores, late)))
    change_everything(db)
    letter = mail_of(stores, rejected)
    assert (letter.service_name, letter.therapist_name, letter.duration) == (
        *("individual session", "Miriam Adler", timedelta(minutes=50)),
    )


def test_two_practices_events_are_two(stores: Stores, db: Connection) -> None:
    decision = reserve(stores, reserve_input())
    [practice] = rows(db, "SELECT calendar_domain FROM practice")
    uid = mail_of(stores, decision).uid
    assert uid == f"booking-1@{practice['calendar_domain']}"
    assert len(practice["calendar_domain"]) > 36, "no other practice has it"


def test_who_was_just_told_of_the_new_time_is_not_reminded_of_it(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE services SET reminder_email_minutes = NULL, reminder_sms_minutes = 120 RETURNING 1")
    reserve(stores, reserve_input())
    rows(db, "UPDATE bookings SET created_at = '2032-01-01', agreed_at = '2032-01-01' RETURNING 1")
    now = STARTS_AT + 3 * HOUR - timedelta(minutes=90)
    assert move(stores, STARTS_AT + 3 * HOUR).outcome == Outcome.MOVED
    rows(db, "UPDATE bookings SET agreed_at = %s RETURNING 1", now - timedelta(minutes=1))
    workflows = FakeWorkflows()
    assert start_reminders(stores, workflows, clock_at(now)) == (0, 0)
    rows(db, "UPDATE bookings SET agreed_at = %s RETURNING 1", now - timedelta(hours=5))
    assert start_reminders(stores, workflows, clock_at(now)) == (1, 0), "moved long enough before, it is"


def test_who_heard_nothing_of_the_new_time_is_reminded_of_it(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE services SET reminder_email_minutes = NULL, reminder_sms_minutes = 120 RETURNING 1")
    rows(db, "UPDATE client_contacts SET muted = '{booking_moved}' RETURNING 1")
    reserve(stores, reserve_input())
    now = STARTS_AT + 3 * HOUR - timedelta(minutes=90)
    assert move(stores, STARTS_AT + 3 * HOUR).outcome == Outcome.MOVED
    rows(db, "UPDATE bookings SET agreed_at = %s RETURNING 1", now - timedelta(minutes=1))
    assert start_reminders(stores, FakeWorkflows(), clock_at(now)) == (1, 0)


def test_who_hands_a_session_over_reads_its_time_on_their_own_clock(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET booking_window_days = 400, max_sessions_per_day = NULL RETURNING 1")
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")
    reserve(stores, reserve_input())
    moved = move(stores, STARTS_AT + HOUR, by=OPERATOR, therapist_id=OTHER_THERAPIST)
    every = [letter_of(stores, each.notification_id) for each in moved.notifications]
    texts = {each.event: notices.compose(each).text for each in every if each.channel == Channel.EMAIL}
    assert "Tokyo" not in texts[NotificationEvent.BOOKING_HANDED_OVER]
    assert "It was on Wednesday 3 March 2032, 09:00 (Europe/London, GMT)." in texts[NotificationEvent.BOOKING_MOVED]


def test_the_release_before_and_this_one_name_one_event_alike(stores: Stores, db: Connection) -> None:
    """A booking that it makes while it still runs keeps the UID that its calendar files had."""
    columns = "id, status, therapist_id, client_id, service_id, during, occupied, day, request, requested_by"
    reserve(stores, reserve_input())
    rows(
        db,
        f"INSERT INTO bookings ({columns}) SELECT 'old', status, therapist_id, client_id, service_id, "  # noqa: S608
        "tstzrange(upper(occupied), upper(occupied) + interval '50 minutes'), "
        "tstzrange(upper(occupied), upper(occupied) + interval '50 minutes'), day, request, requested_by "
        "FROM bookings RETURNING 1",
    )
    [kept] = rows(db, "SELECT calendar_uid FROM bookings WHERE id = 'old'")
    assert kept["calendar_uid"] == "old@therapist-booking"


def test_the_time_a_session_has_is_agreed_when_it_is_moved_or_accepted(stores: Stores, db: Connection) -> None:
    def agreed_anew() -> bool:
        return bool(rows(db, "SELECT 1 FROM bookings WHERE id = 'booking-1' AND agreed_at > now() - interval '1 hour'"))

    reserve(stores, reserve_input())
    assert agreed_anew()
    rows(db, "UPDATE bookings SET agreed_at = '2032-01-01'::timestamptz - interval '9 years' RETURNING 1")
    rows(db, "UPDATE bookings SET day = day RETURNING 1")
    assert not agreed_anew()
    move(stores, STARTS_AT + HOUR)
    assert agreed_anew()
