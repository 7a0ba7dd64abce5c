"""Bookings, their changes, and series."""

from booking.contracts.base import BookingId
from booking.contracts.bookings import AcceptedBooking, BookingAnswer, BookingList, BookingsQuery, SeriesAnswer
from booking.contracts.change_answers import AcceptedChange, ChangeAnswer, ChangeQuery
from booking.contracts.changes import AttendanceBody, CancellationBody, ReschedulingBody
from booking.contracts.holds import ApprovalBody, PaymentWaiverBody
from booking.contracts.places import PlaceBody
from booking.contracts.steps import RequestBody
from booking.model import Requester
from booking.problems import Problem
from booking.services.bookings import place
from booking.services.bookings.get_booking import get_booking, list_bookings
from booking.services.bookings.get_series import get_series
from booking.services.bookings.mark_attendance import mark_attendance
from booking.services.changes.get_change import get_change
from booking.services.holds.answering import answer_request
from booking.services.payments.pay_fee import pay_fee
from booking.services.payments.waive_payment import waive_payment
from handlers._operations import Operation
from handlers._outside import outside

Operation(
    "requestBooking",
    "POST",
    "/v1/bookings",
    tag="Bookings",
    summary="Ask for a session",
    description=(
        "Accepted requests are decided by a workflow within seconds; follow `Location`. A request sent again with its "
        "key while it is being decided gets the same answer again; a key used before gets 409, with the `Location` of "
        "what it was used for. A request that breaks a rule of the practice becomes a `rejected` booking with its "
        "reasons."
    ),
    answer=AcceptedBooking,
    location="bookings/{booking_id}",
).starts("BookingStateMachine", RequestBody)


@Operation(
    "listBookings",
    "GET",
    "/v1/bookings",
    tag="Bookings",
    summary="Your bookings in order of time",
    description="A client sees their own, a therapist their calendar, an operator all; someone else's are simply not "
    "there.",
    refusals=(Problem.RULE_BROKEN,),
)
def bookings(requester: Requester, query: BookingsQuery) -> BookingList:
    return list_bookings(outside.stores, requester, query)


@Operation(
    "getBooking",
    "GET",
    "/v1/bookings/{booking_id}",
    tag="Bookings",
    summary="What became of a request",
    answered="The booking",
    refusals=(Problem.BOOKING_NOT_FOUND,),
)
def booking(booking_id: BookingId, requester: Requester) -> BookingAnswer:
    return get_booking(outside.stores, outside.workflows, requester, booking_id, outside.clock)


Operation(
    "cancelBooking",
    "POST",
    "/v1/bookings/{booking_id}/cancellation",
    tag="Bookings",
    summary="Cancel a booking, or sessions of its series",
    description=(
        "Accepted changes are decided by a workflow within seconds; follow `Location`. The time is free from then on. "
        "What is cancelled already is cancelled: twice is success once. Free until the service's deadline; after it, "
        "as the service says, a late cancellation or for staff only."
    ),
    answer=AcceptedChange,
    location="../../changes/{change_id}?kind=cancellation",
).starts("CancellationStateMachine", CancellationBody)

Operation(
    "moveBooking",
    "POST",
    "/v1/bookings/{booking_id}/rescheduling",
    tag="Bookings",
    summary="Move a booking to another time or therapist",
    description=(
        "Decided by a workflow, by the rules of every request: the booking has the new time, or keeps the old one; "
        "follow `Location`. Clients may move until the service's deadline for free cancellation."
    ),
    answer=AcceptedChange,
    location="../../changes/{change_id}?kind=rescheduling",
).starts("ReschedulingStateMachine", ReschedulingBody)


@Operation(
    "markAttendance",
    "POST",
    "/v1/bookings/{booking_id}/attendance",
    tag="Bookings",
    summary="Say whether the client came (the therapist, operators)",
    answered="Done",
    refusals=(
        Problem.FORBIDDEN,
        Problem.BOOKING_NOT_FOUND,
        Problem.BOOKING_NOT_STANDING,
        Problem.SESSION_NOT_BEGUN,
    ),
)
def attendance(booking_id: BookingId, requester: Requester, body: AttendanceBody) -> BookingAnswer:
    return mark_attendance(outside.stores, outside.workflows, requester, booking_id, body, outside.clock)


