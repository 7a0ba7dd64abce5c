"""DescribeBooking: all that an operator may know of a booking, without a name or an address."""

from datetime import timedelta
from typing import Any

from psycopg2.extensions import connection as Connection

from booking.codes import Act, BookingStatus, Channel, DeliveryReport, Outcome, Recipient, WhyNoRequest
from booking.contracts.operators import BookingFile, DescribeBookingInput, RecordActInput
from booking.contracts.reminders import PrepareReminderInput
from booking.contracts.steps import ValidateRequestInput
from booking.errors import Undeliverable
from booking.services.bookings.get_booking import get_booking
from booking.services.bookings.validate_request import validate_request
from booking.services.notifications.reminders import prepare_reminder, start_reminders
from booking.services.operations.describe_booking import describe_booking
from booking.services.operations.recording import record_act
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, acting, requested_by, reserve, reserve_input, validate_input
from tests.fakes import FakeWorkflows, clock_at
from tests.integration.test_changes import cancel, move
from tests.integration.test_delivery import STAFF, addresses_are_old, report
from tests.integration.test_get_booking import must_not_be_asked
from tests.integration.test_mark_attention import change, marked
from tests.integration.test_send_notification import Sending, sending
from tests.integration.test_series import decide
from tests.integration.test_waitlist import join, sweep
from tests.rows import rows

__all__ = ["sending"]  # the fixture

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def file_of(stores: Stores, booking_id: str = "booking-1") -> BookingFile:
    return describe_booking(stores, DescribeBookingInput(booking_id=booking_id))


def test_each_message_says_what_became_of_it_and_who_heard_of_nothing(
    sending: Sending, stores: Stores, db: Connection
) -> None:
    addresses_are_old(db)
    sending.send(sending.email)
    report(stores, sending.email, DeliveryReport.BOUNCED)
    sending.providers.sms.break_down(Undeliverable("opted_out"))
    sending.send(sending.sms)
    marked(stores, change("FAILED", error="ProviderUnavailable"))

    seen = file_of(stores)
    mail, text, theirs = seen.notifications
    assert (mail.notification_id, mail.status, mail.delivery) == (sending.email, "sent", "bounced")
    assert mail.accepted_at is not None
    assert mail.delivery_at is not None
    assert mail.accepted_at < mail.delivery_at
    assert (text.status, text.reason, text.attempts, text.accepted_at) == ("undeliverable", "opted_out", 1, None)
    assert text.undeliverable_at is not None
    assert (mail.hindrance, text.hindrance) == ("address_bounced", "opted_out"), "what it would come to now"
    assert {mail.recipient_id, text.recipient_id} == {demo.CLIENT_ID}
    assert theirs.hindrance is None
    assert (theirs.recipient, theirs.channel, theirs.status) == (Recipient.THERAPIST, Channel.EMAIL, "queued")
    assert seen.workflow_attention is not None
    assert (seen.workflow_attention.error, seen.workflow_attention.execution[-9:]) == (
        "ProviderUnavailable",
        "booking-1",
    )
    assert seen.unreached is not None
    assert seen.unreached.recipients == [Recipient.CLIENT]
    assert not [each for each in demo.PERSONAL_DATA if each in seen.model_dump_json()]

    shown = get_booking(stores, FakeWorkflows(must_not_be_asked), STAFF, "booking-1", clock_at(NOW))
    said = [(each.event, each.channel, each.status, each.delivery, each.attempts) for each in shown.notifications]
    assert [
        (each.event, each.channel, each.status, each.delivery, each.attempts) for each in seen.notifications
    ] == said


