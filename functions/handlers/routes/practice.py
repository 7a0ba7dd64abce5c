"""What operators set for the whole practice."""

from booking.contracts.base import BookingId
from booking.contracts.practice import ClosedDayBody, ClosedDays, LimitsBody, PracticeAnswer, PracticeBody
from booking.model import Requester
from booking.problems import Problem
from booking.services.operations import practice_limits
from booking.services.practice import closed_days as days
from booking.services.practice import identity
from handlers._operations import ASKED_ANEW, Operation, Who
from handlers._outside import outside


@Operation(
    "getPracticeForApplications",
    "GET",
    "/v1/catalogue/practice",
    tag="Catalogue",
    who=Who.APPLICATIONS,
    summary="For applications: who the practice is",
    cached=ASKED_ANEW,
)
@Operation("getPractice", "GET", "/v1/practice", tag="Practice", summary="Who the practice is", versioned=True)
def practice() -> PracticeAnswer:
    return identity.get_practice(outside.stores)


@Operation(
    "changePractice",
    "PUT",
    "/v1/practice",
    tag="Practice",
    summary="Change who the practice is (operators); messages are in its name from then on",
    answered="Done",
    refusals=(Problem.FORBIDDEN, Problem.RULE_BROKEN),
    versioned=True,
)
def change_practice(requester: Requester, body: PracticeBody, if_match: str | None) -> PracticeAnswer:
    return identity.change_practice(outside.stores, requester, body, if_match)


@Operation(
    "listClosedDays",
    "GET",
    "/v1/practice/closed-days",
    tag="Practice",
    summary="The days on which the practice is closed",
)
def closed_days() -> ClosedDays:
    return days.closed_days(outside.stores)


@Operation(
    "closeDay",
    "POST",
    "/v1/practice/closed-days",
    tag="Practice",
    summary="Close the practice on a day (operators)",
    description=(
        "That local date of each therapist. Nobody books on it from then on; bookings that are on it already are "
        "listed in a problem, and stay with proceed."
    ),
    answered="Done",
    refusals=(Problem.FORBIDDEN, Problem.BOOKINGS_ON_CLOSED_DAY, Problem.RULE_BROKEN),
)
def close_day(requester: Requester, body: ClosedDayBody) -> ClosedDays:
    return days.close_day(outside.stores, requester, body, outside.clock)


@Operation(
    "openDay",
    "DELETE",
    "/v1/practice/closed-days/{day}",
    tag="Practice",
    summary="Open the practice on that day again (operators)",
    answered="Done",
    refusals=(Problem.FORBIDDEN, Problem.CLOSED_DAY_NOT_FOUND),
)
def open_day(requester: Requester, day: BookingId) -> ClosedDays:
    return days.open_day(outside.stores, requester, day)


@Operation(
    "getPracticeLimits",
    "GET",
    "/v1/practice/limits",
    tag="Practice",
    summary="What one person may cost the practice (operators)",
    answered="The limits",
    refusals=(Problem.FORBIDDEN,),
    versioned=True,
)
def limits(requester: Requester) -> LimitsBody:
    return practice_limits.get_limits(outside.stores, requester)


@Operation(
    "changePracticeLimits",
    "PUT",
    "/v1/practice/limits",
    tag="Practice",
    summary="Change the limits (operators); what is booked stays",
    description=(
        "A day is the last 24 hours. standing_sessions (each session of a series to come), requests_a_day (a series is "
        "one) and changes_a_day hold for what clients ask for themselves; staff ask in their own name. What is over "
        "them is rejected or refused with too_many_sessions, too_many_requests or too_many_changes. "
        "client_messages_a_day counts what went to one client, or one address; more is undeliverable: limit_reached. "
        "Texts go to numbers that begin with one of text_prefixes. max_open_bookings is standing_sessions for who has "
        "made their own record, until staff confirm them. number_codes_a_day counts the codes to one record or number, "
        "practice_number_codes_a_day all of them."
    ),
    answered="Done",
    refusals=(Problem.FORBIDDEN, Problem.RULE_BROKEN),
    versioned=True,
)
def change_limits(requester: Requester, body: LimitsBody, if_match: str | None) -> LimitsBody:
    return practice_limits.change_limits(outside.stores, requester, body, if_match)
