"""A caller of the API, as the demo, the tests and a booking site are: plain HTTP."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: Any  # parsed, when it is JSON


def call(
    method: str,
    url: str,
    *,
    token: str | None = None,
    headers: dict[str, str] | None = None,
    body: Any = None,
    timeout: float = 30,
) -> Answer:
    """Calls and answers whatever the status is. ``body`` is sent as JSON, or as it is when it is bytes."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, method=method)  # noqa: S310  # the laptop's own http address
    for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
        request.add_header(name, value)
    if token is not None:
        request.add_header("Authorization", token)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310  # as above
            return _answer(response.status, response.headers.items(), response.read())
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error.headers.items(), error.read())


def _answer(status: int, headers: Any, data: bytes) -> Answer:
    named = {name.lower(): value for name, value in headers}
    return Answer(status, named, json.loads(data) if "json" in named.get("content-type", "") else data.decode())
