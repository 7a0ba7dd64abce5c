"""Therapists, services and clients."""

from uuid import UUID

from booking.contracts.clients import ClientsQuery
from booking.contracts.people import (
    ClientAnswer,
    ClientBody,
    ClientList,
    NewClientBody,
    NewTherapistBody,
    ServiceAnswer,
    ServiceBody,
    ServiceList,
    TherapistAnswer,
    TherapistBody,
    TherapistCard,
    TherapistList,
)
from booking.contracts.queries import Page
from booking.model import Requester
from booking.problems import Problem
from booking.services.people import clients as client_records
from booking.services.people import services as service_records
from booking.services.people import therapists as therapist_records
from handlers._operations import ASKED_ANEW, Operation, Who
from handlers._outside import outside

# -- Therapists ------------------------------------------------------------------------------------------------------


@Operation(
    "listTherapistsForApplications",
    "GET",
    "/v1/catalogue/therapists",
    tag="Catalogue",
    who=Who.APPLICATIONS,
    summary="For applications: all therapists",
    cached=ASKED_ANEW,
)
@Operation("listTherapists", "GET", "/v1/therapists", tag="Therapists", summary="All therapists, as everyone sees them")
def therapists(query: Page) -> TherapistList:
    return therapist_records.list_therapists(outside.stores, query)


@Operation(
    "getTherapist",
    "GET",
    "/v1/therapists/{therapist_id}",
    tag="Therapists",
    summary="One therapist: all of it for operators and themselves, else as everyone sees them",
    refusals=(Problem.THERAPIST_NOT_FOUND,),
    versioned=True,
)
def therapist(therapist_id: UUID, requester: Requester) -> TherapistAnswer | TherapistCard:
    return therapist_records.get_therapist(outside.stores, requester, therapist_id)


@Operation(
    "addTherapist",
    "POST",
    "/v1/therapists",
    tag="Therapists",
    summary="A new therapist (operators)",
    answered="Created",
    status=201,
    location="therapists/{id}",
    refusals=(
        *(Problem.FORBIDDEN, Problem.ID_TAKEN, Problem.LOGIN_TAKEN, Problem.RULE_BROKEN),
        *(Problem.HAS_LOGIN, Problem.INVITATION_NOT_SENT),
    ),
    versioned=True,
)
def add_therapist(requester: Requester, body: NewTherapistBody) -> TherapistAnswer:
    return therapist_records.add_therapist(outside.stores, outside.logins, requester, body, outside.clock)


@Operation(
    "changeTherapist",
    "PUT",
    "/v1/therapists/{therapist_id}",
    tag="Therapists",
    summary="Change a therapist (operators; therapists what is theirs)",
    answered="Done",
    refusals=(Problem.FORBIDDEN, Problem.THERAPIST_NOT_FOUND, Problem.LOGIN_TAKEN, Problem.RULE_BROKEN),
    versioned=True,
)
def change_therapist(
    therapist_id: UUID, requester: Requester, body: TherapistBody, if_match: str | None
) -> TherapistAnswer:
    return therapist_records.change_therapist(outside.stores, requester, therapist_id, body, if_match, outside.clock)


# -- Services --------------------------------------------------------------------------------------------------------


@Operation(
    "listServicesForApplications",
    "GET",
    "/v1/catalogue/services",
    tag="Catalogue",
    who=Who.APPLICATIONS,
    summary="For applications: all services",
    cached=ASKED_ANEW,
)
@Operation("listServices", "GET", "/v1/services", tag="Services", summary="All services")
def services(query: Page) -> ServiceList:
    return service_records.list_services(outside.stores, query)


@Operation(
    "getService",
    "GET",
    "/v1/services/{service_id}",
    tag="Services",
    summary="One service",
    refusals=(Problem.SERVICE_NOT_FOUND,),
    versioned=True,
)
def service(service_id: UUID) -> ServiceAnswer:
    return service_records.get_service(outside.stores, service_id)


@Operation(
    "addService",
    "POST",
    "/v1/services",
    tag="Services",
    summary="A new service (operators)",
    answered="Created",
    status=201,
    location="services/{id}",
    refusals=(Problem.FORBIDDEN, Problem.ID_TAKEN, Problem.RULE_BROKEN),
    versioned=True,
)
def add_service(requester: Requester, body: ServiceBody) -> ServiceAnswer:
    return service_records.add_service(outside.stores, requester, body)


@Operation(
    "changeService",
    "PUT",
    "/v1/services/{service_id}",
    tag="Services",
    summary="Change a service (operators); bookings that are made stay as they are",
    answered="Done",
    refusals=(Problem.FORBIDDEN, Problem.SERVICE_NOT_FOUND, Problem.RULE_BROKEN),
    versioned=True,
)
def change_service(service_id: UUID, requester: Requester, body: ServiceBody, if_match: str | None) -> ServiceAnswer:
    return service_records.change_service(outside.stores, requester, service_id, body, if_match)


# -- Clients ---------------------------------------------------------------------------------------------------------


@Operation(
    "listClients",
    "GET",
    "/v1/clients",
    tag="Clients",
    summary="The clients you may see: therapists those who come to them, operators all",
)
def clients(requester: Requester, query: ClientsQuery) -> ClientList:
    return client_records.list_clients(outside.stores, requester, query)


@Operation(
    "getClient",
    "GET",
    "/v1/clients/{client_id}",
    tag="Clients",
    summary="One client",
    refusals=(Problem.CLIENT_NOT_FOUND,),
    versioned=True,
)
def client(client_id: UUID, requester: Requester) -> ClientAnswer:
    return client_records.get_client(outside.stores, requester, client_id)


@Operation(
    "addClient",
    "POST",
    "/v1/clients",
    tag="Clients",
    summary="A new client (therapists, operators)",
    answered="Created",
    status=201,
    location="clients/{id}",
    refusals=(
        *(Problem.FORBIDDEN, Problem.ID_TAKEN, Problem.LOGIN_TAKEN, Problem.RULE_BROKEN),
        *(Problem.HAS_LOGIN, Problem.INVITATION_NOT_SENT),
    ),
    versioned=True,
)
def add_client(requester: Requester, body: NewClientBody) -> ClientAnswer:
    return client_records.add_client(outside.stores, outside.logins, requester, body, outside.clock)


@Operation(
    "changeClient",
    "PUT",
    "/v1/clients/{client_id}",
    tag="Clients",
    summary="Change a client (operators; clients their own contact data and consents)",
    answered="Done",
    refusals=(Problem.FORBIDDEN, Problem.CLIENT_NOT_FOUND, Problem.LOGIN_TAKEN, Problem.RULE_BROKEN),
    versioned=True,
)
def change_client(client_id: UUID, requester: Requester, body: ClientBody, if_match: str | None) -> ClientAnswer:
    return client_records.change_client(outside.stores, requester, client_id, body, if_match, outside.clock)
