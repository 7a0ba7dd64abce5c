"""Therapists, services and clients."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from booking.contracts.people import ClientBody, ServiceBody, TherapistBody
from booking.contracts.queries import Page
from booking.services import people
from handlers._calls import answered, answered_with_version, body, caller, if_match, location, query, uuid_of
from handlers._runtime import stores, utc_now

router = Router()  # type: ignore[no-untyped-call]  # Powertools does not type it


@router.get("/v1/me")
def me() -> Response[str]:
    return answered(people.me(stores(), caller(router)))


# -- Therapists ------------------------------------------------------------------------------------------------------


@router.get("/v1/therapists")
@router.get("/v1/catalogue/therapists")
def therapists() -> Response[str]:
    return answered(people.list_therapists(stores(), query(router, Page)))


@router.get("/v1/therapists/<therapist_id>")
def therapist(therapist_id: str) -> Response[str]:
    known = uuid_of(therapist_id, "therapist")
    return answered_with_version(people.get_therapist(stores(), caller(router), known))


@router.post("/v1/therapists")
def add_therapist() -> Response[str]:
    answer = people.add_therapist(stores(), caller(router), body(router, TherapistBody), utc_now)
    return answered_with_version(answer, 201, Location=location(router, f"therapists/{answer.id}"))


@router.put("/v1/therapists/<therapist_id>")
def change_therapist(therapist_id: str) -> Response[str]:
    known, given = uuid_of(therapist_id, "therapist"), body(router, TherapistBody)
    answer = people.change_therapist(stores(), caller(router), known, given, if_match(router), utc_now)
    return answered_with_version(answer)


# -- Services --------------------------------------------------------------------------------------------------------


@router.get("/v1/services")
@router.get("/v1/catalogue/services")
def services() -> Response[str]:
    return answered(people.list_services(stores(), query(router, Page)))


@router.get("/v1/services/<service_id>")
def service(service_id: str) -> Response[str]:
    return answered_with_version(people.get_service(stores(), uuid_of(service_id, "service")))


@router.post("/v1/services")
def add_service() -> Response[str]:
    answer = people.add_service(stores(), caller(router), body(router, ServiceBody))
    return answered_with_version(answer, 201, Location=location(router, f"services/{answer.id}"))


@router.put("/v1/services/<service_id>")
def change_service(service_id: str) -> Response[str]:
    known, given = uuid_of(service_id, "service"), body(router, ServiceBody)
    answer = people.change_service(stores(), caller(router), known, given, if_match(router))
    return answered_with_version(answer)


# -- Clients ---------------------------------------------------------------------------------------------------------


@router.get("/v1/clients")
def clients() -> Response[str]:
    return answered(people.list_clients(stores(), caller(router), query(router, Page)))


@router.get("/v1/clients/<client_id>")
def client(client_id: str) -> Response[str]:
    return answered_with_version(people.get_client(stores(), caller(router), uuid_of(client_id, "client")))


@router.post("/v1/clients")
def add_client() -> Response[str]:
    answer = people.add_client(stores(), caller(router), body(router, ClientBody), utc_now)
    return answered_with_version(answer, 201, Location=location(router, f"clients/{answer.id}"))


@router.put("/v1/clients/<client_id>")
def change_client(client_id: str) -> Response[str]:
    known, given = uuid_of(client_id, "client"), body(router, ClientBody)
    answer = people.change_client(stores(), caller(router), known, given, if_match(router), utc_now)
    return answered_with_version(answer)
