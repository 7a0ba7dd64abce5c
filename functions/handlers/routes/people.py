"""Therapists, services and clients."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from booking.contracts.people import ClientBody, ServiceBody, TherapistBody
from booking.contracts.queries import Page
from booking.services.people import clients as client_records
from booking.services.people import services as service_records
from booking.services.people import therapists as therapist_records
from booking.services.people.me import me as who_is
from handlers._calls import answered, answered_with_version, body, caller, if_match, location, query, uuid_of
from handlers._outside import outside

router = Router()  # type: ignore[no-untyped-call]  # Powertools does not type it


@router.get("/v1/me")
def me() -> Response[str]:
    return answered(who_is(outside.stores, caller(router)))


# -- Therapists ------------------------------------------------------------------------------------------------------


@router.get("/v1/therapists")
@router.get("/v1/catalogue/therapists")
def therapists() -> Response[str]:
    return answered(therapist_records.list_therapists(outside.stores, query(router, Page)))


@router.get("/v1/therapists/<therapist_id>")
def therapist(therapist_id: str) -> Response[str]:
    known = uuid_of(therapist_id, "therapist")
    return answered_with_version(therapist_records.get_therapist(outside.stores, caller(router), known))


@router.post("/v1/therapists")
def add_therapist() -> Response[str]:
    answer = therapist_records.add_therapist(outside.stores, caller(router), body(router, TherapistBody), outside.clock)
    return answered_with_version(answer, 201, Location=location(router, f"therapists/{answer.id}"))


@router.put("/v1/therapists/<therapist_id>")
def change_therapist(therapist_id: str) -> Response[str]:
    known, given = uuid_of(therapist_id, "therapist"), body(router, TherapistBody)
    answer = therapist_records.change_therapist(
        outside.stores, caller(router), known, given, if_match(router), outside.clock
    )
    return answered_with_version(answer)


# -- Services --------------------------------------------------------------------------------------------------------


@router.get("/v1/services")
@router.get("/v1/catalogue/services")
def services() -> Response[str]:
    return answered(service_records.list_services(outside.stores, query(router, Page)))


@router.get("/v1/services/<service_id>")
def service(service_id: str) -> Response[str]:
    return answered_with_version(service_records.get_service(outside.stores, uuid_of(service_id, "service")))


@router.post("/v1/services")
def add_service() -> Response[str]:
    answer = service_records.add_service(outside.stores, caller(router), body(router, ServiceBody))
    return answered_with_version(answer, 201, Location=location(router, f"services/{answer.id}"))


@router.put("/v1/services/<service_id>")
def change_service(service_id: str) -> Response[str]:
    known, given = uuid_of(service_id, "service"), body(router, ServiceBody)
    answer = service_records.change_service(outside.stores, caller(router), known, given, if_match(router))
    return answered_with_version(answer)


# -- Clients ---------------------------------------------------------------------------------------------------------


@router.get("/v1/clients")
def clients() -> Response[str]:
    return answered(client_records.list_clients(outside.stores, caller(router), query(router, Page)))


@router.get("/v1/clients/<client_id>")
def client(client_id: str) -> Response[str]:
    return answered_with_version(
        client_records.get_client(outside.stores, caller(router), uuid_of(client_id, "client"))
    )


@router.post("/v1/clients")
def add_client() -> Response[str]:
    answer = client_records.add_client(outside.stores, caller(router), body(router, ClientBody), outside.clock)
    return answered_with_version(answer, 201, Location=location(router, f"clients/{answer.id}"))


@router.put("/v1/clients/<client_id>")
def change_client(client_id: str) -> Response[str]:
    known, given = uuid_of(client_id, "client"), body(router, ClientBody)
    answer = client_records.change_client(outside.stores, caller(router), known, given, if_match(router), outside.clock)
    return answered_with_version(answer)
