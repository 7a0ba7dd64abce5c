"""What was restored from a snapshot has no keys in its environment: it asks Lambda, each time it opens a connection."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from booking.config import database_config
from booking.errors import DatabaseUnavailable
from booking.rds_token import Credentials, rds_token

NOW = datetime(2032, 3, 1, 9, 0, tzinfo=UTC)
DATABASE = {"DATABASE_HOST": "h", "DATABASE_PORT": "5432", "DATABASE_NAME": "n", "DATABASE_USER": "u"}


class Lambda(BaseHTTPRequestHandler):
    """Where Lambda gives credentials to what was restored: other ones each time."""

    answers: ClassVar[Iterator[bytes]]

    def do_GET(self) -> None:  # the standard library's name
        allowed = (self.path, self.headers["Authorization"]) == ("/v1/credentials", "who-we-are")
        self.send_response(200 if allowed else 403)
        self.end_headers()
        self.wfile.write(next(self.answers) if allowed else b"{}")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def restored() -> Iterator[dict[str, str]]:
    """The environment of what was restored from a snapshot: nobody has put keys into it."""
    with HTTPServer(("127.0.0.1", 0), Lambda) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v1/credentials"
        asked = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "who-we-are"}
        yield {**DATABASE, "AWS_REGION": "eu-central-1", **asked}
        server.shutdown()


def test_what_was_restored_from_a_snapshot_asks_lambda_who_it_is_for_each_connection(restored: dict[str, str]) -> None:
    given = ({"AccessKeyId": f"AKID{n}", "SecretAccessKey": "s", "Token": "t", "Expiration": "…"} for n in (1, 2))
    Lambda.answers = iter([*(json.dumps(each).encode() for each in given), b"{}", b"[]", b"busy"])
    config = database_config(restored)
    theirs = Credentials("AKID1", "s", "t", "eu-central-1")
    assert config.password_now(NOW) == rds_token("h", 5432, "u", theirs, NOW)
    assert "AKID2" in config.password_now(NOW), "those of the first connection may have ended"
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable, match="no credentials"):
            config.password_now(NOW)


def test_when_lambda_does_not_say_who_it_is_a_retry_may_mend_it(restored: dict[str, str]) -> None:
    stranger = {**restored, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "nobody"}
    away = {**restored, "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/"}
    for environment in (stranger, away):
        with pytest.raises(DatabaseUnavailable, match="no credentials"):
            database_config(environment).password_now(NOW)
