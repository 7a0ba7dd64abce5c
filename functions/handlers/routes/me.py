"""One's own record: who somebody is to the practice, and what they ask of it."""

from booking.contracts.me import DataRequestBody, FileAnswer, MeAnswer, MeBody, NumberCodeAnswer, NumberCodeBody
from booking.model import Requester
from booking.problems import Problem
from booking.services.people import data_requests, number_codes
from booking.services.people import me as own_record
from handlers._operations import Operation
from handlers._outside import outside


@Operation("getMe", "GET", "/v1/me", tag="Me", summary="Who you are to this practice", versioned=True)
def me(requester: Requester) -> MeAnswer:
    return own_record.me(outside.stores, requester)


@Operation(
    "putMe",
    "PUT",
    "/v1/me",
    tag="Me",
    summary="Make or change your own record",
    description=(
        "Whoever has signed up makes their record with it, and can book then. If-Match is the ETag of GET /v1/me, also "
        "when there is no record yet; sending the same again is success. If the practice has invited you at the "
        "verified address of your login, you take over the record it has of you: its name and the contacts you do not "
        "send stay. Of a record you have made yourself, an e-mail address must be that of your login, and a number is "
        "written to once a code has shown that it is yours. A name is yours to change until the practice has confirmed "
        "you."
    ),
    answered="Done",
    refusals=(Problem.FORBIDDEN, Problem.RULE_BROKEN),
    versioned=True,
)
def put_me(requester: Requester, body: MeBody, if_match: str | None) -> MeAnswer:
    return own_record.put_me(outside.stores, requester, body, if_match, outside.clock)


@Operation(
    "sendNumberCode",
    "POST",
    "/v1/me/number-codes",
    tag="Me",
    summary="Have a code texted to the number of your record",
    answered="The code was sent",
    status=201,
    refusals=(Problem.CLIENT_NOT_FOUND, Problem.TOO_MANY_CODES, Problem.RULE_BROKEN),
)
def send_number_code(requester: Requester) -> NumberCodeAnswer:
    return number_codes.send_number_code(outside.stores, outside.texts, requester, outside.clock)


@Operation(
    "confirmNumber",
    "POST",
    "/v1/me/number-confirmation",
    tag="Me",
    summary="Give the code back: the number is yours",
    description="A code is valid for 10 minutes, and for 5 tries.",
    answered="Done",
    refusals=(Problem.CLIENT_NOT_FOUND, Problem.RULE_BROKEN),
    versioned=True,
)
def confirm_number(requester: Requester, body: NumberCodeBody) -> MeAnswer:
    return number_codes.confirm_number(outside.stores, requester, body, outside.clock)


@Operation(
    "askForMyData",
    "POST",
    "/v1/me/requests",
    tag="Me",
    summary="Ask the practice to give out your data, or to delete it",
    description="An operator decides, and GET /v1/me says how. Asking twice is asking once.",
    answered="It is asked",
    status=201,
    refusals=(Problem.CLIENT_NOT_FOUND,),
    versioned=True,
)
def ask_for_my_data(requester: Requester, body: DataRequestBody) -> MeAnswer:
    return data_requests.ask_for_my_data(outside.stores, requester, body, outside.clock)


@Operation(
    "getMyExport",
    "GET",
    "/v1/me/export",
    tag="Me",
    summary="All that is kept of you, for 30 days after an operator has granted it",
    refusals=(Problem.CLIENT_NOT_FOUND, Problem.FORBIDDEN),
)
def my_export(requester: Requester) -> FileAnswer:
    return data_requests.get_my_export(outside.stores, requester, outside.clock)
