"""RejectBooking: records why a request was not booked, and lets the client know when time went to someone else."""

from booking.codes import NotificationEvent, Outcome, ReasonCode
from booking.contracts.steps import NotificationContract, RejectBookingInput, Rejected
from booking.model import BookingRequest
from booking.reasons import explained
from booking.store import Stores


def reject_booking(stores: Stores, given: RejectBookingInput) -> Rejected:
    """Answers ``rejected`` with the notifications to deliver. A booking that already has this id stays as it is.

    What is against the request is against each of its sessions; a session of a series against which there is nothing
    is rejected with the others.
    """
    submitted, sessions = given.to_submitted(), given.to_sessions()
    against_one = {reason for each in sessions for reason in each.reasons}
    reasons = [reason.to_reason() for reason in given.reasons]
    general = tuple(reason for reason in reasons if reason not in against_one)
    with_the_others = (explained(ReasonCode.SERIES_REJECTED),)
    rejected = [each._replace(reasons=(*general, *each.reasons) or with_the_others) for each in sessions]
    with stores.transaction() as store:
        decided = store.reservations.decided(submitted.booking_id)
        if decided is None:
            request = _request(given)
            if rejected:
                if request.therapist_id is None:  # whoever is free was asked for: the first of them stands for all
                    request = request._replace(therapist_id=rejected[0].therapist_id)
                store.reservations.reject(submitted, request, given.outcome, rejected)
            else:
                store.reservations.reject_without_session(submitted, request, given.outcome, general)
            decided = store.reservations.decided(submitted.booking_id)
        if decided is not None and not decided.answers(submitted):
            store.reservations.record_key_conflict(submitted)
        notifications = store.ledger.of(submitted.booking_id, NotificationEvent.SLOT_LOST)
    return Rejected(
        outcome=Outcome.REJECTED,
        reasons=given.reasons,
        sessions=given.sessions,
        notifications=NotificationContract.of(notifications),
    )


def _request(given: RejectBookingInput) -> BookingRequest:
    """A request for someone else's client is the requester's alone: nobody finds it among their own."""
    request = given.request.to_request()
    if any(reason.code == ReasonCode.REQUESTER_NOT_ALLOWED for reason in given.reasons):
        return request._replace(client_id=None)
    return request
