"""A Lambda execution environment on the laptop: AWS's runtime client in the project's own interpreter.

The client's native half exists for Linux only. This one speaks the same Lambda Runtime API in plain Python, on every
system, so that a laptop of any kind runs what was tested. Started by the bootstrap of local/template.py, or forked by
local/environments.py.
"""

import http.client
import os
import sys
import types
from functools import cache
from typing import Any

_API = "/2018-06-01/runtime/invocation"
_DEADLINE = "Lambda-Runtime-Deadline-Ms"


@cache
def _connection() -> http.client.HTTPConnection:
    return http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def _call(
    method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[bytes, dict[str, str]]:
    _connection().request(method, path, body, headers or {})
    response = _connection().getresponse()
    answer = response.read()
    if response.status >= 500:
        sys.exit(0)  # the environment is being taken down
    return answer, dict(response.headers.items())


def _next() -> tuple[bytes, dict[str, str | int]]:
    """The next event. The native client gives the deadline as a number: get_remaining_time_in_millis counts with it."""
    event, headers = _call("GET", f"{_API}/next")
    return event, {**headers, _DEADLINE: int(headers[_DEADLINE])}


def _post_result(invoke_id: str, data: bytes, content_type: str, _invocation_id: str | None = None) -> None:
    _call("POST", f"{_API}/{invoke_id}/response", data, {"Content-Type": content_type})


def _post_error(invoke_id: str, data: str | bytes, _xray_fault: str, _invocation_id: str | None = None) -> None:
    body = data.encode() if isinstance(data, str) else data
    _call("POST", f"{_API}/{invoke_id}/error", body, {"Content-Type": "application/json"})


def runtime() -> Any:
    """AWS's runtime, with this client under it."""
    native = types.ModuleType("runtime_client")
    native.__dict__.update(
        initialize_client=lambda _user_agent: None,
        next=_next,
        post_invocation_result=_post_result,
        post_error=_post_error,
    )
    sys.modules["runtime_client"] = native
    from awslambdaric import bootstrap

    return bootstrap


def main() -> None:
    """Serves invocations until the emulator goes away."""
    bootstrap = runtime()
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]  # the function's code instead of this file's folder
    bootstrap.run(os.environ["_HANDLER"], LambdaRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"]))


if __name__ == "__main__":
    main()
