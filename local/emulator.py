"""The AWS emulator of the laptop: MiniStack, with the gaps filled that this project would fall into.

Run as ``python -m local.emulator AWS_PORT API_PORT``. MiniStack is pinned to the version this was written against:
what is patched here is its inside. On API_PORT the API answers at ``/v1/...``, as behind a custom domain.

What is added:
- API Gateway's import of an OpenAPI body keeps models, mapping templates, integration and gateway responses;
- its ``states:action/StartExecution`` integration, by the contract's own templates (``local.gateway``);
- a 413 for a body over the limit, a reason for a body the model refuses;
- ``StartExecution`` refuses illegal names, and gives the same answer again to the same request while it runs;
- a new task token for each attempt;
- Lambda: at most so many environments a function; further calls wait instead of being throttled.
"""

import asyncio
import json
import os
import re
import signal
import sys
import threading
import uuid
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as ministack
from ministack.services import apigateway_v1, lambda_svc, stepfunctions

from local import gateway

WORKERS_PER_FUNCTION = 4

_EXECUTION_NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")


# -- API Gateway: importing the whole contract ----------------------------------------------------------------------


_import_rest_api = apigateway_v1._import_rest_api
_import_operation = apigateway_v1._import_operation
_gateway_error_response = apigateway_v1._gateway_error_response
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
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "header" and parameter["required"] and not headers.get(parameter["name"].lower()):
            message = f"Missing required request parameters: [{parameter['name']}]"
            return apigateway_v1._GatewayError("BAD_REQUEST_PARAMETERS", message)
    content = operation["requestBody"]["content"]
    content_type = headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if content_type not in content:
        return apigateway_v1._GatewayError("UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type")
    model = content[content_type]["schema"]["$ref"].rsplit("/", 1)[1]
    problem = gateway.body_problem(_imported["components"]["schemas"][model], body)
    return None if problem is None else _RefusedBody(problem)


def gateway_error_response(error: Any, request: Any) -> tuple[int, dict[str, str], bytes]:
    status, headers, body = _gateway_error_response(error, request)
    reason = json.dumps(getattr(error, "reason", ""))[1:-1]
    return status, headers, body.replace(b"$context.error.validationErrorString", reason.encode())


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
    parameters = {**headers, **{name.lower(): values[-1] for name, values in (query or {}).items()}}
    context = {"authorizer": authorizer_context or {}, "path": path}
    call = gateway.render(contract["requestTemplates"]["application/json"], body, parameters, context)
    status, _headers, answer = start_execution(json.loads(call.text))
    response = gateway.select_response(contract["responses"], status)
    rendered = gateway.render(response["responseTemplates"]["application/json"], answer, parameters, context)
    static = {
        name.removeprefix("method.response.header."): value.strip("'")
        for name, value in response.get("responseParameters", {}).items()
    }
    code = rendered.status or int(response["statusCode"])
    return code, {**static, **rendered.headers}, rendered.text.encode()


# -- Step Functions --------------------------------------------------------------------------------------------------


_start_execution = stepfunctions._start_execution
_apply_parameters = stepfunctions._apply_parameters


def start_execution(data: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    name = data.get("name")
    if name is not None and not _EXECUTION_NAME.fullmatch(name):
        return _states_error("InvalidName", f"Invalid Name: '{name}'")
    answer: tuple[int, dict[str, str], bytes] = _start_execution(data)
    refusal = json.loads(answer[2])
    if refusal.get("__type") == "ExecutionAlreadyExists":
        execution = stepfunctions._executions[refusal["message"].split("'")[1]]
        if execution["status"] == "RUNNING" and execution["input"] == data.get("input", "{}"):
            return (
                200,
                answer[1],
                json.dumps({name: execution[name] for name in ("executionArn", "startDate")}).encode(),
            )
    return answer


def apply_parameters(state: dict[str, Any], data: Any, context: dict[str, Any] | None = None) -> Any:
    if context is not None and state.get("Resource", "").endswith(".waitForTaskToken"):
        context["Task"] = {"Token": str(uuid.uuid4())}  # this is called anew for each attempt
    return _apply_parameters(state, data, context)


def _states_error(kind: str, message: str) -> tuple[int, dict[str, str], bytes]:
    error = {"__type": kind, "message": message}
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(error).encode()


# -- Lambda ----------------------------------------------------------------------------------------------------------


_execute = lambda_svc._execute_function_dispatch
_environments: dict[str, threading.BoundedSemaphore] = {}


def execute(func: dict[str, Any], config: dict[str, Any], *rest: Any) -> Any:
    name = config["FunctionName"]
    with _environments.setdefault(name, threading.BoundedSemaphore(WORKERS_PER_FUNCTION)):
        return _execute(func, config, *rest)


# -- The server ------------------------------------------------------------------------------------------------------


def install() -> None:
    """Puts everything above in the places of MiniStack's own."""
    apigateway_v1._import_rest_api = import_rest_api
    apigateway_v1._import_operation = import_operation
    apigateway_v1._check_request_validation = check_request
    apigateway_v1._gateway_error_response = gateway_error_response
    apigateway_v1._invoke_lambda_custom_v1 = invoke_aws_integration
    stepfunctions._start_execution = start_execution
    stepfunctions._apply_parameters = apply_parameters
    lambda_svc._execute_function_dispatch = execute


def application(api_port: int) -> Any:
    """MiniStack's ASGI application; what comes in on ``api_port`` goes to the one REST API there is."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["server"][1] == api_port:
            stages = [(api_id, stage) for api_id, named in apigateway_v1._stages_v1.items() for stage in named]
            if stages:
                api_id, stage = stages[0]
                path = f"/restapis/{api_id}/{stage}/_user_request_{scope['path']}"
                scope = {**scope, "path": path, "raw_path": path.encode()}
        await ministack.app(scope, receive, send)

    return app


async def _serve(aws_port: int, api_port: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    config = Config()
    config.bind = [f"127.0.0.1:{aws_port}", f"127.0.0.1:{api_port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.h11_max_incomplete_size = 64 * 1024
    config.loglevel = "WARNING"
    await serve(application(api_port), config, shutdown_trigger=stopped.wait)


def main() -> None:
    install()
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
    from ministack.core import lambda_runtime

    lambda_runtime.reset()
    os._exit(0)  # the emulator's threads wait for work that will not come


if __name__ == "__main__":
    main()
