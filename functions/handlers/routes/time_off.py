"""Time off."""

from uuid import UUID

from booking.contracts.time_off import TimeOffAnswer, TimeOffBody, TimeOffList, TimeOffPeriod
from booking.model import Requester
from booking.problems import Problem
from booking.services.calendars import time_off as periods
from handlers._operations import Operation
from handlers._outside import outside


@Operation(
    "getTimeOff",
    "GET",
    "/v1/therapists/{therapist_id}/time-off",
    tag="Therapists",
    summary="All time off (the therapist, operators)",
    refusals=(Problem.THERAPIST_NOT_FOUND,),
)
def time_off(therapist_id: UUID, requester: Requester) -> TimeOffList:
    return periods.get_time_off(outside.stores, requester, therapist_id)


@Operation(
    "addTimeOff",
    "POST",
    "/v1/therapists/{therapist_id}/time-off",
    tag="Therapists",
    summary="Enter time off (the therapist, operators)",
    description="Refused with the list of them when there are bookings in time that was not off before, unless "
    "proceed is true: then they stay, and the answer lists them. With cancel_bookings, as for an illness, all that "
    "have not begun are cancelled and everyone is told: the answer is 202, and Location is the change to follow. "
    "Sent again with its key it is entered once.",
    answered="Entered",
    status=201,
    location="time-off/{time_off_id}",
    followed="../../changes/{change_id}?kind=absence",
    otherwise={202: "Entered; the bookings in it are being cancelled, which Location tells"},
    refusals=(
        *(Problem.THERAPIST_NOT_FOUND, Problem.BOOKINGS_IN_TIME_OFF),
        *(Problem.IDEMPOTENCY_KEY_USED, Problem.RULE_BROKEN),
    ),
)
def add_time_off(therapist_id: UUID, key: str, requester: Requester, body: TimeOffBody) -> TimeOffAnswer:
    return periods.add_time_off(outside.stores, outside.workflows, requester, therapist_id, key, body, outside.clock)


@Operation(
    "removeTimeOff",
    "DELETE",
    "/v1/therapists/{therapist_id}/time-off/{time_off_id}",
    tag="Therapists",
    summary="Take time off back (the therapist, operators)",
    description="Bookings that were cancelled because of it stay cancelled: their clients were told so.",
    answered="What was taken back",
    refusals=(Problem.THERAPIST_NOT_FOUND, Problem.TIME_OFF_NOT_FOUND),
)
def remove_time_off(therapist_id: UUID, time_off_id: UUID, requester: Requester) -> TimeOffPeriod:
    return periods.remove_time_off(outside.stores, requester, therapist_id, time_off_id)
