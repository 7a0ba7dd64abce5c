"""What API Gateway is told in openapi.yaml: where calls go, and the errors it answers itself, as problems."""

import json
import re
from pathlib import Path
from typing import Any

import jinja2

from booking.problems import Problem
from handlers._operations import Operation

Part = dict[str, Any]


def to_the_function(name: str) -> Part:
    """The integration of a call that a function answers."""
    uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    return {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": {"Fn::Sub": f"{uri}${{{name}FunctionAliaslive}}/invocations"},
    }


CONTENT_TYPES = {"202": "application/json", "400": "application/problem+json", "503": "application/problem+json"}
"""Of the answers to a call that starts a machine, by their status before a template changes it."""

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("start_execution")),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    block_start_string="<%",
    block_end_string="%>",
    variable_start_string="<<",
    variable_end_string=">>",
    comment_start_string="<#",
    comment_end_string="#>",
    autoescape=False,  # noqa: S701  # it is no HTML
)


def problem(name: str, detail: str) -> str:
    """A problem as a template's text; its detail may have the template's variables in it."""
    known = Problem[name]
    return json.dumps({"type": known.type, "title": known.title, "status": known.status, "detail": detail})


def start_execution(operation: Operation) -> Part:
    """The integration of a call with which API Gateway starts a state machine."""
    place, made, query = re.split("[{}]", operation.location)
    given: Part = {"place": place, "made": made, "query": query}
    given |= {"machine": operation.machine, "of_a_booking": operation.path_ids == ["booking_id"]}
    return {
        "type": "aws",
        "httpMethod": "POST",
        "uri": {"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution"},
        "credentials": {"Fn::GetAtt": ["ApiRole", "Arn"]},
        "passthroughBehavior": "never",
        "requestTemplates": _filled("request.vtl", given),
        "responses": {
            answered: {
                "statusCode": status,
                "responseParameters": {"method.response.header.Content-Type": f"'{CONTENT_TYPES[status]}'"},
                "responseTemplates": _filled("answer.vtl", {**given, "answered": answered}),
            }
            for answered, status in (("default", "202"), (r"4\d{2}", "400"), (r"5\d{2}", "503"))
        },
    }


def _filled(name: str, given: Part) -> Part:
    text = _TEMPLATES.get_template(name).render(given, problem=problem)
    return {"application/json": {"Fn::Sub": "\n".join(each for each in text.splitlines() if each[:2] != "##")}}


# -- Pages of another origin -----------------------------------------------------------------------------------------


def if_allowed(value: Any) -> Part:
    """The value of a header, where the practice's site has an origin of its own."""
    return {"Fn::If": ["WithAllowedOrigin", value, {"Ref": "AWS::NoValue"}]}


ALLOWED_ORIGIN = if_allowed({"Fn::Sub": "'${AllowedOrigin}'"})


def preflight(operations: list[Operation]) -> Part:
    """What a browser asks before a page of another origin calls.

    API Gateway looks for the resource and the method together: an OPTIONS that a path does not declare comes here.
    """
    methods = [each for each in ("GET", "POST", "PUT", "DELETE") if each in {each.method for each in operations}]
    allowed = {
        "Allow-Origin": ALLOWED_ORIGIN,
        "Allow-Methods": if_allowed(f"'{','.join(methods)}'"),
        "Allow-Headers": if_allowed("'Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match,X-Api-Key'"),
        "Max-Age": if_allowed("'600'"),
    }
    headers = {f"Access-Control-{name}": value for name, value in allowed.items()}
    return {
        "operationId": "askBeforeCalling",
        "summary": "What a site on another origin may send, if the practice has one",
        "security": [],
        "responses": {
            "204": {
                "description": "The headers say it; without them nothing",
                "headers": {name: {"schema": {"type": "string"}} for name in headers},
            }
        },
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 204}'},
            "responses": {
                "default": {
                    "statusCode": "204",
                    "responseParameters": {f"method.response.header.{name}": each for name, each in headers.items()},
                }
            },
        },
    }


# -- Errors the gateway makes itself ---------------------------------------------------------------------------------

# These templates know simple variables only.
_GATEWAY_ERRORS = {
    "BAD_REQUEST_BODY": (Problem.INVALID_BODY, "$context.error.validationErrorString"),
    "BAD_REQUEST_PARAMETERS": (Problem.MISSING_PARAMETER, "$context.error.messageString"),
    "UNAUTHORIZED": (
        Problem.UNAUTHORIZED,
        "Authorization must be a valid, current ID token of this practice's user pool.",
    ),
    "EXPIRED_TOKEN": (Problem.UNAUTHORIZED, "The token has expired."),
    "ACCESS_DENIED": (Problem.FORBIDDEN, "You may not make this call."),
    "INVALID_API_KEY": (Problem.INVALID_API_KEY, "x-api-key must be a current key of this practice."),
    "MISSING_AUTHENTICATION_TOKEN": (Problem.NO_SUCH_CALL, "There is no such path, or it has no such method."),
    "RESOURCE_NOT_FOUND": (Problem.NO_SUCH_CALL, "There is no such path, or it has no such method."),
    "REQUEST_TOO_LARGE": (Problem.BODY_TOO_LARGE, "The body may have 64 KiB at most."),
    # by a list that AWS keeps; what our own rules block has an answer of its own
    "WAF_FILTERED": (Problem.REFUSED, "The firewall takes this call for an attack."),
    "UNSUPPORTED_MEDIA_TYPE": (Problem.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json."),
    "THROTTLED": (Problem.THROTTLED, "Try again in a moment."),
    "QUOTA_EXCEEDED": (Problem.THROTTLED, "Try again in a moment."),
    "DEFAULT_4XX": (Problem.REFUSED, "$context.error.messageString"),
    "DEFAULT_5XX": (Problem.UNAVAILABLE, "Try again in a moment."),
}

_RETRY_AFTER = {
    "THROTTLED": "'1'",
    "QUOTA_EXCEEDED": "'1'",
    "DEFAULT_5XX": "'10'",  # a function that slept for weeks gets its network interface back within a minute
}


def gateway_responses() -> Part:
    """The errors that the gateway answers itself; the defaults are of any status, and name none."""
    found: Part = {}
    for name, (known, detail) in _GATEWAY_ERRORS.items():
        said = {"type": known.type, "title": known.title, "status": known.status, "detail": detail}
        headers = {
            "Content-Type": "'application/problem+json'",
            "Access-Control-Allow-Origin": ALLOWED_ORIGIN,
            "Access-Control-Expose-Headers": if_allowed("'Location, ETag, Retry-After'"),
            **({"Retry-After": _RETRY_AFTER[name]} if name in _RETRY_AFTER else {}),
        }
        status = {"statusCode": known.status}
        if name.startswith("DEFAULT"):
            del said["status"], status["statusCode"]
        # messageString is JSON's text already, with its quotes
        text = json.dumps(said).replace('"$context.error.messageString"', "$context.error.messageString")
        found[name] = {
            **status,
            "responseParameters": {f"gatewayresponse.header.{header}": value for header, value in headers.items()},
            "responseTemplates": {"application/json": text},
        }
    return found
