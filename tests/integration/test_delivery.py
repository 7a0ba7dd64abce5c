"""What SES reports of messages it took: in the ledger, and in what is written to whom afterwards."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Act, DeliveryReport, Group, NotificationEvent, Outcome, UndeliverableReason, Unreachable
from booking.contracts.delivery import Delivered
from booking.contracts.operators import RecordActInput
from booking.contracts.people import ClientBody
from booking.errors import NotificationUnknown, Undeliverable
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking
from booking.services.notifications.record_delivery import record_delivery
from booking.services.operations.recording import record_act
from booking.services.people import clients
from booking.store import Stores
from local import demo
from tests.asking import acting, reserve, reserve_input
from tests.fakes import FakeWorkflows, clock_at
from tests.integration.test_changes import cancel
from tests.integration.test_get_booking import must_not_be_asked
from tests.integration.test_mark_attention import change, marked
from tests.integration.test_send_notification import NOW, Sending, sending
from tests.rows import ledger, rows

__all__ = ["sending"]  # the fixture

CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
STAFF = Requester("sub-operator", frozenset({Group.OPERATOR}))
LATER = NOW + timedelta(minutes=1)


def report(stores: Stores, notification_id: UUID, delivery: DeliveryReport, minutes: int = 1) -> bool:
    at = NOW + timedelta(minutes=minutes)
    return record_delivery(stores, Delivered(notification_id=notification_id, delivery=delivery, at=at), clock_at(at))


def addresses_are_old(db: Connection) -> None:
    """Dates the clients' addresses back: a report is held against an address only if it is older than the message."""
    rows(db, "UPDATE client_contacts SET changed_at = '2020-01-01' RETURNING 1")


def test_staff_see_that_a_message_arrived_and_clients_that_it_was_sent(sending: Sending, stores: Stores) -> None:
    sending.send(sending.email)
    assert report(stores, sending.email, DeliveryReport.DELIVERED)
    assert not report(stores, sending.email, DeliveryReport.DELIVERED), "reports come twice"
    assert not report(stores, sending.email, DeliveryReport.BOUNCED, minutes=0), "and late"
    assert not report(stores, uuid4(), DeliveryReport.DELIVERED), "of messages that are not ours"
    for requester, seen in ((STAFF, "delivered"), (CLIENT, None)):
        booking = get_booking(stores, FakeWorkflows(must_not_be_asked), requester, "booking-1", clock_at(NOW))
        assert booking is not None
        assert booking.notifications[0].delivery == seen


def test_an_address_that_bounced_is_not_written_to_until_it_is_confirmed(
    sending: Sending, stores: Stores, db: Connection
) -> None:
    addresses_are_old(db)
    sending.send(sending.email)
    report(stores, sending.email, DeliveryReport.BOUNCED)
    rows(db, "UPDATE notifications SET status = 'queued' WHERE id = %s RETURNING 1", str(sending.email))
    assert sending.send(sending.email) == Outcome.UNDELIVERABLE
    reason = "SELECT reason FROM notifications WHERE id = %s"
    assert rows(db, reason, str(sending.email)) == [{"reason": "address_bounced"}]

    mine = clients.get_client(stores, CLIENT, demo.CLIENT_ID)
    assert mine.contacts[0].undeliverable == Unreachable.BOUNCED
    unchanged = ClientBody.model_validate(mine.model_dump())
    clients.change_client(stores, CLIENT, demo.CLIENT_ID, unchanged, "*", lambda: NOW)
    assert clients.get_client(stores, CLIENT, demo.CLIENT_ID) == mine, "what was read and put back confirms nothing"
    confirmed = [each.model_copy(update={"undeliverable": None}) for each in mine.contacts]
    given = unchanged.model_copy(update={"contacts": confirmed})
    clients.change_client(stores, CLIENT, demo.CLIENT_ID, given, "*", lambda: NOW)
    rows(db, "UPDATE notifications SET status = 'queued' WHERE id = %s RETURNING 1", str(sending.email))
    assert sending.send(sending.email) == Outcome.SENT


def test_a_bounce_of_an_earlier_address_is_not_held_against_the_new_one(
    sending: Sending, stores: Stores, db: Connection
) -> None:
    sending.send(sending.email)
    rows(db, "UPDATE client_contacts SET changed_at = %s RETURNING 1", LATER)
    report(stores, sending.email, DeliveryReport.BOUNCED, minutes=2)
    assert rows(db, "SELECT DISTINCT undeliverable FROM client_contacts") == [{"undeliverable": None}]


def test_who_is_reached_on_no_channel_needs_a_person(sending: Sending, stores: Stores, db: Connection) -> None:
    addresses_are_old(db)
    sending.send(sending.email)
    report(stores, sending.email, DeliveryReport.BOUNCED)
    assert status(stores) is None, "there is still a text on its way"
    sending.providers.sms.break_down(Undeliverable(UndeliverableReason.OPTED_OUT))
    sending.send(sending.sms)
    assert status(stores) == "UNREACHED"
    opted_out = "SELECT undeliverable FROM client_contacts WHERE client_id = %s AND channel = 'sms'"
    assert rows(db, opted_out, demo.CLIENT_ID) == [{"undeliverable": "opted_out"}]


