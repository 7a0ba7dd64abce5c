"""The ``stripe`` package in front of the double without a network: thousands of calls a second."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from local.stripe import API_KEY
from local.stripe.api import Api, NoAnswer


class InProcess(stripe.HTTPClient):
    """The package's transport, straight to an ``Api``."""

    name = "in-process"

    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}"
        try:
            answer = self._api.answer(method.upper(), target, headers or {}, post_data or "")
        except NoAnswer:
            words = "Connection closed without an answer"
            raise stripe.APIConnectionError(words, should_retry=True) from None  # type: ignore[no-untyped-call]  # its own
        return answer.content.decode(), answer.status, answer.headers

    def close(self) -> None:
        """There is nothing to close."""


def client(api: Api, api_key: str = API_KEY, retries: int = 0) -> stripe.StripeClient:
    """The package's client of an account in this process. It waits half a second and more before it tries again."""
    return stripe.StripeClient(api_key, http_client=InProcess(api), max_network_retries=retries)
