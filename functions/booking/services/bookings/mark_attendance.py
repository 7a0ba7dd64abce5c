"""Whether clients came, as staff say."""

from booking.codes import BookingStatus, PaymentRule, ReasonCode
from booking.contracts.bookings import BookingAnswer
from booking.contracts.changes import AttendanceBody
from booking.errors import Refusal
from booking.model import Requester
from booking.ports import Clock, Workflows
from booking.problems import Problem
from booking.reasons import explained
from booking.services.bookings.kept_by import booking_kept_by
from booking.services.bookings.reading import read_booking
from booking.services.payments.reckoning import reckon, start
from booking.store import Stores

MAY_BE_MARKED = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW)


def mark_attendance(
    stores: Stores,
    workflows: Workflows,
    requester: Requester,
    booking_id: str,
    body: AttendanceBody,
    clock: Clock,
) -> BookingAnswer:
    """The booking with its new status, which may come to cost a fee. Raises ``Refusal`` before the session."""
    keys = list[str]()
    with stores.transaction() as store:
        booking = booking_kept_by(store, requester, booking_id)
        if booking.status not in MAY_BE_MARKED or booking.session is None:
            raise Refusal(Problem.BOOKING_NOT_STANDING, explained(ReasonCode.BOOKING_NOT_STANDING).message)
        if booking.session.session.starts_at > clock():
            raise Refusal(Problem.SESSION_NOT_BEGUN, "The session has not begun: nobody can have missed it.")
        store.attendance.set(booking_id, body.status, requester.sub)
        if booking.session.payment != PaymentRule.NONE:
            keys = reckon(store, [booking_id], requester.sub, "")
        answer = read_booking(store, requester, booking_id, clock())
    start(workflows, keys)
    return answer
