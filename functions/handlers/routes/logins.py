"""Inviting people whose records are there. New ones are invited by ``invite`` when they are entered."""

from uuid import UUID

from booking.contracts.logins import InvitationAnswer
from booking.model import Requester
from booking.problems import Problem
from booking.services.logins.invite_client import invite_client as send_to_client
from booking.services.logins.invite_therapist import invite_therapist as send_to_therapist
from handlers._operations import Operation
from handlers._outside import outside

_REFUSALS = (
    *(Problem.FORBIDDEN, Problem.HAS_LOGIN, Problem.LOGIN_TAKEN),
    *(Problem.RULE_BROKEN, Problem.INVITATION_NOT_SENT),
)


@Operation(
    "inviteClient",
    "POST",
    "/v1/clients/{client_id}/invitation",
    tag="Clients",
    summary="Make a client a login, and write to them (operators; therapists those who come to them)",
    answered="Invited",
    refusals=(Problem.CLIENT_NOT_FOUND, *_REFUSALS),
)
def invite_client(client_id: UUID, requester: Requester) -> InvitationAnswer:
    return send_to_client(outside.stores, outside.logins, requester, client_id, outside.clock)


@Operation(
    "inviteTherapist",
    "POST",
    "/v1/therapists/{therapist_id}/invitation",
    tag="Therapists",
    summary="Make a therapist a login, and write to them (operators)",
    answered="Invited",
    refusals=(Problem.THERAPIST_NOT_FOUND, *_REFUSALS),
)
def invite_therapist(therapist_id: UUID, requester: Requester) -> InvitationAnswer:
    return send_to_therapist(outside.stores, outside.logins, requester, therapist_id, outside.clock)
