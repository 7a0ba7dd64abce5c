"""RejectBooking: records why a request was not booked, and lets the client know when the slot went to someone else."""

from booking.contracts import NotificationContract, RejectBookingInput, Rejected
from booking.model import NotificationEvent, Outcome, Reason
from booking.store import Stores


def reject_booking(stores: Stores, given: RejectBookingInput) -> Rejected:
    """Answers ``rejected`` with the messages to deliver. A booking that already has this id stays as it is."""
    with stores.transaction() as store:
        store.reject(
            given.booking_id,
            given.request.to_request(),
            given.request.as_text(),
            given.requested_by.sub,
            given.execution,
            given.outcome,
            [Reason(reason.code, reason.message) for reason in given.reasons],
        )
        notifications = store.notifications(given.booking_id, NotificationEvent.SLOT_LOST)
    return Rejected(
        outcome=Outcome.REJECTED,
        reasons=given.reasons,
        notifications=[NotificationContract(**vars(each)) for each in notifications],
    )
