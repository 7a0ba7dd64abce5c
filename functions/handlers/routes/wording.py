"""The practice's own words in messages to clients."""

from booking.contracts.base import BookingId
from booking.contracts.wording import PracticeWords, WordingBody
from booking.model import Requester
from booking.problems import Problem
from booking.services.operations import wording
from handlers._operations import Operation
from handlers._outside import outside


@Operation(
    "getPracticeWords",
    "GET",
    "/v1/practice/words",
    tag="Practice",
    summary="What the practice adds to messages to clients, in its own words (operators)",
    answered="For each event that clients are told of, in each language",
    refusals=(Problem.FORBIDDEN,),
    versioned=True,
)
def practice_words(requester: Requester) -> PracticeWords:
    return wording.get_practice_words(outside.stores, requester)


@Operation(
    "changePracticeWords",
    "PUT",
    "/v1/practice/words/{event}/{language}",
    tag="Practice",
    summary="Change what the practice adds to the messages of one event, in one language (operators)",
    description=(
        "Plain text of up to 1,000 characters each, in lines: the introduction stands after the greeting, the closing "
        "at the end. If-Match is the ETag of all words. Messages to clients who ask for discretion go without."
    ),
    answered="All of them, as they are now",
    refusals=(Problem.FORBIDDEN, Problem.MESSAGE_NOT_FOUND, Problem.RULE_BROKEN),
    versioned=True,
)
def change_practice_words(
    event: BookingId, language: BookingId, requester: Requester, body: WordingBody, if_match: str | None
) -> PracticeWords:
    return wording.change_practice_words(outside.stores, requester, event, language, body, if_match)
