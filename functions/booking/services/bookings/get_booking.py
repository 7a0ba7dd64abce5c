"""GET one booking: the requester's, or none. And the list of those that are."""

from booking import access
from booking.codes import BookingStatus, Group
from booking.contracts.bookings import BookingAnswer, BookingList, BookingsQuery
from booking.contracts.queries import next_cursor, time_and_id, time_cursor
from booking.contracts.states import AttentionState
from booking.contracts.steps import RequestBody
from booking.model import Requester
from booking.ports import Clock, Workflows
from booking.services.bookings.looking_up import Pending, look_up
from booking.services.bookings.views import answer_of, attention_state, summary
from booking.store import Stores
from booking.store.bookings import Filter


def get_booking(
    stores: Stores, workflows: Workflows, requester: Requester, booking_id: str, clock: Clock
) -> BookingAnswer:
    """The booking, with what changing it comes to now. Raises ``Refusal`` when there is none, and when it is not the
    requester's: the two look alike.
    """
    found, attention, is_visible = look_up(stores, workflows, requester, booking_id)
    if found is None or not is_visible:
        raise access.not_found("booking")
    if isinstance(found, Pending):
        return _pending_answer(booking_id, found.request, attention_state(attention))
    return answer_of(found, attention, requester, clock())


def list_bookings(stores: Stores, requester: Requester, query: BookingsQuery) -> BookingList:
    """Those of the requester's bookings that the query asks for, in order of time; someone else's are not there."""
    with stores.transaction() as store:
        own_therapist_id, own_client_id = store.people.own_ids(requester.sub)
        chosen = Filter(
            therapist_id=query.therapist_id,
            client_id=query.client_id,
            starts_from=query.starts_from,
            starts_before=query.starts_before,
            status=query.status,
            awaits=query.awaits,
            attention=query.attention,
            everything=access.is_operator(requester),
            own_therapist_id=own_therapist_id if requester.is_in(Group.THERAPIST) else None,
            own_client_id=own_client_id,
        )
        found = store.bookings.page(chosen, time_cursor(query.cursor), query.limit + 1)
    return BookingList(
        bookings=[summary(each, requester) for each in found[: query.limit]],
        next=next_cursor(found, query.limit, lambda last: time_and_id(last.session.starts_at, last.session.booking_id)),
    )


def _pending_answer(booking_id: str, request: RequestBody, attention: AttentionState | None) -> BookingAnswer:
    return BookingAnswer(
        booking_id=booking_id,
        status=BookingStatus.PENDING,
        therapist_id=request.therapist_id,
        service_id=request.service_id,
        client_id=request.client_id,
        starts_at=request.to_request().starts_at,
        series_id=booking_id if request.recurrence is not None else None,
        attention=attention,
    )