def test_who_does_not_want_a_message_on_a_channel_does_not_get_it_there(stores: Stores, db: Connection) -> None:
    mine = clients.get_client(stores, CLIENT, demo.CLIENT_ID)
    quiet = [mine.contacts[0], mine.contacts[1].model_copy(update={"muted": [NotificationEvent.BOOKING_CONFIRMED]})]
    given = ClientBody.model_validate(mine.model_copy(update={"contacts": quiet}).model_dump())
    clients.change_client(stores, CLIENT, demo.CLIENT_ID, given, "*", lambda: NOW)
    assert clients.get_client(stores, CLIENT, demo.CLIENT_ID).contacts[1].muted == ["booking_confirmed"]
    reserve(stores, reserve_input())
    told = [(recipient, channel) for _, recipient, channel, _ in ledger(db, "booking-1")]
    assert told == [("client", "email"), ("therapist", "email")]
    assert len(cancel(stores).notifications) == 3, "they still want to hear of a cancellation"


def text_report(stores: Stores, provider_message_id: str, delivery: DeliveryReport, late: timedelta) -> bool:
    given = Delivered(provider_message_id=provider_message_id, delivery=delivery, at=LATER)
    return record_delivery(stores, given, clock_at(LATER + late))


def test_a_text_is_known_by_its_providers_id_and_a_report_may_be_faster_than_our_record(
    sending: Sending, stores: Stores, db: Connection
) -> None:
    with pytest.raises(NotificationUnknown):
        text_report(stores, "provider-1", DeliveryReport.DELIVERED, timedelta(minutes=1))
    sending.send(sending.sms)
    assert text_report(stores, "provider-1", DeliveryReport.DELIVERED, timedelta(minutes=2))
    assert rows(db, "SELECT delivery FROM notifications WHERE channel = 'sms'") == [{"delivery": "delivered"}]
    assert not text_report(stores, "someone-elses", DeliveryReport.DELIVERED, timedelta(minutes=11))


def test_a_text_that_did_not_arrive_says_nothing_against_the_number(
    sending: Sending, stores: Stores, db: Connection
) -> None:
    sending.send(sending.sms)
    assert text_report(stores, "provider-1", DeliveryReport.FAILED, timedelta())
    assert rows(db, "SELECT 1 FROM client_contacts WHERE undeliverable IS NOT NULL") == []
    assert status(stores) is None, "there is the e-mail"
    sending.send(sending.email)
    report(stores, sending.email, DeliveryReport.BOUNCED)
    assert status(stores) == "UNREACHED"


def test_of_two_reports_of_the_same_second_the_bad_one_holds(sending: Sending, stores: Stores, db: Connection) -> None:
    addresses_are_old(db)
    sending.send(sending.email)
    assert report(stores, sending.email, DeliveryReport.DELIVERED)
    assert report(stores, sending.email, DeliveryReport.COMPLAINED)
    assert not report(stores, sending.email, DeliveryReport.DELIVERED)
    undeliverable = "SELECT undeliverable FROM client_contacts WHERE client_id = %s AND channel = 'email'"
    assert rows(db, undeliverable, demo.CLIENT_ID) == [{"undeliverable": "complained"}]


def test_the_answer_of_somebody_who_is_away_does_not_undo_that_a_mail_arrived(
    sending: Sending, stores: Stores, db: Connection
) -> None:
    sending.send(sending.email)
    assert report(stores, sending.email, DeliveryReport.DELIVERED)
    assert not report(stores, sending.email, DeliveryReport.FAILED, minutes=2), "a soft bounce, after the arrival"
    rows(db, "UPDATE notifications SET delivery = 'failed', delivery_at = %s RETURNING 1", LATER + timedelta(minutes=1))
    assert report(stores, sending.email, DeliveryReport.DELIVERED), "and in whatever order the two are heard of"
    query = "SELECT delivery FROM notifications WHERE id = %s"
    assert rows(db, query, str(sending.email)) == [{"delivery": "delivered"}]


def test_a_workflow_that_fails_and_recovers_reaches_nobody_by_that(
    sending: Sending, stores: Stores, db: Connection
) -> None:
    addresses_are_old(db)
    sending.send(sending.email)
    report(stores, sending.email, DeliveryReport.BOUNCED)
    sending.providers.sms.break_down(Undeliverable(UndeliverableReason.OPTED_OUT))
    sending.send(sending.sms)
    assert status(stores) == "UNREACHED"
    marked(stores, change("FAILED", error="ProviderUnavailable"))
    assert status(stores) == "FAILED", "first what stands still"
    marked(stores, change("SUCCEEDED", minutes=5))
    assert status(stores) == "UNREACHED"
    for act in (Act.REDRIVEN, Act.RERUN):
        record_act(stores, RecordActInput(**acting(act).model_dump(), reason="the provider is back"))
        assert status(stores) == "UNREACHED"


def status(stores: Stores) -> str | None:
    booking = get_booking(stores, FakeWorkflows(must_not_be_asked), STAFF, "booking-1", clock_at(NOW))
    assert booking is not None
    return None if booking.attention is None else booking.attention.status
