"""What staff do with the records of clients: find, confirm and merge them, and decide what clients ask."""

from uuid import UUID

from booking.contracts.clients import (
    ClientSearch,
    DataRequestAnswer,
    DataRequestList,
    DataRequestPage,
    DecisionBody,
    DuplicateList,
    MergeBody,
)
from booking.contracts.me import FileAnswer
from booking.contracts.people import ClientAnswer, ClientList
from booking.model import Requester
from booking.problems import Problem
from booking.services.people import clients as client_records
from booking.services.people import data_requests
from booking.services.people import merge_clients as merging
from handlers._operations import Operation
from handlers._outside import outside


@Operation(
    "searchClients",
    "POST",
    "/v1/clients/search",
    tag="Clients",
    summary="Find clients by name, address or number (therapists theirs, operators all)",
    description=(
        "In the body, for a name does not belong in a URL. Each word of the text begins a word of the name, or the "
        "address, or the number; in any order, without regard to accents and capitals. A number is found as +49 170 …, "
        "0049 170 …, 0170 … and 170 …."
    ),
    answered="A page, in order of their ids",
    refusals=(Problem.FORBIDDEN, Problem.INVALID_PARAMETER, Problem.RULE_BROKEN),
)
def search(requester: Requester, body: ClientSearch) -> ClientList:
    return client_records.search_clients(outside.stores, requester, body)


@Operation(
    "confirmClient",
    "POST",
    "/v1/clients/{client_id}/confirmation",
    tag="Clients",
    summary="Say that the practice knows this person (therapists, operators)",
    description="Who made their record themselves may have few sessions to come until then: max_open_bookings.",
    answered="Done",
    refusals=(Problem.FORBIDDEN, Problem.CLIENT_NOT_FOUND),
    versioned=True,
)
def confirm(client_id: UUID, requester: Requester) -> ClientAnswer:
    return client_records.confirm_client(outside.stores, requester, client_id, outside.clock)


@Operation(
    "listDuplicates",
    "GET",
    "/v1/clients/{client_id}/duplicates",
    tag="Clients",
    summary="Records that may be of the same person (therapists, operators)",
    answered="Those with the most in common first",
    refusals=(Problem.FORBIDDEN, Problem.CLIENT_NOT_FOUND),
)
def duplicates(client_id: UUID, requester: Requester) -> DuplicateList:
    return merging.list_duplicates(outside.stores, requester, client_id)


@Operation(
    "mergeClients",
    "POST",
    "/v1/clients/{client_id}/merge",
    tag="Clients",
    summary="Make one record of two (operators)",
    description=(
        "What the duplicate has becomes this client's: sessions, entries of the wait list, contacts, consents, history "
        "and login. The duplicate ends, and its id names no client any more. sessions-overlap lists in bookings what "
        "stands in the way."
    ),
    answered="The client, with what both had",
    refusals=(
        Problem.FORBIDDEN,
        Problem.CLIENT_NOT_FOUND,
        Problem.LOGINS_OF_BOTH,
        Problem.SESSIONS_OVERLAP,
        Problem.RULE_BROKEN,
    ),
    versioned=True,
)
def merge(client_id: UUID, requester: Requester, body: MergeBody) -> ClientAnswer:
    return merging.merge_clients(outside.stores, requester, client_id, body, outside.clock)


@Operation(
    "exportClient",
    "GET",
    "/v1/clients/{client_id}/export",
    tag="Clients",
    summary="All that is kept of a client (operators); that it was given out is recorded",
    refusals=(Problem.FORBIDDEN, Problem.CLIENT_NOT_FOUND),
)
def export(client_id: UUID, requester: Requester) -> FileAnswer:
    return data_requests.export_client(outside.stores, requester, client_id, outside.clock)


@Operation(
    "listClientRequests",
    "GET",
    "/v1/client-requests",
    tag="Clients",
    summary="What clients ask the practice to do with their data (operators)",
    answered="Those that wait longest first",
    refusals=(Problem.FORBIDDEN,),
)
def requests(requester: Requester, query: DataRequestPage) -> DataRequestList:
    return data_requests.list_client_requests(outside.stores, requester, query)


@Operation(
    "decideClientRequest",
    "POST",
    "/v1/client-requests/{request_id}/decision",
    tag="Clients",
    summary="Grant or refuse what a client asks (operators)",
    description=(
        "Granting an export lets the client fetch it. Granting a deletion erases the client there and then, unless "
        "they have sessions to come, and says which login is to be deleted. Deciding the same again is success."
    ),
    answered="Decided",
    refusals=(
        Problem.FORBIDDEN,
        Problem.REQUEST_NOT_FOUND,
        Problem.SESSIONS_TO_COME,
        Problem.REQUEST_DECIDED,
        Problem.RULE_BROKEN,
    ),
)
def decide(request_id: UUID, requester: Requester, body: DecisionBody) -> DataRequestAnswer:
    return data_requests.decide_client_request(outside.stores, requester, request_id, body, outside.clock)
