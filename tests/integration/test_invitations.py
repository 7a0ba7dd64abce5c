"""Logins are made by staff in one call: whom they may invite, what is kept, and what happens when Cognito is away."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Channel, Group, Language
from booking.contracts.people import Contact, NewClientBody, NewTherapistBody
from booking.errors import ProviderRefused, ProviderUnavailable, Refusal
from booking.model import Requester
from booking.services.logins.invite_client import invite_client
from booking.services.logins.invite_therapist import invite_therapist
from booking.services.people import clients, therapists
from booking.store import Stores
from local import demo
from tests.fakes import FakeLogins, clock_at
from tests.rows import rows

NOW = datetime(2032, 3, 1, tzinfo=UTC)
OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
now = clock_at(NOW)


def email(address: str = "nora@example.com", *, consented: bool = True) -> list[Contact]:
    return [Contact(channel=Channel.EMAIL, address=address, consented=consented)]


def newcomer(**fields: object) -> NewClientBody:
    given = {"name": "Nora Ny", "time_zone": "Europe/Oslo", "contacts": email(), "language": "de", "invite": True}
    return NewClientBody.model_validate({**given, **fields})


def test_a_new_client_has_a_login_by_the_same_call(stores: Stores, db: Connection) -> None:
    logins = FakeLogins()
    made = clients.add_client(stores, logins, THERAPIST, newcomer(), now)
    assert made.user_sub == logins.subs["nora@example.com"]
    assert logins.invited == [("nora@example.com", Group.CLIENT, Language.DE)]
    [kept] = rows(db, "SELECT invited_address, invited_at FROM clients WHERE id = %s", str(made.id))
    assert kept == {"invited_address": "nora@example.com", "invited_at": NOW}


def test_a_therapist_is_invited_by_operators(stores: Stores) -> None:
    logins = FakeLogins()
    body = NewTherapistBody(name="Tom Ny", time_zone="Europe/Oslo", contacts=email("tom@example.com"), invite=True)
    with pytest.raises(Refusal, match="forbidden"):
        therapists.add_therapist(stores, logins, THERAPIST, body, now)
    made = therapists.add_therapist(stores, logins, OPERATOR, body, now)
    assert made.user_sub == logins.subs["tom@example.com"]
    assert logins.invited == [("tom@example.com", Group.THERAPIST, Language.EN)]


@pytest.mark.parametrize(
    "contacts", [[], email(consented=False), [Contact(channel=Channel.SMS, address="+447700900103", consented=True)]]
)
def test_who_could_not_be_written_to_is_not_entered_either(
    stores: Stores, db: Connection, contacts: list[Contact]
) -> None:
    with pytest.raises(Refusal, match="rule-broken") as refused:
        clients.add_client(stores, FakeLogins(), OPERATOR, newcomer(contacts=contacts), now)
    assert refused.value.detail.startswith("contacts: ")
    assert rows(db, "SELECT id FROM clients WHERE name = 'Nora Ny'") == []


@pytest.mark.parametrize("trouble", [ProviderUnavailable("Cognito: x"), ProviderRefused("Cognito: x")])
def test_without_cognito_the_record_is_kept_and_the_invitation_repeated(stores: Stores, trouble: Exception) -> None:
    logins, own_id = FakeLogins(broken=trouble), uuid4()
    with pytest.raises(Refusal, match="invitation-not-sent") as refused:
        clients.add_client(stores, logins, OPERATOR, newcomer(id=own_id), now)
    assert refused.value.problem.status == 503
    assert f"POST /v1/clients/{own_id}/invitation" in refused.value.detail
    assert clients.get_client(stores, OPERATOR, own_id).user_sub is None
    logins.broken = None
    assert invite_client(stores, logins, OPERATOR, own_id, now).address == "nora@example.com"
    assert clients.get_client(stores, OPERATOR, own_id).user_sub == logins.subs["nora@example.com"]


def test_an_answer_that_was_lost_is_found_again(stores: Stores, db: Connection) -> None:
    """Cognito has made the login, and PostgreSQL has not heard of it: the same call takes the one there is."""
    logins = FakeLogins()
    made = clients.add_client(stores, logins, OPERATOR, newcomer(), now)
    rows(db, "UPDATE clients SET user_sub = NULL WHERE id = %s RETURNING 1", str(made.id))
    invite_client(stores, logins, OPERATOR, made.id, now)
    assert clients.get_client(stores, OPERATOR, made.id).user_sub == made.user_sub
    assert len(logins.invited) == 1, "nobody was written to twice"


def test_who_has_a_login_is_told_to_sign_in(stores: Stores) -> None:
    with pytest.raises(Refusal, match="has-login"):
        invite_client(stores, FakeLogins(), OPERATOR, demo.CLIENT_ID, now)
    with pytest.raises(Refusal, match="has-login"):
        invite_therapist(stores, FakeLogins(), OPERATOR, demo.THERAPIST_ID, now)


def test_a_login_whose_address_nobody_has_proven_is_nobodys(stores: Stores) -> None:
    with pytest.raises(Refusal, match="login-taken"):
        clients.add_client(stores, FakeLogins({"nora@example.com": None}), OPERATOR, newcomer(), now)


def test_one_address_is_one_persons_login(stores: Stores) -> None:
    """Two people with one address: the second has no login, and is told so; capitals make no other address."""
    logins = FakeLogins()
    clients.add_client(stores, logins, OPERATOR, newcomer(), now)
    with pytest.raises(Refusal, match="login-taken"):
        clients.add_client(stores, logins, OPERATOR, newcomer(name="Nils Ny", contacts=email("NORA@example.com")), now)


def test_therapists_invite_their_own_clients_only(stores: Stores) -> None:
    other = Requester("sub-other-therapist", frozenset({Group.THERAPIST}))
    made = clients.add_client(stores, FakeLogins(), THERAPIST, newcomer(invite=False), now)
    with pytest.raises(Refusal, match="client-not-found"):
        invite_client(stores, FakeLogins(), other, made.id, now)
    with pytest.raises(Refusal, match="forbidden"):
        invite_client(stores, FakeLogins(), Requester("sub-client", frozenset()), demo.CLIENT_ID, now)
    with pytest.raises(Refusal, match="client-not-found"):
        invite_client(stores, FakeLogins(), OPERATOR, UUID(int=9), now)
    with pytest.raises(Refusal, match="forbidden"):
        invite_therapist(stores, FakeLogins(), THERAPIST, demo.THERAPIST_ID, now)
    with pytest.raises(Refusal, match="therapist-not-found"):
        invite_therapist(stores, FakeLogins(), OPERATOR, UUID(int=9), now)
    assert invite_client(stores, FakeLogins(), THERAPIST, made.id, now).id == made.id
