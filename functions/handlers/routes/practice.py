"""What operators set for the whole practice."""

from booking.contracts.practice import LimitsBody
from booking.model import Requester
from booking.problems import Problem
from booking.services.operations import practice_limits
from handlers._operations import Operation
from handlers._outside import outside


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
