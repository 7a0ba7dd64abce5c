"""Therapists: read by everyone, written by operators and, what is their own, by themselves."""

from uuid import UUID, uuid4

from booking import access
from booking.contracts.people import NewTherapistBody, TherapistAnswer, TherapistBody, TherapistCard, TherapistList
from booking.contracts.queries import Page, next_cursor, uuid_cursor
from booking.errors import Refusal
from booking.model import Requester
from booking.ports import Clock, Logins
from booking.problems import Problem
from booking.services.logins import invitations
from booking.services.people.keeping import (
    demand_own_fields,
    demand_textable,
    id_taken,
    kept,
    logins_apart,
    replacement,
)
from booking.store import Store, Stores
from booking.versions import demand_current
from booking.zones import zone_of

THERAPISTS_OWN_FIELDS = frozenset(
    {
        *("time_zone", "minimum_notice_minutes", "booking_window_days", "max_sessions_per_day", "contacts", "language"),
        *("room", "address", "video_link"),
    }
)
"""What therapists may change of themselves."""


def list_therapists(stores: Stores, page: Page) -> TherapistList:
    """A page of all therapists, as everyone sees them."""
    with stores.autocommit() as store:
        rows = store.people.therapists(uuid_cursor(page.cursor), page.limit + 1)
    listed = [TherapistCard.model_validate(row) for row in rows[: page.limit]]
    return TherapistList(therapists=listed, next=next_cursor(rows, page.limit, lambda row: str(row["id"])))


def get_therapist(stores: Stores, requester: Requester, therapist_id: UUID) -> TherapistAnswer | TherapistCard:
    """All of it for operators and for themselves; the card for everyone else. Raises ``Refusal``."""
    with stores.autocommit() as store:
        row = store.people.therapist(therapist_id)
    if row is None:
        raise access.not_found("therapist")
    if access.may_keep(requester, row["user_sub"]):
        return TherapistAnswer.model_validate(row)
    return TherapistCard.model_validate(row)


def add_therapist(
    stores: Stores, logins: Logins, requester: Requester, body: NewTherapistBody, clock: Clock
) -> TherapistAnswer:
    """A new therapist, without availability yet. Raises ``Refusal``."""
    access.demand_operator(requester)
    if body.invite:
        invitations.address_of(body)  # before anything is kept
    row = {**body.model_dump(exclude={"invite"}), "id": body.id or uuid4()}
    with logins_apart(), stores.transaction() as store:
        _demand_services(store, body)
        demand_textable(store, body.contacts)
        if not store.people.add_therapist(row, clock()):
            raise id_taken()
        added = kept(TherapistAnswer, store.people.therapist(row["id"]))
    if not body.invite:
        return added
    invitations.send_to_therapist(stores, logins, added, clock)
    with stores.autocommit() as store:
        return kept(TherapistAnswer, store.people.therapist(added.id))


def change_therapist(
    stores: Stores, requester: Requester, therapist_id: UUID, body: TherapistBody, if_match: str | None, clock: Clock
) -> TherapistAnswer:
    """An operator changes everything, therapists of themselves what is theirs. Raises ``Refusal``."""
    with logins_apart(), stores.transaction() as store:
        row = store.people.lock_therapist(therapist_id)
        if row is None:
            raise access.not_found("therapist")
        if not access.may_keep(requester, row["user_sub"]):
            raise access.forbidden("Only operators and the therapist may do this.")
        current = TherapistAnswer.model_validate(row)
        replaced = replacement(TherapistAnswer, therapist_id, body)
        demand_current(if_match, current)
        if not access.is_operator(requester):
            demand_own_fields(current, replaced, THERAPISTS_OWN_FIELDS)
        _demand_services(store, body)
        demand_textable(store, body.contacts, current.contacts)
        store.people.change_therapist(replaced.model_dump(), clock())
        if replaced.time_zone != current.time_zone:
            zone = zone_of(replaced.time_zone, f"therapist {therapist_id}")
            store.calendars.set_days(therapist_id, zone, clock())
        return kept(TherapistAnswer, store.people.therapist(therapist_id))


def _demand_services(store: Store, body: TherapistBody) -> None:
    if unknown := store.people.unknown_services(body.services):
        raise Refusal(Problem.RULE_BROKEN, f"services: {', '.join(map(str, unknown))} names no service")
