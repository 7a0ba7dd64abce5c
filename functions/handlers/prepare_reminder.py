"""PrepareReminder: does the booking still stand at this time? Then its reminder is entered in the ledger."""

from booking.contracts.reminders import PrepareReminderInput, ReminderPrepared
from booking.services.notifications.reminders import prepare_reminder
from handlers._outside import outside
from handlers._runtime import step


@step(PrepareReminderInput)
def handler(given: PrepareReminderInput) -> ReminderPrepared:
    return prepare_reminder(outside.stores, given)
