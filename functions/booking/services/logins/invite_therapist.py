"""Inviting a therapist whose record is there: by operators."""

from uuid import UUID

from booking import access
from booking.contracts.logins import InvitationAnswer
from booking.contracts.people import TherapistAnswer
from booking.model import Requester
from booking.ports import Clock, Logins
from booking.services.logins.invitations import send_to_therapist
from booking.store import Stores


def invite_therapist(
    stores: Stores, logins: Logins, requester: Requester, therapist_id: UUID, clock: Clock
) -> InvitationAnswer:
    """Raises ``Refusal``."""
    access.demand_operator(requester)
    with stores.autocommit() as store:
        row = store.people.therapist(therapist_id)
    if row is None:
        raise access.not_found("therapist")
    return send_to_therapist(stores, logins, TherapistAnswer.model_validate(row), clock)