@Operation(
    "answerRequest",
    "POST",
    "/v1/bookings/{booking_id}/approval",
    tag="Bookings",
    summary="Say yes or no to a request that waits for it (the therapist, operators)",
    description="Of a series, any session names all of it. What is approved is booked, or has to be paid for first.",
    answered="The answer is kept; what was held is booked, waits for its payment, or is free again, within seconds",
    status=202,
    refusals=(Problem.HOLD_NOT_FOUND, Problem.FORBIDDEN, Problem.HOLD_ANSWERED, Problem.HOLD_OVER),
)
def approval(booking_id: BookingId, requester: Requester, body: ApprovalBody) -> BookingAnswer:
    return answer_request(outside.stores, outside.tasks, requester, booking_id, body, outside.clock)


@Operation(
    "waivePayment",
    "POST",
    "/v1/bookings/{booking_id}/payment-waiver",
    tag="Bookings",
    summary="Ask for no payment (the therapist, operators)",
    description="What is held for its payment is booked, a series as a whole. Of a session that is booked no fee is "
    "taken any more, and what was paid goes back.",
    answered="It is kept, and recorded in the booking's history; what follows from it takes seconds",
    status=202,
    refusals=(
        Problem.BOOKING_NOT_FOUND,
        Problem.FORBIDDEN,
        Problem.HOLD_ANSWERED,
        Problem.HOLD_OVER,
        Problem.NOTHING_DUE,
    ),
)
def payment_waiver(booking_id: BookingId, requester: Requester, body: PaymentWaiverBody) -> BookingAnswer:
    tasks, workflows = outside.tasks, outside.workflows
    return waive_payment(outside.stores, workflows, tasks, requester, booking_id, body, outside.clock)


@Operation(
    "payFee",
    "POST",
    "/v1/bookings/{booking_id}/fee-payment",
    tag="Bookings",
    summary="Pay a fee that the card did not take (the client, operators)",
    description="Read the booking again: its `payment.checkout_url` is where, within seconds. Asked for twice within "
    "an hour, it is the same page.",
    answered="A page to pay on is opened",
    status=202,
    refusals=(Problem.BOOKING_NOT_FOUND, Problem.FORBIDDEN, Problem.NOTHING_DUE),
)
def fee_payment(booking_id: BookingId, requester: Requester) -> BookingAnswer:
    return pay_fee(outside.stores, outside.workflows, requester, booking_id, outside.clock)


@Operation(
    "setPlace",
    "POST",
    "/v1/bookings/{booking_id}/place",
    tag="Bookings",
    summary="Say where this booking is held (the therapist, operators)",
    description="Of this booking alone; null is what its therapist has. Messages that leave from then on name it.",
    answered="Done",
    refusals=(
        Problem.FORBIDDEN,
        Problem.BOOKING_NOT_FOUND,
        Problem.BOOKING_NOT_STANDING,
        Problem.RULE_BROKEN,
    ),
)
def set_place(booking_id: BookingId, requester: Requester, body: PlaceBody) -> BookingAnswer:
    return place.set_place(outside.stores, requester, booking_id, body, outside.clock)


@Operation(
    "getChange",
    "GET",
    "/v1/changes/{change_id}",
    tag="Changes",
    summary="What became of a cancellation or a move",
    refusals=(Problem.CHANGE_NOT_FOUND,),
)
def change(change_id: BookingId, requester: Requester, query: ChangeQuery) -> ChangeAnswer:
    return get_change(outside.stores, outside.workflows, requester, change_id, query.kind)


@Operation(
    "getSeries",
    "GET",
    "/v1/series/{series_id}",
    tag="Series",
    summary="What became of a series: each session reserved, or why not",
    refusals=(Problem.SERIES_NOT_FOUND,),
)
def series(series_id: BookingId, requester: Requester) -> SeriesAnswer:
    return get_series(outside.stores, outside.workflows, requester, series_id, outside.clock)
