"""The API's caller of the tests: every answer is held to the contract, whatever the test is about."""

from typing import Any
from urllib.parse import urlsplit

from local import api
from local.api import Answer
from tests import answers


def call(method: str, url: str, **options: Any) -> Answer:
    """As ``local.api.call``. Raises ``AssertionError`` for an answer that the contract has not."""
    answer = api.call(method, url, **options)
    if urlsplit(url).path.startswith("/v1/") and method != "OPTIONS":  # a browser's question has no body to look at
        answers.check(method, url, answer.status, answer.headers, answer.body)
    return answer
