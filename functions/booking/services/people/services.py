"""Services: read by everyone, written by operators."""

from uuid import UUID, uuid4

from booking import access
from booking.contracts.people import ServiceAnswer, ServiceBody, ServiceList
from booking.contracts.queries import Page, next_cursor, uuid_cursor
from booking.model import Requester
from booking.services.people.keeping import id_taken, kept, replacement
from booking.store import Stores
from booking.versions import demand_current


def list_services(stores: Stores, page: Page) -> ServiceList:
    """A page of all services."""
    with stores.autocommit() as store:
        rows = store.people.services(uuid_cursor(page.cursor), page.limit + 1)
    listed = [ServiceAnswer.model_validate(row) for row in rows[: page.limit]]
    return ServiceList(services=listed, next=next_cursor(rows, page.limit, lambda row: str(row["id"])))


def get_service(stores: Stores, service_id: UUID) -> ServiceAnswer:
    """One service. Raises ``Refusal``."""
    with stores.autocommit() as store:
        row = store.people.service(service_id)
    if row is None:
        raise access.not_found("service")
    return ServiceAnswer.model_validate(row)


def add_service(stores: Stores, requester: Requester, body: ServiceBody) -> ServiceAnswer:
    """A new service, which nobody offers yet. Raises ``Refusal``."""
    access.demand_operator(requester)
    row = {**body.model_dump(), "id": body.id or uuid4()}
    with stores.transaction() as store:
        if not store.people.add_service(row):
            raise id_taken()
        return kept(ServiceAnswer, store.people.service(row["id"]))


def change_service(
    stores: Stores, requester: Requester, service_id: UUID, body: ServiceBody, if_match: str | None
) -> ServiceAnswer:
    """Bookings that are made stay as they are. Raises ``Refusal``."""
    access.demand_operator(requester)
    with stores.transaction() as store:
        row = store.people.lock_service(service_id)
        if row is None:
            raise access.not_found("service")
        demand_current(if_match, ServiceAnswer.model_validate(row))
        replaced = replacement(ServiceAnswer, service_id, body)
        store.people.change_service(replaced.model_dump())
        return kept(ServiceAnswer, store.people.service(service_id))
