"""The therapist's yes or no: kept in PostgreSQL first, then the workflow that waits is woken."""

from booking import access
from booking.codes import Awaits, HoldAnswer
from booking.contracts.bookings import BookingAnswer
from booking.contracts.holds import ApprovalBody
from booking.model import Requester
from booking.ports import Clock, WaitingTasks
from booking.services.bookings.reading import read_booking
from booking.services.holds.said import say
from booking.store import Stores
from booking.store.words import Written


def answer_request(
    stores: Stores, tasks: WaitingTasks, requester: Requester, booking_id: str, body: ApprovalBody, clock: Clock
) -> BookingAnswer:
    """The booking with the answer; what becomes of it the workflow says. The same again is success again.

    Any session of a series names all of it. Raises ``Refusal`` for a request that is over, was answered otherwise, or
    is not theirs to answer.
    """
    now = clock()
    reason = None if body.reason is None else Written(body.reason)
    with stores.transaction() as store:
        head = store.holds.head_of(booking_id)
        if head is None:
            raise access.not_found("hold")
        store.holds.lock(head)
        token = say(store, requester, head, Awaits.APPROVAL, HoldAnswer(body.answer), reason, now)
        answer = read_booking(store, requester, booking_id, now)
    if token is not None:
        tasks.succeed(token, "{}")
    return answer
