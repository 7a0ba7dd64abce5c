"""The answer to an offer: kept in PostgreSQL first, then the workflow that waits is woken.

The row decides; the task token only ends the wait. Whichever comes second, the answer or the wait, finds the other.
"""

from booking import access
from booking.contracts.waitlist import OfferAnswerBody, OfferDetails
from booking.errors import Refusal
from booking.model import Requester
from booking.ports import Clock, WaitingTasks
from booking.problems import Problem
from booking.services.bookings.views import local_times
from booking.store import Stores
from booking.store.offers import OfferView


def get_offer(stores: Stores, requester: Requester, booking_id: str) -> OfferDetails:
    """Raises ``Refusal`` when there is none, or it is not the requester's."""
    with stores.autocommit() as store:
        return _details(_visible(store.offers.get(booking_id), requester))


def answer_offer(
    stores: Stores, tasks: WaitingTasks, requester: Requester, booking_id: str, body: OfferAnswerBody, clock: Clock
) -> OfferDetails:
    """The offer with its answer; what becomes of it the workflow says. The same answer again is success again.

    Raises ``Refusal`` for an offer that is over or was answered otherwise.
    """
    now = clock()
    with stores.transaction() as store:
        offer = _visible(store.offers.lock_offer(booking_id), requester)
        if offer.answer is not None and offer.answer != body.answer:
            raise Refusal(Problem.OFFER_ANSWERED, f"This offer was answered with {offer.answer}.")
        if offer.answer is None:
            if offer.outcome is not None or now >= offer.expires_at:
                raise Refusal(Problem.OFFER_OVER, "This offer is over; its time is free for others.")
            store.offers.answer(booking_id, body.answer, requester.sub, now)
            store.waitlist.resume(offer.entry_id, all_of_client=access.may_act(requester, offer.client_sub, None))
            offer = _visible(store.offers.get(booking_id), requester)
    if offer.task_token is not None and offer.outcome is None:
        tasks.succeed(offer.task_token, "{}")
    return _details(offer)


def _visible(offer: OfferView | None, requester: Requester) -> OfferView:
    if offer is None or not access.may_act(requester, offer.client_sub, offer.therapist_sub):
        raise access.not_found("offer")
    return offer


def _details(offer: OfferView) -> OfferDetails:
    return OfferDetails.model_validate(
        {
            "booking_id": offer.booking_id,
            "therapist_id": offer.therapist_id,
            "service_id": offer.service_id,
            "client_id": offer.client_id,
            "starts_at": offer.starts_at,
            "ends_at": offer.ends_at,
            "local": local_times(offer.starts_at, offer.ends_at, offer.zone),
            "expires_at": offer.expires_at,
            "answer": offer.answer,
            "outcome": offer.outcome,
        }
    )
