"""The client pays a fee by themselves that their card did not take: a page of the provider's is opened for it."""

from booking import access, paid
from booking.contracts.bookings import BookingAnswer
from booking.contracts.payments import PaymentInput
from booking.errors import Refusal
from booking.model import Requester
from booking.ports import Clock, Workflows
from booking.problems import Problem
from booking.services.bookings.views import answer_of, open_page
from booking.services.payments.naming import page_name
from booking.store import Stores


def pay_fee(stores: Stores, workflows: Workflows, requester: Requester, booking_id: str, clock: Clock) -> BookingAnswer:
    """The booking, which soon has where to pay. Asked for twice, one page is opened.

    Raises ``Refusal`` when no fee is due, and for whose it is not to pay: its client's, and operators'.
    """
    now = clock()
    with stores.autocommit() as store:
        view = store.bookings.view(booking_id, requester.sub)
        if view is None or not access.may_act(requester, *view.parties):
            raise access.not_found("booking")
        if requester.sub != view.parties.client_sub and not access.is_operator(requester):
            raise access.forbidden("A fee is its client's to pay.")
        key = store.payments.unpaid_fee(booking_id)
    if key is None or view.money is None or not paid.is_fee_due(view.status, view.money):
        raise Refusal(Problem.NOTHING_DUE, "No fee is due that the card has not taken.")
    if open_page(view.money, now) is None:
        workflows.start_payment(page_name(key, now), PaymentInput(about="page", key=key, booking_id=booking_id))
    return answer_of(view, None, requester, now)
