"""The wait list and its offers."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from booking.contracts.waitlist import OfferAnswerBody, WaitlistBody, WaitlistQuery
from booking.services import wait
from booking.services.answer_offer import answer_offer, get_offer
from handlers._calls import answered, body, booking_id_of, caller, idempotency_key, location, query
from handlers._executions import waiters
from handlers._runtime import stores, utc_now

router = Router()  # type: ignore[no-untyped-call]  # Powertools does not type it


@router.post("/v1/waitlist")
def join() -> Response[str]:
    key, given = idempotency_key(router), body(router, WaitlistBody)
    entry = wait.join(stores(), caller(router), key, given, utc_now())
    return answered(entry, 201, headers={"Location": location(router, f"waitlist/{key}")})


@router.get("/v1/waitlist")
def entries() -> Response[str]:
    return answered(wait.list_entries(stores(), caller(router), query(router, WaitlistQuery)))


@router.get("/v1/waitlist/<entry_id>")
def entry(entry_id: str) -> Response[str]:
    return answered(wait.get_entry(stores(), caller(router), booking_id_of(entry_id, "entry")))


@router.delete("/v1/waitlist/<entry_id>")
def leave(entry_id: str) -> Response[str]:
    return answered(wait.leave(stores(), waiters(), caller(router), booking_id_of(entry_id, "entry"), utc_now()))


@router.post("/v1/waitlist/<entry_id>/resumption")
def resume(entry_id: str) -> Response[str]:
    return answered(wait.resume(stores(), caller(router), booking_id_of(entry_id, "entry")))


@router.get("/v1/offers/<booking_id>")
def offer(booking_id: str) -> Response[str]:
    return answered(get_offer(stores(), caller(router), booking_id_of(booking_id, "offer")))


@router.post("/v1/offers/<booking_id>/answer")
def answer(booking_id: str) -> Response[str]:
    known, given = booking_id_of(booking_id, "offer"), body(router, OfferAnswerBody)
    return answered(answer_offer(stores(), waiters(), caller(router), known, given, utc_now()), 202)
