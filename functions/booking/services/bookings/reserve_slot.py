"""ReserveSlot: takes the time in PostgreSQL, or says who has it; of whoever is free, it finds who does."""

from booking.codes import Outcome
from booking.contracts.steps import Reserved, ReserveSlotInput
from booking.ports import Clock
from booking.services.bookings.any_therapist import (
    candidates,
    judged_together,
    least_booked_first,
    means_anyone,
)
from booking.services.bookings.reserving import as_decided, invalid, reserve_with
from booking.store import Stores

THE_NEXT_MAY = (Outcome.SLOT_TAKEN, Outcome.DAY_FULL, Outcome.THERAPIST_AWAY, Outcome.INVALID)
"""What one therapist may be refused for and another not; what is said of all of them is the first of these."""


def reserve_slot(stores: Stores, given: ReserveSlotInput, clock: Clock) -> Reserved:
    """Answers ``reserved``, what it is held for, or what stood in the way; the same again when run again.

    A request for whoever is free tries one therapist after the other, who has the fewest sessions that day first, each
    in transactions of its own: nobody holds one calendar while they wait for another.
    """
    request = given.request.to_request()
    if not means_anyone(request):
        return reserve_with(stores, given, request, clock)
    requester, now = given.requested_by.to_requester(), clock()
    with stores.autocommit() as store:
        decided, known = store.calendars.judged_by(given.booking_id, request, requester.sub, now)
        if decided is not None:
            return as_decided(store, given, decided, now)
        found = candidates(known, given.booking_id, requester, request, given.requested_at or now, now)
        able = least_booked_first(store, [each for each in found if each.is_able])
    if not able:
        return invalid(given, judged_together(request, found))
    refused = []
    for each in able:
        with_them = {"sessions": each.judged.sessions, "versions": each.judged.versions}
        answer = reserve_with(stores, given.model_copy(update=with_them), each.request, clock)
        if answer.outcome not in THE_NEXT_MAY:
            return answer
        refused.append(answer)
    return min(refused, key=lambda answer: THE_NEXT_MAY.index(answer.outcome))