def test_the_decision_the_changes_and_the_history_with_its_acts(stores: Stores) -> None:
    reserve(stores, reserve_input())
    move(stores, STARTS_AT + DAY, change_id="m-1")
    act = acting(Act.RERUN)
    record_act(stores, RecordActInput(**act.model_dump(), reason="redrive's 14 days are over"))
    cancel(stores, change_id="c-1")

    seen = file_of(stores)
    assert [(each.change_id, each.kind, each.outcome) for each in seen.changes] == [
        ("m-1", "rescheduling", Outcome.MOVED),
        ("c-1", "cancellation", Outcome.CANCELLED),
    ]
    assert [each.event for each in seen.events] == ["reserved", "moved", "rerun", "cancelled"]
    assert [each.act_id for each in seen.events] == [None, None, act.act_id, None]
    decided = seen.decision
    assert decided is not None
    assert (decided.status, decided.starts_at, decided.therapist_id, decided.service_id, decided.client_id) == (
        *(BookingStatus.CANCELLED, STARTS_AT + DAY),
        *(demo.THERAPIST_ID, demo.SERVICE_ID, demo.CLIENT_ID),
    )


def test_a_rejection_has_its_reasons_and_what_was_asked(stores: Stores) -> None:
    decide(stores, "b-1")
    decide(stores, "b-2", by=requested_by("sub-other-client"))
    decided = file_of(stores, "b-2").decision
    assert decided is not None
    assert (decided.status, [each.code for each in decided.reasons]) == (BookingStatus.REJECTED, ["slot_taken"])
    assert decided.starts_at == STARTS_AT


def test_the_names_of_its_reminders_executions_are_known_though_it_was_moved_since(stores: Stores) -> None:
    reserve(stores, reserve_input())
    move(stores, STARTS_AT + 7 * DAY, change_id="m-1")
    started = FakeWorkflows()
    start_reminders(stores, started, clock_at(STARTS_AT + 6 * DAY + MINUTE))
    [(name, given)] = started.started.items()
    prepare_reminder(stores, PrepareReminderInput.model_validate(given))
    move(stores, STARTS_AT + 14 * DAY, change_id="m-2")
    [reminder] = file_of(stores).reminders
    assert (reminder.channel, reminder.starts_at) == ("email", STARTS_AT + 7 * DAY)
    assert name in reminder.executions
    assert len(reminder.executions) == 3, "it was changed twice, and which time it was reminded of nobody kept"


def again(stores: Stores, booking_id: str) -> ValidateRequestInput:
    """What its workflow would be started with again."""
    seen = file_of(stores, booking_id)
    assert seen.request is not None
    assert seen.no_request is None
    given: dict[str, Any] = seen.request.model_dump(mode="json")
    return validate_input(given["request"], given["requested_by"], given["booking_id"])


def test_a_request_is_rebuilt_from_its_row_and_decided_as_it_was(stores: Stores) -> None:
    decide(stores, "b-1")
    decide(stores, "b-2", by=requested_by("sub-other-client"))
    decide(stores, "s-1", STARTS_AT + DAY, recurrence="FREQ=WEEKLY;COUNT=3")
    later = clock_at(NOW + 100 * DAY)
    assert validate_request(stores, again(stores, "b-1"), later).outcome == Outcome.VALID
    rejected = validate_request(stores, again(stores, "b-2"), later)
    assert (rejected.outcome, [each.code for each in rejected.reasons]) == (Outcome.INVALID, ["slot_taken"])
    assert len(validate_request(stores, again(stores, "s-1"), later).sessions) == 3


def test_what_can_not_be_run_again_says_why(stores: Stores, db: Connection) -> None:
    decide(stores, "s-1", STARTS_AT + DAY, recurrence="FREQ=WEEKLY;COUNT=2")
    [second] = rows(db, "SELECT id FROM bookings WHERE occurrence = 2")
    join(stores, "w-1")
    [offer] = sweep(stores)
    decide(stores, "b-1", STARTS_AT + 2 * DAY)
    rows(db, "UPDATE bookings SET request = '{}' WHERE id = 'b-1' RETURNING 1")
    asked = {"nobody-knows": None, second["id"]: None, offer: None, "b-1": None}
    assert {each: file_of(stores, each).no_request for each in asked} == {
        "nobody-knows": WhyNoRequest.NOT_DECIDED,
        second["id"]: WhyNoRequest.SESSION_OF_SERIES,
        offer: WhyNoRequest.OFFER,
        "b-1": WhyNoRequest.UNREADABLE,
    }
    made = file_of(stores, offer).offer
    assert made is not None
    assert (made.entry_id, made.outcome, made.executions) == ("w-1", None, [offer, f"accepted-{offer}"])
