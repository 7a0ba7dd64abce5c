"""Resend: what reached nobody is sent again once its contact is mended, and what arrived never is."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Act, DeliveryReport, UndeliverableReason
from booking.contracts.delivery import Delivered
from booking.contracts.operators import BookingFile, DescribeBookingInput
from booking.errors import ProviderUnavailable, Undeliverable
from booking.services.notifications.record_delivery import record_delivery
from booking.services.operations.describe_booking import describe_booking
from booking.services.operations.resending import resend
from booking.store import Stores
from handlers._outside import outside
from local import demo
from tests.asking import acting, body, requested_by
from tests.fakes import FakeActRecords
from tests.rows import rows
from tests.workflow.machine import Execution, Workflow

STARTS_AT = next(demo.starts(datetime.now(UTC))) + timedelta(days=10)


class Operator:
    """Somebody on call, who has the booking b-1 in front of them."""

    def __init__(self, booking: Workflow, stores: Stores, db: Connection) -> None:
        self.booking, self.stores, self.db = booking, stores, db
        self.records = FakeActRecords()

    def sends_again(self, notification_id: UUID | None = None) -> Execution:
        act = acting(Act.RESENT, "b-1")
        acted = resend(self.booking.executions, self.records, act, "another address", "b-1", notification_id)
        assert acted.result is not None
        ended = self.booking.wait(acted.result)
        self.booking.drain()
        return ended

    def sees(self) -> BookingFile:
        return describe_booking(self.stores, DescribeBookingInput(booking_id="b-1"))

    def message(self, recipient: str, channel: str) -> UUID:
        [found] = [each for each in self.sees().notifications if (each.recipient, each.channel) == (recipient, channel)]
        return found.notification_id

    def mends(self, channel: str) -> None:
        """The client's contact, in the client's record."""
        rows(
            self.db,
            "UPDATE client_contacts SET undeliverable = NULL, address = CASE channel WHEN 'email' "
            "THEN 'another@example.com' ELSE address END, changed_at = now() "
            "WHERE client_id = %s AND channel = %s RETURNING 1",
            demo.CLIENT_ID,
            channel,
        )


@pytest.fixture
def operator(booking: Workflow, stores: Stores, db: Connection) -> Operator:
    """The client's text can't arrive, and their mail bounces after it was taken."""
    booking.providers.sms.break_down(Undeliverable(UndeliverableReason.OPTED_OUT))
    rows(db, "UPDATE client_contacts SET changed_at = '2020-01-01' RETURNING 1")
    booking.run("b-1", body(STARTS_AT), requested_by())
    booking.drain()
    made = Operator(booking, stores, db)
    bounced(made, made.message("client", "email"))
    return made


def bounced(operator: Operator, notification_id: UUID, at: datetime | None = None) -> bool:
    report = Delivered(
        notification_id=notification_id,
        delivery=DeliveryReport.BOUNCED,
        at=at or datetime.now(UTC) + timedelta(seconds=1),
    )
    return record_delivery(operator.stores, report, outside.clock)


def sent(booking: Workflow) -> Counter[str]:
    return Counter(booking.providers.addresses())


def test_a_mail_that_bounced_is_sent_once_to_the_address_that_was_mended(operator: Operator, booking: Workflow) -> None:
    assert operator.sees().unreached is not None
    before, first_try = sent(booking), datetime.now(UTC)
    operator.mends("email")
    ended = operator.sends_again(operator.message("client", "email"))
    assert ended.states[0] == "PrepareResend"
    assert ended.output["decision"]["outcome"] == "due"
    assert sent(booking) - before == Counter(["another@example.com"])

    seen = operator.sees()
    assert (seen.attention, seen.unreached) == (None, None)
    [kept] = [event for event in seen.events if event.event == "put_back"]
    [message] = kept.detail["messages"]
    assert (message["status"], message["delivery"], message["attempts"]) == ("sent", "bounced", 1)
    assert kept.act_id in {act.act_id for act, _ in operator.records.acts.values()}

    assert not bounced(operator, operator.message("client", "email"), first_try - timedelta(minutes=1)), (
        "it comes twice"
    )
    assert operator.sees().unreached is None, "a report of the first attempt says nothing of the second"
    assert operator.sends_again(operator.message("client", "email")).output["decision"]["outcome"] == "not_due"
    assert (sent(booking) - before).total() == 1


def test_everything_that_reached_nobody_is_sent_and_what_arrived_is_not(operator: Operator, booking: Workflow) -> None:
    booking.providers.sms.mend()
    for channel in ("email", "sms"):
        operator.mends(channel)
    before = sent(booking)
    ended = operator.sends_again()
    assert ended.states.count("DeliverNotification") == 2
    assert (sent(booking) - before).total() == 2, "mail and text of the client; the therapist has theirs"
    assert [each.status for each in operator.sees().notifications] == ["sent"] * 3
    assert operator.sees().unreached is None


def test_who_is_reached_this_time_either_needs_a_person_again(operator: Operator, booking: Workflow) -> None:
    before = sent(booking)
    assert operator.sends_again().status == "SUCCEEDED"
    assert sent(booking) == before
    unreached = operator.sees().unreached
    assert unreached is not None
    assert unreached.recipients == ["client"]


def test_one_message_does_not_end_that_somebody_else_is_not_reached(operator: Operator, booking: Workflow) -> None:
    bounced(operator, operator.message("therapist", "email"))
    operator.mends("email")
    operator.sends_again(operator.message("client", "email"))
    unreached = operator.sees().unreached
    assert unreached is not None
    assert unreached.recipients == ["therapist"]


def test_of_a_booking_that_was_cancelled_since_nothing_is_sent_that_says_it_is_booked(
    operator: Operator, booking: Workflow
) -> None:
    operator.mends("email")
    booking.change("cancellation", "c-1", "b-1", {}, requested_by())
    booking.drain()
    before = sent(booking)
    operator.sends_again()
    assert sent(booking) == before
    reasons = {each.event: each.reason for each in operator.sees().notifications if each.recipient == "client"}
    assert reasons["booking_confirmed"] == "booking_changed"


def test_a_resend_that_meets_a_provider_that_is_down_is_redriven_like_any_other(
    operator: Operator, booking: Workflow
) -> None:
    operator.mends("email")
    before = sent(booking)
    booking.providers.email.break_down(ProviderUnavailable("down"))
    ended = operator.sends_again(operator.message("client", "email"))
    assert (ended.status, ended.error) == ("FAILED", "ProviderUnavailable")
    booking.providers.email.mend()
    again = booking.redrive(ended.arn) if booking.can_redrive else operator.sends_again()
    assert again.status == "SUCCEEDED"
    assert (sent(booking) - before).total() == 1
