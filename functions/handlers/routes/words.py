"""Notes and reasons, which no workflow carries."""

from booking.contracts.base import BookingId
from booking.contracts.words import NoteBody, ReasonBody
from booking.model import Requester
from booking.problems import Problem
from booking.services.bookings import words
from handlers._operations import Operation
from handlers._outside import outside


@Operation(
    "putNote",
    "PUT",
    "/v1/bookings/{booking_id}/note",
    tag="Bookings",
    summary="Say something with your booking",
    description=(
        "Before you ask for the booking, under the `Idempotency-Key` that you will ask with; or while it stands. Of "
        "who asks for the booking, or of its client; who may read the booking reads it. Sessions of a series have the "
        "note of the series until they get their own. What is not followed by a request goes after a day."
    ),
    answered="As it is now",
    refusals=(Problem.FORBIDDEN, Problem.BOOKING_NOT_FOUND, Problem.BOOKING_NOT_STANDING, Problem.RULE_BROKEN),
)
def note(booking_id: BookingId, requester: Requester, body: NoteBody) -> NoteBody:
    return words.put_note(outside.stores, requester, booking_id, body, outside.clock)


@Operation(
    "putStaffNote",
    "PUT",
    "/v1/bookings/{booking_id}/staff-note",
    tag="Bookings",
    summary="Note something on a booking for who keeps its calendar (the therapist, operators)",
    description="The client never reads it in the API; it is part of what is given out to them of their data.",
    answered="As it is now",
    refusals=(Problem.FORBIDDEN, Problem.BOOKING_NOT_FOUND),
)
def staff_note(booking_id: BookingId, requester: Requester, body: NoteBody) -> NoteBody:
    return words.put_staff_note(outside.stores, requester, booking_id, body, outside.clock)


@Operation(
    "putReason",
    "PUT",
    "/v1/changes/{change_id}/reason",
    tag="Changes",
    summary="Say why you cancel or move, before you ask for it",
    description=(
        "Under the `Idempotency-Key` that you will ask with. The other side reads it and is told, unless staff keep it "
        "`internal`. What is not followed by a request goes after a day."
    ),
    answered="As it is now",
    refusals=(Problem.FORBIDDEN, Problem.CHANGE_NOT_FOUND, Problem.IDEMPOTENCY_KEY_USED, Problem.RULE_BROKEN),
)
def reason(change_id: BookingId, requester: Requester, body: ReasonBody) -> ReasonBody:
    return words.put_reason(outside.stores, requester, change_id, body, outside.clock)
