"""A caller of the API, as the demo, the tests and a booking site are: plain HTTP."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: Any  # parsed, when it is JSON
    url: str  # what was called

    @property
    def location(self) -> str:
        """Where ``Location`` leads: it is relative to what was called."""
        return urljoin(self.url, self.headers["location"])


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
            return _answer(url, response.status, response.headers.items(), response.read())
    except urllib.error.HTTPError as error:
        with error:
            return _answer(url, error.code, error.headers.items(), error.read())


def _answer(url: str, status: int, headers: Any, data: bytes) -> Answer:
    named = {name.lower(): value for name, value in headers}
    parsed = data and "json" in named.get("content-type", "")
    return Answer(status, named, json.loads(data) if parsed else data.decode(), url)
