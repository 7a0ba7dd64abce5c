"""What a reminder's execution is called."""

from uuid import NAMESPACE_URL, uuid5

from booking.store.reminders import Reminder


def execution_name(reminder: Reminder, sequence: int) -> str:
    """The same for the same reminder, so that Step Functions refuses to start it twice.

    ``sequence``: how often the booking had been changed when it was started.
    """
    named = f"{reminder.booking_id}:{reminder.channel}:{reminder.occasion}:{sequence}"
    return f"reminder-{uuid5(NAMESPACE_URL, f'urn:therapist-booking:reminder:{named}')}"
