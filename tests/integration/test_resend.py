"""PrepareResend on real PostgreSQL: by several at once, and what is worth sending again at all."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import DeliveryReport, Outcome, UndeliverableReason
from booking.contracts.operators import PrepareResendInput, ResendPrepared
from booking.services.operations.prepare_resend import CURABLE, prepare_resend
from booking.store import Stores
from tests.at_once import together
from tests.fakes import clock_at
from tests.integration.test_delivery import LATER, addresses_are_old, report
from tests.integration.test_send_notification import Sending, sending
from tests.rows import rows

__all__ = ["sending"]  # the fixture


def prepare(stores: Stores, **given: Any) -> ResendPrepared:
    made = {"booking_id": "booking-1", "act_id": uuid4(), "execution": "arn", **given}
    return prepare_resend(stores, PrepareResendInput.model_validate(made), clock_at(LATER))


def ids(prepared: ResendPrepared) -> list[str]:
    return sorted(str(each.notification_id) for each in prepared.notifications)


def test_six_operators_at_once_send_a_message_once(
    sending: Sending, stores: Stores, crew: list[Stores], db: Connection
) -> None:
    addresses_are_old(db)
    for each in (sending.email, sending.sms, sending.therapist_email):
        sending.send(each)
    report(stores, sending.email, DeliveryReport.BOUNCED)
    rows(db, "UPDATE client_contacts SET undeliverable = NULL RETURNING 1")
    answers = together(crew, [partial(prepare)] * 6)
    assert [ids(each) for each in answers] == [[str(sending.email)]] * 6
    assert len(rows(db, "SELECT 1 FROM booking_events WHERE event = 'put_back'")) == 1
    before = len(sending.providers.email.sent)
    assert [sending.send(sending.email) for _ in answers] == [Outcome.SENT] * 6
    assert len(sending.providers.email.sent) == before + 1
    assert prepare(stores).outcome == Outcome.NOT_DUE


def test_who_waits_for_another_operator_puts_back_nothing_that_they_have(
    sending: Sending, stores: Stores, crew: list[Stores], db: Connection
) -> None:
    sending.send(sending.email)
    report(stores, sending.email, DeliveryReport.FAILED)
    with ThreadPoolExecutor(1) as pool:
        with crew[0].transaction() as first:
            assert first.ledger.put_back("booking-1", [], CURABLE, LATER)
            second = pool.submit(prepare, crew[1])
            until_somebody_waits(db)
        assert ids(second.result()) == sorted(map(str, (sending.email, sending.sms, sending.therapist_email)))
    assert rows(db, "SELECT 1 FROM booking_events WHERE event = 'put_back'") == []


def until_somebody_waits(db: Connection) -> None:
    """For a lock of somebody else's."""
    deadline = time.monotonic() + 10
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not rows(db, waiting):
        assert time.monotonic() < deadline


def test_the_same_step_twice_says_the_same_and_keeps_one_history(
    sending: Sending, stores: Stores, db: Connection
) -> None:
    sending.send(sending.email)
    report(stores, sending.email, DeliveryReport.FAILED)
    act_id = uuid4()
    assert ids(prepare(stores, act_id=act_id)) == ids(prepare(stores, act_id=act_id))
    [kept] = rows(db, "SELECT actor, detail FROM booking_events WHERE act_id = %s", act_id)
    assert kept["actor"] == "operator", "the act itself waits in its queue"
    [message] = kept["detail"]["messages"]
    assert set(message) == {
        *("notification_id", "status", "delivery", "delivery_at", "attempts", "settled_at"),
    }


@pytest.mark.parametrize("reason", UndeliverableReason)
def test_only_what_can_be_mended_is_put_back(
    sending: Sending, stores: Stores, db: Connection, reason: UndeliverableReason
) -> None:
    put = "UPDATE notifications SET status = 'undeliverable', reason = %s WHERE id = %s RETURNING 1"
    rows(db, put, reason, sending.email)
    prepared = ids(prepare(stores, notification_ids=[sending.email]))
    assert prepared == ([str(sending.email)] if reason in CURABLE else [])


def test_a_message_of_another_booking_is_not_sent_by_this_one(sending: Sending, stores: Stores) -> None:
    assert prepare(stores, booking_id="nobody-knows", notification_ids=[sending.email]).outcome == Outcome.NOT_DUE
    assert ids(prepare(stores, notification_ids=[sending.email, uuid4()])) == [str(sending.email)]
