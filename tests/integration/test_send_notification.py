"""SendNotification on real PostgreSQL: each message once, whatever happens to its sender."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Outcome, UndeliverableReason
from booking.contracts.queues import NotificationTask
from booking.errors import (
    DatabaseUnavailable,
    NotificationBeingSent,
    ProviderRefused,
    ProviderUnavailable,
    TherapistBookingError,
    Undeliverable,
)
from booking.notices import Message, Sender
from booking.services.bookings.reject_booking import reject_booking
from booking.services.notifications import send_notification as module
from booking.services.notifications.send_notification import LEASE, deliver, send_notification
from booking.store import Stores
from local import demo
from tests.asking import STARTS_AT, reject_input, requested_by, reserve, reserve_input
from tests.fakes import FakeProvider, FakeProviders, FakeTasks
from tests.rows import ledger, rows

NOW = datetime(2032, 3, 1, 12, 0, tzinfo=UTC)


class Sending:
    """A booking's messages, and everything it takes to send them."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.providers = FakeProviders()
        self.tasks = FakeTasks()
        self.now = NOW
        notifications = reserve(stores, reserve_input()).notifications
        self.email, self.sms, self.therapist_email = (each.notification_id for each in notifications)

    def send(self, notification_id: UUID, token: str = "token") -> Outcome | None:
        message = NotificationTask(booking_id="booking-1", notification_id=notification_id, task_token=token)
        return send_notification(
            self.stores, self.providers.channels(), self.tasks, message, lambda: self.now, Sender("p@example.com")
        )


@pytest.fixture
def sending(stores: Stores) -> Sending:
    return Sending(stores)


def test_a_message_is_sent_recorded_and_its_task_answered(sending: Sending, db: Connection) -> None:
    assert sending.send(sending.email) == Outcome.SENT

    [(address, message)] = sending.providers.email.sent
    assert address == "jonas.weber@example.com"
    assert "09:00 (Europe/London, GMT; 10:00 Europe/Berlin)" in message.text  # the client's own time first
    [(token, output)] = sending.tasks.succeeded
    assert token == "token"
    assert json.loads(output) == {"notification_id": str(sending.email), "outcome": "sent"}
    [row] = rows(
        db, "SELECT status, attempts, provider_message_id FROM notifications WHERE id = %s", str(sending.email)
    )
    assert row == {"status": "sent", "attempts": 1, "provider_message_id": "provider-1"}


def test_sent_already_answers_success_and_sends_nothing(sending: Sending) -> None:
    sending.send(sending.sms, "first")
    assert sending.send(sending.sms, "second") == Outcome.SENT
    assert len(sending.providers.sms.sent) == 1
    assert [token for token, _ in sending.tasks.succeeded] == ["first", "second"]
    assert sending.tasks.succeeded[0][1] == sending.tasks.succeeded[1][1]


def test_a_provider_that_is_down_fails_the_task_by_a_name_the_workflow_retries(
    sending: Sending, db: Connection
) -> None:
    sending.providers.email.break_down(ProviderUnavailable("SES: throttled"), times=1)
    assert sending.send(sending.email, "first") is None
    assert sending.tasks.failed == [("first", "ProviderUnavailable")]
    assert rows(db, "SELECT last_error FROM notifications WHERE id = %s", str(sending.email)) == [
        {"last_error": "ProviderUnavailable"}
    ]

    assert sending.send(sending.email, "second") == Outcome.SENT  # at once: the claim was given back
    assert rows(db, "SELECT attempts FROM notifications WHERE id = %s", str(sending.email)) == [{"attempts": 2}]


@pytest.mark.parametrize("error", [ProviderRefused("SES: MessageRejected"), DatabaseUnavailable("gone")])
def test_any_trouble_reaches_the_workflow_by_its_name(sending: Sending, error: TherapistBookingError) -> None:
    sending.providers.email.break_down(error)
    sending.send(sending.email)
    assert sending.tasks.failed == [("token", type(error).__name__)]


def test_a_message_that_can_never_arrive_is_an_outcome(sending: Sending, db: Connection) -> None:
    sending.providers.sms.break_down(Undeliverable(UndeliverableReason.OPTED_OUT), times=1)
    for token in ("first", "second"):
        assert sending.send(sending.sms, token) == Outcome.UNDELIVERABLE
    assert sending.providers.sms.sent == []  # not tried again
    assert {json.loads(output)["reason"] for _, output in sending.tasks.succeeded} == {"opted_out"}
    assert ("booking_confirmed", "client", "sms", "undeliverable") in ledger(db, "booking-1")


