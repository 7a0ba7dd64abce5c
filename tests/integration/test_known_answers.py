"""What may be kept is asked for anew: who has it is told so without a body, and who has not gets all of it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest

from booking.config import DatabaseConfig
from booking.store import Stores
from handlers import api
from handlers._operations import Operation
from handlers._outside import outside
from handlers.routes import all_operations
from local import demo, documents
from local.postgres import function_environment
from tests import answers
from tests.asking import NOW, reserve, reserve_input
from tests.fakes import clock_at, context

MONTH = {"from": NOW.isoformat(), "to": (NOW + timedelta(days=31)).isoformat()}
IDS = {"therapist_id": str(demo.THERAPIST_ID), "service_id": str(demo.SERVICE_ID)}
CACHED = [each for each in all_operations() if each.cached]
ORIGIN = "https://booking.example.com"


@pytest.fixture(autouse=True)
def function(database: DatabaseConfig, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {**function_environment(database), "ALLOWED_ORIGIN": ORIGIN}.items():
        monkeypatch.setenv(name, value)
    with patch.dict(vars(outside), {"stores": stores, "clock": clock_at(NOW)}, clear=True):
        yield


def ask(operation: Operation, **headers: str) -> tuple[int, dict[str, str], str]:
    """The call, as the gateway hands it on; its answer is held to the contract."""
    path = operation.path.format(**IDS)
    query = {**MONTH, "service_id": IDS["service_id"]} if "{therapist_id}" in path or "slots" in path else {}
    if "/services/" in path:
        query.pop("service_id", None)
    event = {**documents.event("api"), "httpMethod": "GET", "path": path, "resource": operation.path}
    event |= {"headers": headers, "multiValueHeaders": {name: [value] for name, value in headers.items()}}
    event |= {"pathParameters": IDS, "multiValueQueryStringParameters": {name: [each] for name, each in query.items()}}
    answer: Any = api.handler(event, context("Api"))
    told = {name: values[-1] for name, values in answer["multiValueHeaders"].items()}
    body = answer["body"]
    answers.check("GET", f"{path}?{urlencode(query)}", answer["statusCode"], told, json.loads(body) if body else "")
    return answer["statusCode"], told, body


@pytest.mark.parametrize("operation", CACHED, ids=lambda each: each.name)
def test_who_has_an_answer_gets_no_body_and_all_that_a_cache_must_know(operation: Operation) -> None:
    status, told, body = ask(operation)
    tag = told["ETag"]
    assert (status, told["Cache-Control"]) == (200, operation.cached)
    assert body
    assert tag.startswith('W/"'), "the gateway may send the same compressed"
    for known in (tag, tag.removeprefix("W/"), f'"another", {tag}', "*"):
        status, again, body = ask(operation, **{"if-none-match": known})
        assert (status, body) == (304, ""), known
        assert {name: again.get(name) for name in told if name != "Content-Type"} == {
            name: value for name, value in told.items() if name != "Content-Type"
        }
        assert again["Access-Control-Expose-Headers"] == "Location, ETag, Retry-After"
    for other in ('"another"', tag[:-2] + '"', ""):
        assert ask(operation, **{"If-None-Match": other})[0] == 200, other


def test_what_the_site_reads_before_anybody_signs_in_is_of_this_kind() -> None:
    paths = {each.path for each in all_operations() if each.method == "GET" and each.path.startswith("/v1/catalogue/")}
    assert paths < {each.path for each in CACHED}


SLOTS = [each for each in CACHED if each.path.endswith("/slots")]


@pytest.mark.parametrize("operation", SLOTS, ids=lambda each: each.name)
def test_a_booking_makes_what_is_free_another_answer(operation: Operation, stores: Stores) -> None:
    _, told, before = ask(operation)
    reserve(stores, reserve_input())
    status, now_told, after = ask(operation, **{"If-None-Match": told["ETag"]})
    assert status == 200
    assert now_told["ETag"] != told["ETag"]
    assert after != before
