"""What operators ask and do through ``bookingctl``: no database password is needed on their machines."""

from booking.contracts.bookings import AttentionState, NotificationState
from booking.contracts.operators import BookingFile, DescribeBookingInput, EventState, RecordActInput
from booking.store import Stores


def describe_booking(stores: Stores, given: DescribeBookingInput) -> BookingFile:
    """The booking's notifications, its history, and whether it needs a person. For an unknown id all of it is empty."""
    with stores.transaction() as store:
        view, attention = store.bookings.view(given.booking_id, ""), store.history.attention(given.booking_id)
        events = store.history.events(given.booking_id)
    return BookingFile(
        booking_id=given.booking_id,
        status=view.status if view is not None else None,
        notifications=[NotificationState(**each._asdict()) for each in view.notifications] if view is not None else [],
        attention=attention and AttentionState(**attention._asdict()),
        events=[EventState(**event._asdict()) for event in events],
    )


def record_act(stores: Stores, given: RecordActInput) -> None:
    """Adds the act to the booking's history."""
    with stores.transaction() as store:
        store.history.record_act(given.booking_id, given.act, given.actor, given.execution, given.reason)
        if given.act == "rerun":
            store.history.clear_unreached(given.booking_id)
