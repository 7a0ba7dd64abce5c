"""What operators set for the whole practice."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from booking.contracts.practice import LimitsBody
from booking.services.operations import practice_limits
from handlers._calls import answered_with_version, body, caller, if_match
from handlers._outside import outside

router = Router()  # type: ignore[no-untyped-call]  # Powertools does not type it


@router.get("/v1/practice/limits")
def limits() -> Response[str]:
    return answered_with_version(practice_limits.get_limits(outside.stores, caller(router)))


@router.put("/v1/practice/limits")
def change_limits() -> Response[str]:
    given = body(router, LimitsBody)
    return answered_with_version(practice_limits.change_limits(outside.stores, caller(router), given, if_match(router)))
