"""ValidateRequest: may this be booked? Every reason against it, or the sessions to reserve."""

from booking.codes import BookingStatus
from booking.contracts.steps import Validated, ValidateRequestInput
from booking.ports import Clock
from booking.services.bookings.any_therapist import candidates, judged_together, means_anyone
from booking.services.bookings.judging import decision, judge, starts_of
from booking.store import Stores


def validate_request(stores: Stores, given: ValidateRequestInput, clock: Clock) -> Validated:
    """Answers ``valid`` with the sessions, or ``invalid`` with every reason.

    A series that may be booked in part is valid when one of its sessions is. What was decided for this id before
    holds: a request rejected then is rejected for the same reasons now, and one that was booked is not refused because
    its time has come nearer.
    """
    requester, request, now = given.requested_by.to_requester(), given.request.to_request(), clock()
    with stores.autocommit() as store:
        decided, found = store.calendars.judged_by(given.booking_id, request, requester.sub, now)
    facts = found[0]
    if decided is not None and (decided.request, decided.requested_by) == (given.request.as_text(), requester.sub):
        reasons = decided.reasons if decided.status == BookingStatus.REJECTED else []
        starts, _ = starts_of(request, facts)
        return decision(given.booking_id, facts, request, [(start, []) for start in starts], reasons)
    if means_anyone(request):
        return judged_together(
            request, candidates(found, given.booking_id, requester, request, given.requested_at, now)
        )
    return judge(given.booking_id, requester, request, facts, given.requested_at, now)
