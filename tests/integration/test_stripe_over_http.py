"""Stripe over a network that fails in every way: what nobody knows the end of is asked again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from booking.channels import stripe_payments
from booking.channels.stripe_keys import SecretsManagerKeys
from booking.channels.stripe_payments import StripePayments
from booking.errors import ProviderRefused, ProviderUnavailable

ERROR = '{"error": {"type": "invalid_request_error", "code": "some_code", "message": "jenny@example.com is no good"}}'


class _Secrets:
    def get_secret_value(self, **_: str) -> dict[str, str]:
        return {"SecretString": '{"api_keys": ["sk_1"], "webhook_secrets": ["whsec_1"]}'}


@contextmanager
def answering(status: int, body: str, *, is_silent: bool = False) -> Iterator[str]:
    """The URL of a server that always says this, or hears and says nothing."""
    is_over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if is_silent:
                is_over.wait(10)
                return
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def ask(url: str) -> None:
    keys = SecretsManagerKeys("arn", secrets=_Secrets())
    StripePayments(keys, "https://booking.example.com", url).close_checkout("cs_1")


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (502, "<html>Bad gateway</html>", "502"),
        (200, "<html>Sign in to this network</html>", "200"),
        (409, ERROR, "409"),
        (500, ERROR, "500"),
        (429, ERROR, "rate_limit"),
        (403, ERROR.replace("some_code", "testmode_charges_only"), "PermissionError"),
    ],
)
def test_trouble_of_the_networks_or_of_stripes_is_told_from_what_stripe_refuses(
    status: int, body: str, says: str
) -> None:
    error = ProviderRefused if status == 403 else ProviderUnavailable
    with answering(status, body) as url, pytest.raises(error) as raised:
        ask(url)
    assert str(raised.value) == f"Stripe: {says}", "no word of Stripe's, which may quote somebody's"


def test_an_answer_that_takes_too_long_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_payments, "SECONDS", (1, 0.2))
    with answering(200, "", is_silent=True) as url, pytest.raises(ProviderUnavailable, match="Stripe: no answer"):
        ask(url)


def test_nobody_listens() -> None:
    with answering(200, "") as url:
        gone = url
    with pytest.raises(ProviderUnavailable, match="Stripe: no answer"):
        ask(gone)
