"""Inviting a client whose record is there: by operators, and by therapists to whom they come."""

from uuid import UUID

from booking import access
from booking.contracts.logins import InvitationAnswer
from booking.contracts.people import ClientAnswer
from booking.model import Requester
from booking.ports import Clock, Logins
from booking.services.logins.invitations import send_to_client
from booking.store import Stores


def invite_client(
    stores: Stores, logins: Logins, requester: Requester, client_id: UUID, clock: Clock
) -> InvitationAnswer:
    """Raises ``Refusal``."""
    access.demand_staff(requester)
    with stores.transaction() as store:
        visible = access.visible_clients(requester, *store.people.own_ids(requester.sub))
        row = store.people.client(client_id, visible)
    if row is None:
        raise access.not_found("client")
    return send_to_client(stores, logins, ClientAnswer.model_validate(row), clock)
