"""Who calls the API: the claims of the JWT that the gateway has verified."""

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from booking.contracts import RequestedBy
from booking.model import Requester
from handlers._runtime import parse


def caller(app: APIGatewayRestResolver) -> Requester:
    """The ``sub`` and groups of the call under way."""
    claims = app.current_event.request_context.authorizer.claims or {}
    return parse(RequestedBy, {"sub": claims.get("sub"), "groups": claims.get("cognito:groups", "")}).to_requester()
