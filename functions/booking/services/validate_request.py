"""ValidateRequest: may this be booked? Every reason against it, or the session to reserve."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from booking import rules
from booking.contracts import ReasonContract, SessionContract, Validated, ValidateRequestInput
from booking.model import BookingStatus, Outcome, Reason
from booking.store import Stores


def validate_request(stores: Stores, given: ValidateRequestInput, clock: Callable[[], datetime]) -> Validated:
    """Answers ``valid`` with the session, or ``invalid`` with every reason.

    What was decided for this id before holds: a request rejected then is rejected for the same reasons now, and one
    that was booked is not refused because its time has come nearer.
    """
    requester, request = given.requested_by.to_requester(), given.request.to_request()
    with stores.transaction() as store:
        decided = store.decided(given.booking_id)
        facts = store.facts(request, requester.sub)
    reasons: list[Reason] = []
    if decided is None or not decided.answers(given.request.as_text(), requester.sub):
        reasons = rules.check_request(requester, request, facts, given.requested_at, clock())
    elif decided.status == BookingStatus.REJECTED:
        reasons = decided.reasons
    if reasons or not (facts.therapist and facts.service and facts.client and request.starts_at):
        return Validated(
            outcome=Outcome.INVALID,
            reasons=[ReasonContract(code=reason.code, message=reason.message) for reason in reasons],
        )
    session = rules.session_of(facts.therapist, facts.service, facts.client.id, request.starts_at)
    return Validated(outcome=Outcome.VALID, session=SessionContract(**asdict(session)))
