"""ReserveSlot: takes the time in PostgreSQL, in one transaction, or says who has it."""

from typing import Literal

from booking import rules
from booking.contracts import NotificationContract, ReasonContract, Reserved, ReserveSlotInput
from booking.errors import ReservationContended
from booking.model import BookingStatus, NotificationEvent, Outcome, ReasonCode, Session
from booking.store import NewNotification, Stores

Refusal = Literal[Outcome.SLOT_TAKEN, Outcome.CLIENT_BUSY, Outcome.KEY_CONFLICT]

ATTEMPTS = 5
"""How often a conflict may have vanished by the time we look for its cause before we leave it to the workflow."""


def reserve_slot(stores: Stores, given: ReserveSlotInput) -> Reserved:
    """Answers ``reserved``, ``slot_taken``, ``client_busy`` or ``key_conflict``; the same again when run again.

    Raises ``ReservationContended`` when the slot keeps changing hands, and what ``Database.transaction`` raises.
    """
    session, request = Session(**given.session.model_dump()), given.request.as_text()
    for _ in range(ATTEMPTS):
        with stores.transaction() as store:
            reserved = store.reserve(given.booking_id, session, request, given.requested_by.sub, given.execution)
            if reserved is not None:
                return _reserved(reserved)
            obstacle = store.obstacle(given.booking_id, session)
            if obstacle.same_id is not None:
                if obstacle.same_id.status == BookingStatus.REJECTED or not obstacle.same_id.answers(
                    request, given.requested_by.sub
                ):
                    return _refused(Outcome.KEY_CONFLICT, ReasonCode.KEY_CONFLICT)
                return _reserved(store.notifications(given.booking_id, NotificationEvent.BOOKING_CONFIRMED))
            if obstacle.therapist_busy:
                return _refused(Outcome.SLOT_TAKEN, ReasonCode.SLOT_TAKEN)
            if obstacle.client_busy:
                return _refused(Outcome.CLIENT_BUSY, ReasonCode.CLIENT_BUSY)
    raise ReservationContended(f"no reservation and no obstacle in {ATTEMPTS} attempts")


def _reserved(notifications: list[NewNotification]) -> Reserved:
    return Reserved(
        outcome=Outcome.RESERVED, notifications=[NotificationContract(**vars(each)) for each in notifications]
    )


def _refused(outcome: Refusal, code: ReasonCode) -> Reserved:
    reason = rules.reason(code)
    return Reserved(outcome=outcome, reasons=[ReasonContract(code=reason.code, message=reason.message)])
