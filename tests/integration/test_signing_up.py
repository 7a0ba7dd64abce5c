"""The calls of who has signed up, as the gateway hands them on: whose the address is, and what no log says."""

import json
import logging
import sys
from typing import Any
from unittest.mock import patch

import pytest

from booking.store import Stores
from handlers import _runtime, api
from handlers._outside import outside
from local import documents
from tests.fakes import FakeProvider, context

NAME, ADDRESS, NUMBER = "Xenia Quandt", "xenia.quandt@example.com", "+491709876543"
CLAIMS = {"sub": "sub-xenia", "token_use": "id", "email": ADDRESS, "email_verified": "true"}
OPERATOR = {"sub": "sub-operator", "token_use": "id", "cognito:groups": "operator"}
RECORD = {
    "name": NAME,
    "time_zone": "Europe/Berlin",
    "contacts": [
        {"channel": "email", "address": ADDRESS, "consented": True},
        {"channel": "sms", "address": NUMBER, "consented": True},
    ],
    "consents": [{"kind": "contact_email", "version": "1"}, {"kind": "contact_sms", "version": "1"}],
}


def call(method: str, path: str, body: Any = None, *, claims: dict[str, Any] = CLAIMS, **headers: str) -> Any:
    event = documents.event("api")
    event |= {"httpMethod": method, "path": path, "resource": path, "pathParameters": None}
    event |= {"headers": headers, "multiValueHeaders": {name: [value] for name, value in headers.items()}}
    event |= {"body": None if body is None else json.dumps(body)}
    event["requestContext"] = {**event["requestContext"], "authorizer": {"claims": claims}}
    return api.handler(event, context("Api"))


WHOSE: list[tuple[dict[str, str], str | None]] = [
    ({"email": ADDRESS, "email_verified": "true"}, ADDRESS),
    ({"email": ADDRESS, "email_verified": "false"}, None),
    ({"email": ADDRESS, "email_verified": "True "}, None),
    ({"email": ADDRESS}, None),
    ({"email": "", "email_verified": "true"}, None),
    ({"email_verified": "true"}, None),
    ({"cognito:username": ADDRESS, "email_verified": "true"}, None),
]


def test_an_address_is_somebodys_when_the_token_says_that_it_is_verified(stores: Stores) -> None:
    with patch.dict(vars(outside), stores=stores):
        said = [json.loads(call("GET", "/v1/me", claims={"sub": "x", **claims})["body"]) for claims, _ in WHOSE]
    assert [each["address"] for each in said] == [address for _, address in WHOSE]
    assert {tuple(each["groups"]) for each in said} == {("client",)}


def test_no_name_address_number_or_code_is_in_a_log(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    made = logging.StreamHandler(sys.stdout)
    made.setFormatter(_runtime.logger.registered_formatter)
    monkeypatch.setattr("handlers._runtime.logger._logger.handlers", [made], raising=False)
    texts = FakeProvider()
    with patch.dict(vars(outside), stores=stores, texts=texts):
        version = call("GET", "/v1/me")["multiValueHeaders"]["ETag"][0]
        said = [call("PUT", "/v1/me", RECORD, **{"If-Match": version}), call("POST", "/v1/me/number-codes")]
        code = texts.sent[0][1].sms[:6]
        wrong = f"{(int(code) + 1) % 10**6:06}"
        said += [call("POST", "/v1/me/number-confirmation", {"code": each}) for each in (wrong, code, code)]
        said += [call("PUT", "/v1/me", {**RECORD, "name": NAME + "\u202e"}, **{"If-Match": version})]
        for text in (NAME, ADDRESS, NUMBER, NAME + "\x00"):
            said.append(call("POST", "/v1/clients/search", {"text": text}, claims=OPERATOR))
        said.append(call("POST", "/v1/clients/search", {NAME: NAME}, claims=OPERATOR))
    assert [each["statusCode"] for each in said] == [200, 201, 422, 200, 422, 400, 200, 200, 200, 400, 400]
    for answer in said:
        assert code not in answer["body"] or answer["statusCode"] == 200, "a refusal says nothing of it"
    printed = capfd.readouterr()
    assert printed.out.count('"answered"') == len(said) + 1
    for personal in ("Xenia", "Quandt", ADDRESS, NUMBER, f'"{code}"', f'"{wrong}"', "xenia.quandt"):
        assert personal not in printed.out + printed.err
