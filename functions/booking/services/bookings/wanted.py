"""What ReserveSlot and RejectBooking are given, in the store's words."""

from booking.contracts.steps import RejectBookingInput, ReserveSlotInput
from booking.model import Reason
from booking.store.reservations import Asked, Wanted


def asked_for(given: ReserveSlotInput | RejectBookingInput) -> Asked:
    """Who asked for what, under which id."""
    return Asked(given.booking_id, given.request.as_text(), given.requested_by.sub, given.execution)


def wanted(given: ReserveSlotInput | RejectBookingInput) -> list[Wanted]:
    """The sessions, numbered if they are a series."""
    in_a_series = given.request.recurrence is not None
    return [
        Wanted(
            booking_id=each.booking_id,
            occurrence=number if in_a_series else None,
            session=each.to_session(),
            reasons=tuple(Reason(reason.code, reason.message) for reason in each.reasons),
        )
        for number, each in enumerate(given.sessions, 1)
    ]
