"""The AWS emulator of the laptop: MiniStack, with the gaps filled that this project would fall into.

Run as ``python -m local.emulator AWS_PORT API_PORT SITE_PORT EXECUTIONS_FILE STACK_FILE``. MiniStack is pinned to the
version this was written against: what is patched here is its inside. On API_PORT the API answers at ``/v1/...``, as
behind a custom domain; on SITE_PORT the booking site and the API, as behind CloudFront (``local.site``). All ports take
programs' requests and those of the laptop's own pages only (``local.guard``).

What is added:
- API Gateway's import of an OpenAPI body keeps models, mapping templates, integration and gateway responses;
- its ``states:action/StartExecution`` integration, by the contract's own templates (``local.gateway``);
- a 413 for a body over the limit, a reason for a body the model refuses, answers compressed (``local.compression``);
- Step Functions: names, idempotency, tokens, history, redrive, and a memory over restarts (``local.stepfunctions``);
- what providers report of messages they took (``local.reports``);
- faults on purpose (``local.faults``), and pages to turn them and to read what was sent (``local.pages``);
- Cognito authorizers take ID tokens only; signing up and in is as strict as on AWS, and has its pages
  (``local.logins``);
- Lambda: at most so many environments a function; further calls wait instead of being throttled; environments are
  forked (``local.environments``).
"""

import asyncio
import contextvars
import json
import os
import random
import signal
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as ministack
from ministack.core import lambda_runtime
from ministack.core.concurrency import run_reentrant
from ministack.services import apigateway_v1, lambda_svc, sqs

from local import compression, environments, faults, gateway, guard, inbox, logins, reports, stepfunctions
from local.logins import site as login
from local.logins.look import PracticeLook
from local.pages import INBOX, LAPTOP
from local.pages.serving import LaptopPages
from local.places import RESUME_PATH
from local.site import Site

TOKENS = "/oauth2/token"
"""Where the site fetches tokens: the one answer of the login's that its pages may read."""
WORKERS_PER_FUNCTION = 4
PARENT_SECONDS = 0.5
"""So often the emulator looks whether it is still wanted."""

_sent_headers: contextvars.ContextVar[tuple[tuple[str, str], ...]] = contextvars.ContextVar("sent_headers", default=())
"""The headers of the request that is being answered, with names as they were sent."""


# -- API Gateway: importing the whole contract ----------------------------------------------------------------------


_import_rest_api = apigateway_v1._import_rest_api
_authorize = apigateway_v1._validate_cognito_authorizer
_import_operation = apigateway_v1._import_operation
_gateway_error_response = apigateway_v1._gateway_error_response
_invoke_mock = apigateway_v1._invoke_mock_v1
_execute_call = apigateway_v1.handle_execute
_build_lambda_event = apigateway_v1._build_lambda_event_v1
_imported: dict[str, Any] = {}


def import_rest_api(spec: dict[str, Any], base_data: dict[str, Any] | None = None) -> Any:
    _imported.update(spec)
    api_id = _import_rest_api(spec, base_data)
    for response_type, response in spec.get("x-amazon-apigateway-gateway-responses", {}).items():
        apigateway_v1._put_gateway_response(
            api_id,
            response_type,
            {
                **({"statusCode": str(response["statusCode"])} if "statusCode" in response else {}),
                "responseParameters": response.get("responseParameters", {}),
                "responseTemplates": response.get("responseTemplates", {}),
            },
        )
    return api_id


def import_operation(
    api_id: str, resource_id: str, http_method: str, operation: dict[str, Any], *security: Any
) -> None:
    _import_operation(api_id, resource_id, http_method, operation, *security)
    method = apigateway_v1._resources[api_id][resource_id]["resourceMethods"][http_method]
    method["local_operation"] = operation
    integration = operation["x-amazon-apigateway-integration"]
    if integration["type"] == "mock":
        method["methodIntegration"]["requestTemplates"] = integration["requestTemplates"]
        for pattern, response in integration["responses"].items():
            given = {"selectionPattern": "" if pattern == "default" else pattern, **response}
            apigateway_v1._put_integration_response(api_id, resource_id, http_method, response["statusCode"], given)


