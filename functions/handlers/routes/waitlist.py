"""The wait list and its offers."""

from booking.contracts.base import BookingId
from booking.contracts.waitlist import (
    OfferAnswerBody,
    OfferDetails,
    WaitlistBody,
    WaitlistEntries,
    WaitlistEntry,
    WaitlistQuery,
)
from booking.model import Requester
from booking.problems import Problem
from booking.services.waitlist import entries
from booking.services.waitlist.answer_offer import answer_offer, get_offer
from handlers._operations import Operation
from handlers._outside import outside


@Operation(
    "joinWaitlist",
    "POST",
    "/v1/waitlist",
    tag="Waitlist",
    summary="Wait for a session",
    description=(
        "When such a session is free it is held for the client and offered to them, first come first, for as long as "
        "the service's offer_minutes. An offer is accepted or declined with POST /v1/offers/{booking_id}/answer."
    ),
    answered="You are on the wait list",
    status=201,
    location="waitlist/{entry_id}",
    refusals=(Problem.FORBIDDEN, Problem.IDEMPOTENCY_KEY_USED, Problem.RULE_BROKEN),
)
def join(key: str, requester: Requester, body: WaitlistBody) -> WaitlistEntry:
    return entries.join(outside.stores, requester, key, body, outside.clock)


@Operation(
    "listWaitlist",
    "GET",
    "/v1/waitlist",
    tag="Waitlist",
    summary="The entries you may see, first come first: therapists those that name them, operators all",
    answered="The entries you may see",
)
def waiting(requester: Requester, query: WaitlistQuery) -> WaitlistEntries:
    return entries.list_entries(outside.stores, requester, query)


@Operation(
    "getWaitlistEntry",
    "GET",
    "/v1/waitlist/{entry_id}",
    tag="Waitlist",
    summary="An entry of the wait list, with the newest of the offers that were made",
    answered="The entry",
    refusals=(Problem.ENTRY_NOT_FOUND,),
)
def entry(entry_id: BookingId, requester: Requester) -> WaitlistEntry:
    return entries.get_entry(outside.stores, requester, entry_id)


@Operation(
    "leaveWaitlist",
    "DELETE",
    "/v1/waitlist/{entry_id}",
    tag="Waitlist",
    summary="Wait no more; an open offer is declined by it",
    answered="The entry, which waits no more",
    refusals=(Problem.ENTRY_NOT_FOUND,),
)
def leave(entry_id: BookingId, requester: Requester) -> WaitlistEntry:
    return entries.leave(outside.stores, outside.tasks, requester, entry_id, outside.clock)


@Operation(
    "resumeOffers",
    "POST",
    "/v1/waitlist/{entry_id}/resumption",
    tag="Waitlist",
    summary="Go on being made offers",
    description=(
        "After three offers in a row that nobody answered, a client is made no more, and all they wait for is paused "
        "(paused_at). The client's answer to an open offer, their joining the wait list again, or this call ends it: "
        "by the client or an operator for all the client waits for, by the therapist for this entry. Twice is success."
    ),
    answered="The entry, which is not paused",
    refusals=(Problem.FORBIDDEN, Problem.ENTRY_NOT_FOUND),
)
def resume(entry_id: BookingId, requester: Requester) -> WaitlistEntry:
    return entries.resume(outside.stores, requester, entry_id)


@Operation(
    "getOffer",
    "GET",
    "/v1/offers/{booking_id}",
    tag="Waitlist",
    summary="An offer, and the time that is held for it",
    answered="The offer",
    refusals=(Problem.OFFER_NOT_FOUND,),
)
def offer(booking_id: BookingId, requester: Requester) -> OfferDetails:
    return get_offer(outside.stores, requester, booking_id)


@Operation(
    "answerOffer",
    "POST",
    "/v1/offers/{booking_id}/answer",
    tag="Waitlist",
    summary="Accept or decline an offer",
    answered="The answer is kept; what was held is booked, or free again, within seconds",
    status=202,
    refusals=(Problem.OFFER_NOT_FOUND, Problem.OFFER_ANSWERED, Problem.OFFER_OVER),
)
def answer(booking_id: BookingId, requester: Requester, body: OfferAnswerBody) -> OfferDetails:
    return answer_offer(outside.stores, outside.tasks, requester, booking_id, body, outside.clock)
