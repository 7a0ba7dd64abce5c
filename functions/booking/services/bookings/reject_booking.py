"""RejectBooking: records why a request was not booked, and lets the client know when time went to someone else."""

from booking import rules
from booking.contracts.steps import NotificationContract, RejectBookingInput, Rejected
from booking.model import BookingRequest, NotificationEvent, Outcome, Reason, ReasonCode
from booking.services.bookings.wanted import asked_for, wanted
from booking.store import Stores
from booking.store.reservations import Wanted


def reject_booking(stores: Stores, given: RejectBookingInput) -> Rejected:
    """Answers ``rejected`` with the messages to deliver. A booking that already has this id stays as it is.

    What is against the request is against each of its sessions; a session of a series against which there is nothing
    is rejected with the others.
    """
    asked, sessions = asked_for(given), wanted(given)
    against_one = {reason for each in sessions for reason in each.reasons}
    general = tuple(reason for reason in _reasons(given) if reason not in against_one)
    with_the_others = (rules.reason(ReasonCode.SERIES_REJECTED),)
    refused = [each._replace(reasons=(*general, *each.reasons) or with_the_others) for each in sessions]
    if not refused:
        refused = [Wanted(asked.booking_id, 1 if asked.series_id else None, None, general)]
    with stores.transaction() as store:
        decided = store.reservations.decided(asked.booking_id)
        if decided is None:
            store.reservations.reject(asked, _request(given), given.outcome, refused)
            decided = store.reservations.decided(asked.booking_id)
        if decided is not None and not decided.answers(asked.text, asked.requested_by):
            store.reservations.record_key_conflict(asked)
        notifications = store.ledger.of(asked.booking_id, NotificationEvent.SLOT_LOST)
    return Rejected(
        outcome=Outcome.REJECTED,
        reasons=given.reasons,
        sessions=given.sessions,
        notifications=[NotificationContract(**each._asdict()) for each in notifications],
    )


def _request(given: RejectBookingInput) -> BookingRequest:
    """A request for someone else's client is the requester's alone: nobody finds it among their own."""
    request = given.request.to_request()
    if any(reason.code == ReasonCode.REQUESTER_NOT_ALLOWED for reason in given.reasons):
        return request._replace(client_id=None)
    return request


def _reasons(given: RejectBookingInput) -> list[Reason]:
    return [Reason(reason.code, reason.message) for reason in given.reasons]