@pytest.mark.parametrize("change", ["DELETE FROM client_contacts", "UPDATE client_contacts SET consented_at = NULL"])
def test_consent_withdrawn_since_the_booking_holds(sending: Sending, db: Connection, change: str) -> None:
    rows(db, f"{change} RETURNING 1")
    assert sending.send(sending.email) == Outcome.UNDELIVERABLE
    assert sending.providers.addresses() == []
    assert rows(db, "SELECT reason FROM notifications WHERE id = %s", str(sending.email)) == [{"reason": "no_contact"}]


def test_while_another_consumer_sends_it_the_queue_keeps_the_message(sending: Sending, stores: Stores) -> None:
    with stores.transaction() as store:
        store.ledger.claim(sending.email, NOW, LEASE)
    with pytest.raises(NotificationBeingSent):
        sending.send(sending.email)
    assert (sending.tasks.succeeded, sending.tasks.failed, sending.providers.addresses()) == ([], [], [])


def test_the_claim_of_a_consumer_that_died_goes_stale(sending: Sending, stores: Stores, db: Connection) -> None:
    with stores.transaction() as store:
        store.ledger.claim(sending.email, NOW, LEASE)
    sending.now = NOW + LEASE + timedelta(seconds=1)
    assert sending.send(sending.email) == Outcome.SENT
    assert len(sending.providers.email.sent) == 1


def test_an_attempt_that_was_overtaken_does_not_overwrite_the_record(sending: Sending, stores: Stores) -> None:
    """A consumer that stalls past its lease wakes up after another has sent the message."""
    from booking.codes import NotificationStatus

    with stores.transaction() as store:
        stalled = store.ledger.claim(sending.email, NOW, LEASE)
    sending.now = NOW + LEASE + timedelta(seconds=1)
    sending.send(sending.email)
    assert stalled is not None
    with stores.transaction() as store:
        store.ledger.settle(stalled, NotificationStatus.QUEUED, sending.now)
        assert store.ledger.status(sending.email) == (NotificationStatus.SENT, None)


def test_when_the_task_cannot_be_answered_the_queue_brings_the_message_back(sending: Sending) -> None:
    sending.tasks.unreachable = ProviderUnavailable("Step Functions")
    with pytest.raises(ProviderUnavailable):
        sending.send(sending.email)
    sending.tasks.unreachable = None
    assert sending.send(sending.email) == Outcome.SENT
    assert len(sending.providers.email.sent) == 1


def test_a_notification_that_is_not_in_the_ledger_is_a_bug_the_workflow_hears_of(sending: Sending) -> None:
    sending.send(uuid4())
    assert sending.tasks.failed == [("token", "NotificationUnknown")]


def test_what_was_sent_is_recorded_even_when_postgresql_restarts_meanwhile(
    sending: Sending, db: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLE_PAUSES", (0.0, 0.0))
    terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'"

    class RestartsWhileSending(FakeProvider):
        def send(self, message: Message, address: str, reference: str) -> str:
            rows(db, terminate)
            return super().send(message, address, reference)

    sending.providers.email = RestartsWhileSending()
    assert sending.send(sending.email) == Outcome.SENT
    assert sending.send(sending.email) == Outcome.SENT
    assert len(sending.providers.email.sent) == 1


def test_who_lost_the_slot_by_an_odd_offset_is_told_the_right_time(stores: Stores, sending: Sending) -> None:
    """Python reads offsets that PostgreSQL refuses."""
    odd = STARTS_AT.astimezone(timezone(timedelta(hours=23, minutes=59)))
    late = reserve_input("late", odd, client_id=demo.OTHER_CLIENT_ID, by=requested_by("sub-other-client"))
    [told] = reject_booking(stores, reject_input(late, reserve(stores, late))).notifications
    assert sending.send(told.notification_id) == Outcome.SENT
    [(_, message)] = sending.providers.email.sent
    assert "10:00 (Europe/Berlin, CET)" in message.text


def test_a_bug_of_ours_is_told_by_its_name_without_its_text(sending: Sending, db: Connection) -> None:
    with pytest.raises(KeyError):
        deliver(sending.stores, {}, sending.email, lambda: NOW, Sender("p@example.com"))
    assert ledger(db, "booking-1")[0] == ("booking_confirmed", "client", "email", "queued")
