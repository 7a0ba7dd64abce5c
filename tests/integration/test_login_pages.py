"""``bookingctl login pages``: from the API, over HTTP, to Cognito's own description of its calls."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ops import logins
from ops.aws import Where
from ops.branding import branding
from ops.errors import OperatorError
from ops.practice import Practice
from tests.gateway import FakeGateway
from tests.operators import FakeAws


class Site(BaseHTTPRequestHandler):
    """The one call of the API's that tells a site who the practice is."""

    def do_GET(self) -> None:
        known = (self.path, self.headers["x-api-key"]) == ("/v1/catalogue/practice", "the-sites")
        self.send_response(200 if known else 403)
        self.end_headers()
        self.wfile.write(json.dumps({"name": "Praxis Adler", "accent_colour": "#1f5f66"}).encode())

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def api() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def stack(api_url: str, cognito: Any) -> Practice:
    """A stack whose API is there."""

    class OfOne(FakeAws):
        def output(self, name: str) -> str:
            return {"ApiUrl": api_url, "UserPoolId": "eu-central-1_Example"}.get(name, name)

    made = Practice(Where())
    made.aws = OfOne(**{"cognito-idp": cognito, "apigateway": FakeGateway()})
    return made


def test_the_pages_are_given_what_the_practice_is_called_now(api: str, capsys: pytest.CaptureFixture[str]) -> None:
    cognito: Any = boto3.client("cognito-idp", region_name="eu-central-1")
    look = {"ManagedLoginBrandingId": "ef1bb4d9-a28f-4dc6-94c6-49a605de6a6a"}
    pool = {"UserPoolId": "eu-central-1_Example"}
    given = {**pool, **look, "UseCognitoProvidedValues": False, **branding("Praxis Adler", "#1f5f66")}
    context: Any = type("Context", (), {"obj": staticmethod(lambda: stack(api, cognito))})
    with Stubber(cognito) as stub:
        stub.add_response(
            "describe_managed_login_branding_by_client",
            {"ManagedLoginBranding": look},
            {**pool, "ClientId": "UserPoolClientId"},
        )
        stub.add_response("update_managed_login_branding", {}, given)
        logins.pages(context)
        stub.assert_no_pending_responses()
    assert "Praxis Adler" in capsys.readouterr().out


def test_a_practice_that_does_not_answer_is_an_error_in_words(api: str) -> None:
    with pytest.raises(OperatorError, match="does not say who the practice is"):
        stack(f"{api}/elsewhere", None).public()
