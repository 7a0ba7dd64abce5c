"""Inviting somebody whose record is there: Cognito makes the login and writes to them; the record gets its ``sub``.

Each part may happen again: a login that is there, and proven to be theirs, is taken.
"""

from collections.abc import Callable

from booking.codes import Channel, Group
from booking.contracts.logins import InvitationAnswer
from booking.contracts.people import ClientAnswer, ClientBody, TherapistAnswer, TherapistBody
from booking.errors import ProviderRefused, ProviderUnavailable, Refusal
from booking.ports import Clock, Logins
from booking.problems import Problem
from booking.services.people.keeping import logins_apart
from booking.store import Store, Stores


def send_to_client(stores: Stores, logins: Logins, client: ClientAnswer, clock: Clock) -> InvitationAnswer:
    """Raises ``Refusal``. Whatever becomes of the mail, who proves that the address is theirs has this record."""
    address, now = address_of(client), clock()
    with stores.transaction() as store:
        store.logins.note_invitation(client.id, address, now)
    sub = _login(logins, client, address, Group.CLIENT, f"clients/{client.id}")
    _keep(stores, lambda store: store.logins.set_client_login(client.id, sub))
    return InvitationAnswer(id=client.id, address=address, invited_at=now)


def send_to_therapist(stores: Stores, logins: Logins, therapist: TherapistAnswer, clock: Clock) -> InvitationAnswer:
    """Raises ``Refusal``."""
    address, now = address_of(therapist), clock()
    sub = _login(logins, therapist, address, Group.THERAPIST, f"therapists/{therapist.id}")
    _keep(stores, lambda store: store.logins.set_therapist_login(therapist.id, sub))
    return InvitationAnswer(id=therapist.id, address=address, invited_at=now)


def address_of(person: ClientBody | TherapistBody) -> str:
    """Where their invitation goes: an address that is written to. Raises ``Refusal``."""
    if person.user_sub is not None:
        raise Refusal(Problem.HAS_LOGIN, "They have a login: they sign in with its address, and are sent a code.")
    if not person.active:
        raise Refusal(Problem.RULE_BROKEN, "active: who is not active is not invited")
    for each in person.contacts:
        if each.channel == Channel.EMAIL and each.consented and each.undeliverable is None:
            return each.address
    raise Refusal(Problem.RULE_BROKEN, "contacts: an invitation needs an e-mail address that may be written to")


def _login(logins: Logins, person: ClientAnswer | TherapistAnswer, address: str, group: Group, path: str) -> str:
    try:
        sub = logins.invite(address, group, person.language)
    except (ProviderUnavailable, ProviderRefused):
        detail = f"The record is kept; nobody is invited yet. Try again: POST /v1/{path}/invitation."
        raise Refusal(Problem.INVITATION_NOT_SENT, detail) from None
    if sub is None:
        detail = "There is a login with this address, which is disabled or whose address nobody has proven."
        raise Refusal(Problem.LOGIN_TAKEN, detail)
    return sub


def _keep(stores: Stores, set_login: Callable[[Store], bool]) -> None:
    with logins_apart(), stores.transaction() as store:
        if not set_login(store):  # somebody was quicker, with another login
            raise Refusal(Problem.HAS_LOGIN, "They have got another login meanwhile, or were erased.")
