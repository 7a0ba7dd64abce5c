"""Reminders: sweeps on time, late, twice; bookings that were moved or cancelled meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from psycopg2.extensions import connection as Connection

from booking.contracts.reminders import PrepareReminderInput
from booking.services.notifications.reminders import start_reminders
from booking.store import Stores
from local import demo
from tests.asking import body, requested_by
from tests.fakes import FakeWorkflows, clock_at
from tests.rows import rows
from tests.workflow.machine import Execution, Workflow
from tests.workflow.offers import CLIENT, Offers

STARTS_AT = next(demo.starts(datetime.now(UTC))) + timedelta(days=10)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Sweeps(FakeWorkflows):
    """The schedule: what a sweep starts is run to its end."""

    def __init__(self, running: Workflow, stores: Stores) -> None:
        super().__init__()
        self.running, self.stores, self.executions = running, stores, dict[str, Execution]()

    def start_reminder(self, name: str, given: PrepareReminderInput) -> None:
        if name not in self.executions:  # a name can be used once
            self.executions[name] = self.running.run_machine("reminder", name, **given.model_dump(mode="json"))

    def sweep(self, now: datetime) -> tuple[int, int]:
        self.running.clock_ahead = now - datetime.now(UTC)
        return start_reminders(self.stores, self, clock_at(now))

    def reminded(self) -> list[str]:
        texts = [message.sms for _, message in self.running.providers.sms.sent]
        mails = [message.subject for _, message in self.running.providers.email.sent]
        return [each for each in (*mails, *texts) if "coming up" in each or "Reminder:" in each]


@pytest.fixture
def sweeps(booking: Workflow, stores: Stores) -> Sweeps:
    booking.run("b-1", body(STARTS_AT), requested_by())
    booking.drain()
    return Sweeps(booking, stores)


def test_a_day_before_by_mail_and_two_hours_before_by_text_each_once(sweeps: Sweeps) -> None:
    for now in (STARTS_AT - DAY - MINUTE, STARTS_AT - DAY, STARTS_AT - DAY + 5 * MINUTE, STARTS_AT - 3 * HOUR):
        sweeps.sweep(now)
    assert len(sweeps.reminded()) == 1
    for now in (STARTS_AT - 2 * HOUR, STARTS_AT - 2 * HOUR, STARTS_AT - HOUR, STARTS_AT):
        sweeps.sweep(now)
    assert [len(each) > 0 for each in sweeps.reminded()] == [True, True]
    assert {execution.status for execution in sweeps.executions.values()} == {"SUCCEEDED"}
    assert sweeps.sweep(STARTS_AT + HOUR) == (0, 0)


def test_after_an_outage_what_makes_sense_is_sent_and_what_does_not_is_recorded(sweeps: Sweeps, db: Connection) -> None:
    assert sweeps.sweep(STARTS_AT - DAY + 2 * HOUR) == (1, 0), "two hours late, and still a day ahead"
    assert sweeps.sweep(STARTS_AT + 10 * MINUTE) == (0, 1), "the text would have come after the session began"
    assert len(sweeps.reminded()) == 1
    query = "SELECT channel, status, reason FROM notifications WHERE event = 'reminder' ORDER BY 1"
    assert [tuple(row.values()) for row in rows(db, query)] == [
        ("email", "sent", None),
        ("sms", "undeliverable", "too_late"),
    ]
    assert sweeps.sweep(STARTS_AT + 15 * MINUTE) == (0, 0)


def test_a_moved_booking_is_reminded_of_at_its_new_time_and_a_cancelled_one_never(
    sweeps: Sweeps, booking: Workflow
) -> None:
    sweeps.sweep(STARTS_AT - DAY)
    later = STARTS_AT + timedelta(days=7)
    booking.change("rescheduling", "m-1", "b-1", {"starts_at": later.isoformat()}, requested_by())
    assert sweeps.sweep(STARTS_AT - 2 * HOUR) == (0, 0)
    assert sweeps.sweep(later - DAY) == (1, 0)
    assert len(sweeps.reminded()) == 2
    booking.change("cancellation", "c-1", "b-1", {}, requested_by())
    assert sweeps.sweep(later - 2 * HOUR) == (0, 0)


def test_a_booking_that_is_cancelled_after_the_sweep_is_not_reminded_of(sweeps: Sweeps, booking: Workflow) -> None:
    class Cancels(Sweeps):
        def start_reminder(self, name: str, given: PrepareReminderInput) -> None:
            booking.change("cancellation", "c-1", "b-1", {}, requested_by())
            super().start_reminder(name, given)

    late = Cancels(booking, sweeps.stores)
    assert late.sweep(STARTS_AT - DAY) == (1, 0)
    [ended] = late.executions.values()
    assert ended.output["decision"]["outcome"] == "not_due"
    assert sweeps.reminded() == []


def test_a_booking_that_was_moved_away_and_back_while_its_reminder_was_prepared_is_reminded_of(
    sweeps: Sweeps, booking: Workflow
) -> None:
    class MovedAway(Sweeps):
        def start_reminder(self, name: str, given: PrepareReminderInput) -> None:
            move("m-1", STARTS_AT + timedelta(days=7))
            super().start_reminder(name, given)

    def move(key: str, to: datetime) -> None:
        booking.change("rescheduling", key, "b-1", {"starts_at": to.isoformat()}, requested_by())

    meanwhile = MovedAway(booking, sweeps.stores)
    assert meanwhile.sweep(STARTS_AT - DAY) == (1, 0)
    sweeps.executions = meanwhile.executions
    move("m-2", STARTS_AT)
    assert sweeps.sweep(STARTS_AT - DAY + 5 * MINUTE) == (1, 0)
    assert len(sweeps.reminded()) == 1


def test_a_service_that_reminds_sooner_from_now_on_reminds_nobody_twice(sweeps: Sweeps, db: Connection) -> None:
    sweeps.sweep(STARTS_AT - DAY)
    rows(db, "UPDATE services SET reminder_email_minutes = 1500 RETURNING 1")
    assert sweeps.sweep(STARTS_AT - DAY + HOUR) == (0, 0)
    assert len(sweeps.reminded()) == 1


def test_two_hours_without_sweeps_in_which_twenty_sessions_come_near(
    sweeps: Sweeps, booking: Workflow, db: Connection
) -> None:
    """Those that began meanwhile, those that begin soon, and those that are far enough away."""
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")
    starts = [STARTS_AT + n * HOUR for n in range(1, 6)]
    for n, start in enumerate(starts):
        booking.run(f"s-{n}", body(start), requested_by())
    rows(db, "UPDATE services SET reminder_email_minutes = NULL RETURNING 1")
    sweeps.sweep(STARTS_AT - HOUR)  # the texts of sessions up to an hour after the first
    outage_ends = STARTS_AT + HOUR + 30 * MINUTE  # two and a half hours later
    started, skipped = sweeps.sweep(outage_ends)
    assert sweeps.sweep(outage_ends) == sweeps.sweep(outage_ends + MINUTE) == (0, 0)
    query = "SELECT about, status, reason FROM notifications WHERE event = 'reminder' AND channel = 'sms'"
    told = {(row["about"] - STARTS_AT) // HOUR: row["reason"] or row["status"] for row in rows(db, query)}
    assert told == {0: "sent", 1: "sent", 2: "too_late", 3: "sent"}
    assert (started, skipped) == (1, 1)
    assert len(sweeps.reminded()) == 3, "one each, and none after its session has begun"


def test_who_books_at_short_notice_needs_no_reminder_of_it(booking: Workflow, stores: Stores, db: Connection) -> None:
    booking.run("b-1", body(STARTS_AT), requested_by())
    rows(db, "UPDATE bookings SET agreed_at = %s RETURNING 1", STARTS_AT - 5 * HOUR)
    sweeps = Sweeps(booking, stores)
    assert sweeps.sweep(STARTS_AT - 4 * HOUR) == (0, 0)
    assert sweeps.sweep(STARTS_AT - 2 * HOUR) == (1, 0), "the text, two hours before"


def test_a_booking_that_was_an_offer_is_reminded_of_like_any_other(booking: Workflow, stores: Stores) -> None:
    offers = Offers(booking)
    offers.join("w-1", CLIENT, STARTS_AT)
    [booking_id] = offers.sweep()
    offers.answer(booking_id, "accept")
    assert booking.wait(offers.start_now(booking_id)).output["decision"]["outcome"] == "accepted"
    booking.drain()
    sweeps = Sweeps(booking, stores)
    assert sweeps.sweep(STARTS_AT - DAY) == (1, 0)
    assert len(sweeps.reminded()) == 1
