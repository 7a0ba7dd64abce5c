"""The wait list and its offers."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from booking.contracts.waitlist import OfferAnswerBody, WaitlistBody, WaitlistQuery
from booking.services.waitlist import entries
from booking.services.waitlist.answer_offer import answer_offer, get_offer
from handlers._calls import answered, body, booking_id_of, caller, idempotency_key, location, query
from handlers._outside import outside

router = Router()  # type: ignore[no-untyped-call]  # Powertools does not type it


@router.post("/v1/waitlist")
def join() -> Response[str]:
    key, given = idempotency_key(router), body(router, WaitlistBody)
    entry = entries.join(outside.stores, caller(router), key, given, outside.clock)
    return answered(entry, 201, headers={"Location": location(router, f"waitlist/{key}")})


@router.get("/v1/waitlist")
def waiting() -> Response[str]:
    return answered(entries.list_entries(outside.stores, caller(router), query(router, WaitlistQuery)))


@router.get("/v1/waitlist/<entry_id>")
def entry(entry_id: str) -> Response[str]:
    return answered(entries.get_entry(outside.stores, caller(router), booking_id_of(entry_id, "entry")))


@router.delete("/v1/waitlist/<entry_id>")
def leave(entry_id: str) -> Response[str]:
    return answered(
        entries.leave(outside.stores, outside.tasks, caller(router), booking_id_of(entry_id, "entry"), outside.clock)
    )


@router.post("/v1/waitlist/<entry_id>/resumption")
def resume(entry_id: str) -> Response[str]:
    return answered(entries.resume(outside.stores, caller(router), booking_id_of(entry_id, "entry")))


@router.get("/v1/offers/<booking_id>")
def offer(booking_id: str) -> Response[str]:
    return answered(get_offer(outside.stores, caller(router), booking_id_of(booking_id, "offer")))


@router.post("/v1/offers/<booking_id>/answer")
def answer(booking_id: str) -> Response[str]:
    known, given = booking_id_of(booking_id, "offer"), body(router, OfferAnswerBody)
    return answered(answer_offer(outside.stores, outside.tasks, caller(router), known, given, outside.clock), 202)
