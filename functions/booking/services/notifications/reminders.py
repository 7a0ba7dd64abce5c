"""Reminders: a sweep starts a workflow for each that is due; the workflow looks once more before it sends."""

from datetime import timedelta

from booking import rules
from booking.codes import Outcome
from booking.contracts.reminders import PrepareReminderInput, ReminderPrepared
from booking.contracts.steps import NotificationContract
from booking.ports import Clock, Workflows
from booking.services.notifications.reminding import execution_name
from booking.store import Stores
from booking.store.reminders import Reminder

BATCH = 500
"""So many reminders a sweep at most; the next one, five minutes later, goes on."""

RECENTLY = timedelta(days=2)
"""How long ago a session may have begun whose missed reminder is still recorded."""


def start_reminders(stores: Stores, workflows: Workflows, clock: Clock) -> tuple[int, int]:
    """Starts what is due and records what is too late; how many of each. Safe to run twice, or late."""
    now = clock()
    with stores.autocommit() as store:
        due = store.reminders.due(now, now - RECENTLY, BATCH)
    started = skipped = 0
    for each in due:
        if rules.reminder_makes_sense(each.reminder.starts_at, each.lead, now):
            workflows.start_reminder(execution_name(each.reminder, each.sequence), contract_of(each.reminder))
            started += 1
        else:
            with stores.transaction() as store:
                store.reminders.skip(each.reminder, now)
            skipped += 1
    return started, skipped


def contract_of(reminder: Reminder) -> PrepareReminderInput:
    """The input of the execution."""
    return PrepareReminderInput(
        booking_id=reminder.booking_id,
        channel=reminder.channel,
        occasion=reminder.occasion,
        starts_at=reminder.starts_at,
    )


def prepare_reminder(stores: Stores, given: PrepareReminderInput) -> ReminderPrepared:
    """Answers ``due`` with the notification, or ``not_due`` when the booking no longer stands at this time."""
    reminder = Reminder(given.booking_id, given.channel, given.occasion, given.starts_at)
    with stores.transaction() as store:
        notifications = store.reminders.prepare(reminder)
    return ReminderPrepared(
        outcome=Outcome.DUE if notifications else Outcome.NOT_DUE,
        notifications=NotificationContract.of(notifications),
    )
