"""Any call that the contract allows, and any that it does not, by everyone: the answer is one that the contract has.

schemathesis makes the calls from openapi.yaml. A few with a seed in ``make test``; more, and another seed each time, in
``make fuzz``. The cloud is this module's own: nothing needs to be left out, or put back.
"""

import json
import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local import demo, documents
from tests.e2e.conftest import Cloud, own_cloud
from tests.e2e.test_bookingctl import bookingctl

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
SEED = int(os.environ.get("FUZZ_SEED", "17"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
CALLERS = ("client", "therapist", "operator", "nobody")

_generation = GenerationConfig(with_security_parameters=False)  # who calls is said by the test
_config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=_generation)))
OPERATIONS: dict[str, APIOperation[Any, Any, Any, Any]] = {
    result.ok().definition.raw["operationId"]: result.ok()  # type: ignore[union-attr]  # raises where it is not
    for result in schemathesis.openapi.from_dict(documents.contract(), config=_config).get_all_operations()
}


class Known:
    """What there is in the cloud: people who have a booking, a series, a change, an entry of a list and a request."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        made = bookingctl(cloud, "keys", "create", "fuzz", "--json")
        assert made.returncode == 0, made.stderr
        self._key = json.loads(made.stdout)["value"]
        of_whom = {"therapist_id": str(demo.THERAPIST_ID), "service_id": str(demo.SERVICE_ID)}
        first, second = (f"fuzz-{uuid.uuid4()}" for _ in range(2))
        starts_at = cloud.stack["demo"]["starts_at"][-1]
        assert cloud.post(first, {**of_whom, "starts_at": starts_at, "recurrence": "FREQ=WEEKLY;COUNT=2"}).status == 202
        cloud.series(first)
        move = {"starts_at": "2020-01-01T10:00:00Z"}  # refused: it is decided, and nothing moves
        path = f"/v1/bookings/{first}/rescheduling"
        assert cloud.call("client", "POST", path, move, Idempotency_Key=second).status == 202
        assert cloud.change(second)["outcome"] == "refused"
        window = {"starts_at": "2035-03-05T09:00:00Z", "ends_at": "2035-03-05T10:00:00Z"}
        entry = {**of_whom, "windows": [window]}
        assert cloud.call("client", "POST", "/v1/waitlist", entry, Idempotency_Key=first).status == 201
        booked = dict.fromkeys(("booking_id", "series_id", "entry_id"), first)
        asked = cloud.call("client", "POST", "/v1/me/requests", {"kind": "export"})
        self.ids = {**of_whom, **booked, "client_id": str(demo.CLIENT_ID), "change_id": second}
        off = {"starts_at": "2036-03-05T09:00:00Z", "ends_at": "2036-03-05T10:00:00Z", "label": "away"}
        path = f"/v1/therapists/{demo.THERAPIST_ID}/time-off"
        away = cloud.call("operator", "POST", path, off, Idempotency_Key=str(uuid.uuid4()))
        self.ids |= {"time_off_id": away.headers["location"].rpartition("/")[2], "day": "2036-12-24"}
        self.ids |= {"event": "booking_confirmed", "language": "en"}
        [message, *_] = cloud.rows("SELECT id FROM notifications WHERE booking_id = %s", first)
        self.ids |= {"notification_id": str(message["id"]), "machine": "booking", "name": first, "event_id": "1"}
        self.ids |= {"queue": "acts", "message_id": str(uuid.uuid4())}
        assert cloud.call("operator", "POST", "/v1/practice/closed-days", {"day": "2036-12-24"}).status == 200
        self.ids["request_id"] = asked.body["requests"][0]["request_id"]

    def headers(self, caller: str) -> dict[str, str]:
        if caller == "application":
            return {"x-api-key": self._key}
        users = self.cloud.stack["users"]
        return {"Authorization": users[caller]["id_token"]} if caller in users else {}

    def name(self, case: Case[Any]) -> None:
        """Makes the call name what exists: known ids in the body, and the current version in ``If-Match``."""
        if isinstance(case.body, dict):
            case.body.update({name: self.ids[name] for name in case.body.keys() & self.ids.keys()})
        if any(each.name == "If-Match" for each in case.operation.headers):
            path = case.formatted_path
            shown = path if "/words/" not in path else "/v1/practice/words"  # one of several has the version of all
            current = self.cloud.call("operator", "GET", shown)
            case.headers["If-Match"] = current.headers["etag"]


@pytest.fixture(scope="module")
def known() -> Iterator[Known]:
    with own_cloud() as cloud:
        yield Known(cloud)


def cells() -> list[Any]:
    """Every operation by every caller; the catalogue by an application, with its key, too."""
    found = []
    for name, operation in OPERATIONS.items():
        more = ("application",) if operation.path.startswith("/v1/catalogue/") else ()
        found += [pytest.param(name, caller, id=f"{name}-{caller}") for caller in CALLERS + more]
    return found


@pytest.mark.parametrize(("name", "caller"), cells())
def test_every_answer_is_one_that_the_contract_has(known: Known, name: str, caller: str) -> None:
    operation = OPERATIONS[name]

    def play(case: Case[Any]) -> None:
        response = case.call(base_url=known.cloud.stack["api_url"], headers=known.headers(caller), timeout=60)
        case.validate_response(response, checks=CHECKS)

    path = {each.name: known.ids[each.name] for each in operation.path_parameters}
    legal = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    about_what_is_there = operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=path)
    illegal = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    # A path's id may be any text, so a call can be illegal only in its query, headers or body. To who is nobody, all
    # calls are 401 before that is looked at.
    takes_more = any(map(list, (operation.query, operation.headers, operation.body)))
    kinds = [about_what_is_there, legal, *([illegal] if takes_more else [])] if caller != "nobody" else [legal]

    @seed(f"{SEED} {name} {caller}")  # a seed of its own for each, or all would draw the same kinds of calls
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],  # no shrinking: the cloud is not as it was before
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def calls(data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(kinds))
        case = data.draw(kind)
        if kind is about_what_is_there:
            known.name(case)
        play(case)

    calls()