def invoke_mock(integration: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """A mock integration's answer; 204 has no body."""
    status, headers, body = _invoke_mock(integration)
    return status, headers, b"" if status == 204 else body


NOWHERE = "/no/such/resource"


async def execute_call(
    api_id: str, stage: str, method: str, path: str, headers: dict[str, str], *rest: Any
) -> tuple[int, dict[str, Any], bytes]:
    """A call of the API, its answer compressed for who asks for that.

    The emulator takes empty parts out of a path; API Gateway has no resource with one, so such a call is none.
    """
    path = NOWHERE if "//" in path else path
    status, told, body = await _execute_call(api_id, stage, method, path, headers, *rest)
    made: dict[str, Any] = next((api for (*_, each), api in apigateway_v1._rest_apis.all_items() if each == api_id), {})
    accepted = dict(headers).get("accept-encoding", "")
    return status, *compression.compressed(accepted, made.get("minimumCompressionSize"), told, body)


# -- API Gateway: checking the request, and starting the execution ---------------------------------------------------


class _RefusedBody(apigateway_v1._GatewayError):  # type: ignore[misc]  # an untyped package's class
    def __init__(self, reason: str) -> None:
        super().__init__("BAD_REQUEST_BODY", "Invalid request body")
        self.reason = reason


def check_request(
    method: dict[str, Any],
    _api_id: str,
    _request: dict[str, Any],
    headers: dict[str, str],
    body: bytes,
    _query: dict[str, list[str]],
) -> Any:
    operation = method.get("local_operation") or {}
    if "x-amazon-apigateway-request-validator" not in operation:
        return None
    if len(body or b"") > gateway.MAX_BODY_BYTES:
        return apigateway_v1._GatewayError("REQUEST_TOO_LARGE", "Request size exceeded limit")
    validator = _imported["x-amazon-apigateway-request-validators"][operation["x-amazon-apigateway-request-validator"]]
    sent = dict(_sent_headers.get())
    if validator["validateRequestParameters"]:
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "header" and parameter["required"] and not sent.get(parameter["name"]):
                message = f"Missing required request parameters: [{parameter['name']}]"
                return apigateway_v1._GatewayError("BAD_REQUEST_PARAMETERS", message)
    content = operation["requestBody"]["content"]
    content_type = headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if content_type not in content:
        return apigateway_v1._GatewayError("UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type")
    model = content[content_type]["schema"]["$ref"].rsplit("/", 1)[1]
    problem = gateway.body_problem(_imported["components"]["schemas"][model], body)
    return None if problem is None else _RefusedBody(problem)


async def authorize(*request: Any) -> tuple[dict[str, Any] | None, Any]:
    claims, error = await _authorize(*request)
    if error is None and claims.get("token_use") != "id":
        return None, apigateway_v1._GatewayError("UNAUTHORIZED", "Unauthorized")
    return claims, error


def gateway_error_response(error: Any, request: Any) -> tuple[int, dict[str, str], bytes]:
    status, headers, body = _gateway_error_response(error, request)
    reason = json.dumps(getattr(error, "reason", ""))[1:-1]
    return status, headers, body.replace(b"$context.error.validationErrorString", reason.encode())


def build_lambda_event(*request: Any, **options: Any) -> dict[str, Any]:
    """A proxy integration's event, with headers' names as they were sent."""
    event: dict[str, Any] = _build_lambda_event(*request, **options)
    event["headers"], event["multiValueHeaders"] = dict(_sent_headers.get()), {}
    for name, value in _sent_headers.get():
        event["multiValueHeaders"].setdefault(name, []).append(value)
    return event


async def invoke_aws_integration(
    integration: dict[str, Any],
    api_id: str,
    stage_name: str,
    stage: dict[str, Any],
    resource: dict[str, Any],
    path: str,
    method: str,
    headers: dict[str, str],
    body: bytes,
    query: dict[str, list[str]],
    *_rest: Any,
    authorizer_context: dict[str, Any] | None = None,
    **_options: Any,
) -> tuple[int, dict[str, str], bytes]:
    """The contract's ``aws`` integrations. There is one action this project calls: StartExecution."""
    contract = resource["resourceMethods"][method]["local_operation"]["x-amazon-apigateway-integration"]
    if not contract["uri"].endswith(":states:action/StartExecution"):
        return 500, {"Content-Type": "application/json"}, b'{"message": "not a StartExecution integration"}'
    parameters = gateway.Parameters(
        path=_path_parameters(resource["path"], path),
        querystring={name: values[-1] for name, values in (query or {}).items()},
        header=dict(_sent_headers.get()),
    )
    context = {"authorizer": authorizer_context or {}, "path": path}
    call = gateway.render(contract["requestTemplates"]["application/json"], body, parameters, context)
    status, _headers, answer = stepfunctions.start_execution(json.loads(call.text))
    response = gateway.select_response(contract["responses"], status)
    rendered = gateway.render(response["responseTemplates"]["application/json"], answer, gateway.Parameters(), context)
    static = {
        name.removeprefix("method.response.header."): value.strip("'")
        for name, value in response.get("responseParameters", {}).items()
    }
    code = rendered.status or int(response["statusCode"])
    return code, {**static, **rendered.headers}, rendered.text.encode()


def _path_parameters(template: str, path: str) -> dict[str, str]:
    named = zip(template.split("/"), path.split("/"), strict=False)
    return {name[1:-1]: unquote(value) for name, value in named if name.startswith("{")}


# -- Lambda ----------------------------------------------------------------------------------------------------------


_execute = lambda_svc._execute_function_dispatch
_build_handler_class = lambda_runtime.ProvidedWorker._build_handler_class
_send_message = sqs._act_send_message
_environments: dict[str, threading.BoundedSemaphore] = {}


def build_handler_class(worker: Any, generation: int, pending: Any) -> Any:
    """The HTTP server from which an environment fetches its events: for that environment, not for pages."""
    made = _build_handler_class(worker, generation, environments.Events(pending))

    class RuntimeApi(made):  # type: ignore[misc, valid-type]  # a class that is made when it is asked for
        def parse_request(self) -> bool:
            if not super().parse_request():
                return False
            given = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
            if reason := guard.refusal(given, ()):
                self.send_error(403, reason)
                return False
            return True

    return RuntimeApi


def execute(func: dict[str, Any], config: dict[str, Any], *rest: Any) -> Any:
    name = config["FunctionName"]
    with _environments.setdefault(name, threading.BoundedSemaphore(WORKERS_PER_FUNCTION)):
        result = _execute(func, config, *rest)
    body = result.get("body")
    if result.get("error") and isinstance(body, dict) and body.get("errorType") == "Runtime.Unknown":
        body["errorType"] = "Runtime.ExitError"  # an environment that died, in Lambda's own word
    return result


# -- The server ------------------------------------------------------------------------------------------------------


def install() -> None:
    """Puts everything above in the places of MiniStack's own."""
    apigateway_v1._import_rest_api = import_rest_api
    apigateway_v1._import_operation = import_operation
    apigateway_v1._check_request_validation = check_request
    apigateway_v1._validate_cognito_authorizer = authorize
    apigateway_v1._gateway_error_response = gateway_error_response
    apigateway_v1._invoke_mock_v1 = invoke_mock
    apigateway_v1.handle_execute = execute_call
    apigateway_v1._build_lambda_event_v1 = build_lambda_event
    apigateway_v1._invoke_lambda_custom_v1 = invoke_aws_integration
    logins.install()
    reports.install()
    inbox.install()
    stepfunctions.install()
    environments.install(lambda_runtime)
    lambda_svc._execute_function_dispatch = execute
    lambda_runtime.ProvidedWorker._build_handler_class = build_handler_class
    sqs._act_send_message = send_message


def application(aws_port: int, api_port: int, site_port: int, stack_file: Path) -> Any:
    """MiniStack's ASGI application; what comes in on ``api_port`` goes to the one REST API there is."""
    allowed_origin = os.environ.get("ALLOWED_ORIGIN", "")
    site_url = f"http://127.0.0.1:{site_port}"
    around = login.Around(PracticeLook(stack_file), f"{site_url}{INBOX}")

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            await ministack.app(scope, receive, send)
        elif scope["server"][1] == site_port:
            await (laptop if f"{scope['path']}/".startswith(LAPTOP) else site)(scope, receive, send)
        else:
            await at_port(scope["server"][1], scope, receive, send)

    async def at_port(port: int, scope: dict[str, Any], receive: Any, send: Any, *own: int) -> None:
        elsewhere = allowed_origin if port == api_port else site_url if scope["path"] == TOKENS else ""
        is_page = port == aws_port and scope.get("method") == "GET" and scope["path"] in login.PATHS
        if reason := guard.refusal(scope["headers"], (aws_port, api_port, *own), elsewhere, is_page=is_page):
            await _refuse(scope["type"], send, reason)
            return
        origins = [value for name, value in scope["headers"] if name.lower() == b"origin"]
        by_site = port == aws_port and scope["path"] == TOKENS and origins == [site_url.encode()]
        send = _readable_by(send, site_url if by_site else "")
        if scope["type"] == "http":
            _sent_headers.set(
                tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
            )
            headers = {name.lower(): value for name, value in _sent_headers.get()}
            if scope["path"] == faults.PATH:
                body = (await receive()).get("body", b"")
                await _answer(send, 200, faults.answer(scope["method"], body))
                return
            if scope["path"] == RESUME_PATH:
                await _answer(send, 200, stepfunctions.resume())
                return
            if faults.refuses(scope["path"], headers):
                await _answer(send, 503, {"message": "broken on purpose"})
                return
            if port == api_port:
                body = await _body(receive)
                if len(body) > gateway.FIREWALL_BODY_BYTES:
                    await _send(send, *gateway.blocked("BodyTooLarge", allowed_origin))
                    return
                scope, receive = _to_the_api(scope), _again(body, receive)
            elif scope["path"] in login.PATHS:
                asked = (scope["method"], scope["path"], scope["query_string"].decode("latin-1"), await _body(receive))
                more = (headers.get("cookie", ""), around)
                await _send(send, *await run_reentrant(login.answer, *asked, *more))  # a trigger calls back meanwhile
                return
        await ministack.app(scope, receive, send)

    async def api(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await at_port(api_port, scope, receive, send, site_port)  # its pages ask here, and nowhere else

    site = Site(stack_file, site_port, aws_port, api)
    laptop = LaptopPages(stack_file, site_port, aws_port)
    return app


async def _refuse(kind: str, send: Any, reason: str) -> None:
    if kind == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
    else:
        await _answer(send, 403, {"message": reason})


def _readable_by(send: Any, origin: str) -> Any:
    """``send`` of an answer that pages of this origin may read; empty for none, whatever the emulator says."""
    told = [(b"access-control-allow-origin", origin.encode()), (b"vary", b"Origin")] if origin else []

    async def sent(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*guard.without_wildcards(message["headers"]), *told]}
        await send(message)

    return sent


def _to_the_api(scope: dict[str, Any]) -> dict[str, Any]:
    stages = [(api_id, stage) for api_id, named in apigateway_v1._stages_v1.items() for stage in named]
    if not stages:
        return scope
    api_id, stage = stages[0]
    path = f"/restapis/{api_id}/{stage}/_user_request_{scope['path']}"
    return {**scope, "path": path, "raw_path": quote(path, errors="replace").encode()}


async def _body(receive: Any) -> bytes:
    """The request's body, as far as the firewall looks at it and a byte more, which is one too many."""
    parts: list[bytes] = []
    while sum(map(len, parts)) <= gateway.FIREWALL_BODY_BYTES:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return b"".join(parts)


def _again(body: bytes, receive: Any) -> Any:
    """``receive`` for who comes after: the body once more, then what else happens to the connection."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Any:
        return messages.pop() if messages else await receive()

    return received


async def _answer(send: Any, status: int, body: dict[str, Any]) -> None:
    await _send(send, status, {"Content-Type": "application/json"}, json.dumps(body).encode())


async def _send(send: Any, status: int, headers: dict[str, str], body: bytes) -> None:
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


def send_message(data: dict[str, Any], queue_url: str) -> dict[str, Any]:
    """SQS's SendMessage, with the faults a queue has."""
    if faults.current.delay:
        data = {**data, "DelaySeconds": round(random.uniform(0, faults.current.delay))}  # noqa: S311  # no secret
    if faults.current.strikes("duplicate"):
        _send_message(data, queue_url)
    answer: dict[str, Any] = _send_message(data, queue_url)
    return answer


async def _serve(aws_port: int, api_port: int, site_port: int, stack_file: Path) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    watching = loop.create_task(_stop_without_parent(stopped))
    config = Config()
    config.bind = [f"127.0.0.1:{port}" for port in (aws_port, api_port, site_port)]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.h11_max_incomplete_size = 64 * 1024
    config.h11_pass_raw_headers = True  # names as they were sent: API Gateway tells them apart
    config.loglevel = "WARNING"
    await serve(application(aws_port, api_port, site_port, stack_file), config, shutdown_trigger=stopped.wait)
    watching.cancel()


async def _stop_without_parent(stopped: asyncio.Event) -> None:
    """A `make run` that was killed can't stop the emulator any more: nobody else would, and its ports stay taken."""
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(PARENT_SECONDS)
    stopped.set()


def main() -> None:
    aws_port, api_port, site_port = map(int, sys.argv[1:4])
    executions, stack_file = map(Path, sys.argv[4:6])
    install()
    stepfunctions.load(executions)
    asyncio.run(_serve(aws_port, api_port, site_port, stack_file))
    stepfunctions.save(executions)  # before the functions die: what is under way shall not fail for that
    lambda_runtime.reset()
    os._exit(0)  # the emulator's threads wait for work that will not come


if __name__ == "__main__":
    main()
