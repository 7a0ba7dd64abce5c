"""Therapists, services and clients: who reads them, who writes them, and what keeps two writers apart."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel

from booking import access
from booking.contracts.people import (
    ClientAnswer,
    ClientBody,
    ClientList,
    MeAnswer,
    ServiceAnswer,
    ServiceBody,
    ServiceList,
    TherapistAnswer,
    TherapistBody,
    TherapistCard,
    TherapistList,
)
from booking.contracts.queries import Page, next_cursor, uuid_cursor
from booking.errors import Conflict, RuleBroken, StatementRefused
from booking.model import Requester
from booking.services.keep_limits import know_countries
from booking.store import Store, Stores
from booking.versions import demand_current
from booking.zones import zone_of

Clock = Callable[[], datetime]
Answer = TypeVar("Answer", bound=BaseModel)

THERAPISTS_OWN_FIELDS = frozenset(
    {"time_zone", "minimum_notice_minutes", "booking_window_days", "max_sessions_per_day", "contacts", "language"}
)
"""What therapists may change of themselves."""

CLIENTS_OWN_FIELDS = frozenset({"time_zone", "contacts", "language", "discreet"})
"""What clients may change of themselves: contact data, and consent in it."""


ANYONE: dict[str, object] = {"everyone": True, "own_client_id": None, "own_therapist_id": None, "sub": ""}
"""Whom one sees of clients one has just written."""


def me(stores: Stores, viewer: Requester) -> MeAnswer:
    """Who the caller is to this practice."""
    with stores.reading() as store:
        therapist_id, client_id = store.people.own_ids(viewer.sub)
    return MeAnswer(sub=viewer.sub, groups=sorted(viewer.groups), client_id=client_id, therapist_id=therapist_id)


# -- Therapists ------------------------------------------------------------------------------------------------------


def list_therapists(stores: Stores, page: Page) -> TherapistList:
    """A page of all therapists, as everyone sees them."""
    with stores.reading() as store:
        rows = store.people.therapists(uuid_cursor(page.cursor), page.limit + 1)
    shown = [TherapistCard.model_validate(row) for row in rows[: page.limit]]
    return TherapistList(therapists=shown, next=next_cursor(rows, page.limit, lambda row: str(row["id"])))


def get_therapist(stores: Stores, viewer: Requester | None, therapist_id: UUID) -> TherapistAnswer | TherapistCard:
    """All of it for operators and for themselves; the card for everyone else. Raises ``NotFound``."""
    with stores.reading() as store:
        row = store.people.therapist(therapist_id)
    if row is None:
        raise access.not_found("therapist")
    if viewer is not None and access.may_keep(viewer, row["user_sub"]):
        return TherapistAnswer.model_validate(row)
    return TherapistCard.model_validate(row)


def add_therapist(stores: Stores, viewer: Requester, body: TherapistBody, clock: Clock) -> TherapistAnswer:
    """A new therapist, without availability yet. Raises ``Forbidden``, ``RuleBroken``, ``Conflict``."""
    access.demand_operator(viewer)
    row = {**body.model_dump(), "id": body.id or uuid4()}
    with _logins_apart(), stores.transaction() as store:
        _know_services(store, body)
        know_countries(store, body.contacts)
        if not store.people.add_therapist(row, clock()):
            raise _id_taken()
        return _kept(TherapistAnswer, store.people.therapist(row["id"]))


def change_therapist(
    stores: Stores, viewer: Requester, therapist_id: UUID, body: TherapistBody, if_match: str | None, clock: Clock
) -> TherapistAnswer:
    """An operator changes everything, therapists of themselves what is theirs. Raises every ``Refusal``."""
    with _logins_apart(), stores.transaction() as store:
        row = store.people.therapist(therapist_id, lock=True)
        if row is None:
            raise access.not_found("therapist")
        if not access.may_keep(viewer, row["user_sub"]):
            raise access.forbidden("Only operators and the therapist may do this.")
        current = TherapistAnswer.model_validate(row)
        wanted = _wanted(TherapistAnswer, therapist_id, body)
        demand_current(if_match, current)
        if not access.is_operator(viewer):
            _demand_own_fields(current, wanted, THERAPISTS_OWN_FIELDS)
        _know_services(store, body)
        know_countries(store, body.contacts, current.contacts)
        store.people.change_therapist(wanted.model_dump(), clock())
        if wanted.time_zone != current.time_zone:
            zone = zone_of(wanted.time_zone, f"therapist {therapist_id}")
            store.calendars.set_days(therapist_id, zone, clock())
        return _kept(TherapistAnswer, store.people.therapist(therapist_id))


def _know_services(store: Store, body: TherapistBody) -> None:
    if unknown := store.people.unknown_services(body.services):
        raise RuleBroken(
            "rule-broken", "A rule is broken", f"services: {', '.join(map(str, unknown))} names no service"
        )


# -- Services --------------------------------------------------------------------------------------------------------


def list_services(stores: Stores, page: Page) -> ServiceList:
    """A page of all services."""
    with stores.reading() as store:
        rows = store.people.services(uuid_cursor(page.cursor), page.limit + 1)
    shown = [ServiceAnswer.model_validate(row) for row in rows[: page.limit]]
    return ServiceList(services=shown, next=next_cursor(rows, page.limit, lambda row: str(row["id"])))


def get_service(stores: Stores, service_id: UUID) -> ServiceAnswer:
    """One service. Raises ``NotFound``."""
    with stores.reading() as store:
        row = store.people.service(service_id)
    if row is None:
        raise access.not_found("service")
    return ServiceAnswer.model_validate(row)


def add_service(stores: Stores, viewer: Requester, body: ServiceBody) -> ServiceAnswer:
    """A new service, which nobody offers yet. Raises ``Forbidden``, ``Conflict``."""
    access.demand_operator(viewer)
    row = {**body.model_dump(), "id": body.id or uuid4()}
    with stores.transaction() as store:
        if not store.people.add_service(row):
            raise _id_taken()
        return _kept(ServiceAnswer, store.people.service(row["id"]))


def change_service(
    stores: Stores, viewer: Requester, service_id: UUID, body: ServiceBody, if_match: str | None
) -> ServiceAnswer:
    """Bookings that are made stay as they are. Raises every ``Refusal``."""
    access.demand_operator(viewer)
    with stores.transaction() as store:
        row = store.people.service(service_id, lock=True)
        if row is None:
            raise access.not_found("service")
        demand_current(if_match, ServiceAnswer.model_validate(row))
        wanted = _wanted(ServiceAnswer, service_id, body)
        store.people.change_service(wanted.model_dump())
        return _kept(ServiceAnswer, store.people.service(service_id))


# -- Clients ---------------------------------------------------------------------------------------------------------


def list_clients(stores: Stores, viewer: Requester, page: Page) -> ClientList:
    """A page of the clients the viewer sees."""
    with stores.transaction() as store:
        visible = access.visible_clients(viewer, *store.people.own_ids(viewer.sub))
        rows = store.people.clients(visible, uuid_cursor(page.cursor), page.limit + 1)
    shown = [ClientAnswer.model_validate(row) for row in rows[: page.limit]]
    return ClientList(clients=shown, next=next_cursor(rows, page.limit, lambda row: str(row["id"])))


def get_client(stores: Stores, viewer: Requester, client_id: UUID) -> ClientAnswer:
    """One client the viewer sees. Raises ``NotFound``."""
    with stores.transaction() as store:
        return _client(store, viewer, client_id)


def add_client(stores: Stores, viewer: Requester, body: ClientBody, clock: Clock) -> ClientAnswer:
    """A new client. Raises ``Forbidden``, ``Conflict``."""
    access.demand_staff(viewer)
    if body.user_sub is not None and not access.is_operator(viewer):
        raise access.forbidden("Only operators may set user_sub.")
    row = {**body.model_dump(), "id": body.id or uuid4()}
    with _logins_apart(), stores.transaction() as store:
        know_countries(store, body.contacts)
        if not store.people.add_client(row, viewer.sub, clock()):
            raise _id_taken()
        return _kept(ClientAnswer, store.people.client(row["id"], ANYONE))


def change_client(
    stores: Stores, viewer: Requester, client_id: UUID, body: ClientBody, if_match: str | None, clock: Clock
) -> ClientAnswer:
    """An operator changes everything, clients of themselves what is theirs. Raises every ``Refusal``."""
    with _logins_apart(), stores.transaction() as store:
        current = _client(store, viewer, client_id, lock=True)
        if not access.is_operator(viewer) and viewer.sub != current.user_sub:
            raise access.forbidden("Only operators and the client may do this.")
        wanted = _wanted(ClientAnswer, client_id, body)
        demand_current(if_match, current)
        if not access.is_operator(viewer):
            _demand_own_fields(current, wanted, CLIENTS_OWN_FIELDS)
        know_countries(store, body.contacts, current.contacts)
        store.people.change_client(wanted.model_dump(), clock())
        return _kept(ClientAnswer, store.people.client(client_id, ANYONE))


def _client(store: Store, viewer: Requester, client_id: UUID, *, lock: bool = False) -> ClientAnswer:
    visible = access.visible_clients(viewer, *store.people.own_ids(viewer.sub))
    row = store.people.client(client_id, visible, lock=lock)
    if row is None:
        raise access.not_found("client")
    return ClientAnswer.model_validate(row)


# -- What they share -------------------------------------------------------------------------------------------------


def _wanted(answer: type[Answer], own_id: UUID, body: BaseModel) -> Answer:
    if getattr(body, "id", None) not in (None, own_id):
        raise RuleBroken("rule-broken", "A rule is broken", "id: must be the one in the path, or left out")
    return answer.model_validate({**body.model_dump(), "id": own_id})


def _kept(answer: type[Answer], row: dict[str, Any] | None) -> Answer:
    """What was kept, read again: it may be less than was asked, and its ETag is the next GET's."""
    return answer.model_validate(row)


def _demand_own_fields(current: BaseModel, wanted: BaseModel, own: frozenset[str]) -> None:
    before, after = current.model_dump(), wanted.model_dump()
    others = sorted(name for name in before if before[name] != after[name] and name not in own)
    if others:
        raise access.forbidden(f"Only operators may change {', '.join(others)}.")


def _id_taken() -> Conflict:
    return Conflict("id-taken", "Id taken", "id: this id was used before. Sent twice? Then it is there already.")


@contextmanager
def _logins_apart() -> Iterator[None]:
    """A login that is someone else's, in words. Raises ``Conflict``."""
    try:
        yield
    except StatementRefused as refused:
        if refused.constraint in ("clients_user_sub_key", "therapists_user_sub_key"):
            raise Conflict("login-taken", "Login taken", "user_sub: this login belongs to someone else.") from None
        raise
