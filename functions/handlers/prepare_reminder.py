"""PrepareReminder: does the booking still stand at this time? Then its reminder is entered in the ledger."""

from booking.contracts.reminders import PrepareReminderInput, ReminderPrepared
from booking.services.remind import prepare_reminder
from handlers._runtime import step, stores


@step(PrepareReminderInput)
def handler(given: PrepareReminderInput) -> ReminderPrepared:
    return prepare_reminder(stores(), given)
