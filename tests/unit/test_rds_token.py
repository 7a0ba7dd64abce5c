"""The token that opens PostgreSQL is the one botocore would make."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

from booking.config import database_config
from booking.errors import ConfigurationError
from booking.rds_token import Credentials, rds_token
from local import documents

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
HOST = "practice.proxy-abc.eu-central-1.rds.amazonaws.com"


@pytest.mark.parametrize("session_token", ["", "IQoJb3JpZ2luX2VjE/+a=="])
def test_it_is_what_botocore_makes(session_token: str) -> None:
    session = Session()
    session.set_credentials("AKIDEXAMPLE", "a/secret+key", session_token or None)
    client: Any = session.create_client("rds", region_name="eu-central-1")
    theirs = client.generate_db_auth_token(HOST, 5432, "booking")
    [stamp] = re.findall(r"X-Amz-Date=(\w+)", theirs)
    now = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    credentials = Credentials("AKIDEXAMPLE", "a/secret+key", session_token, "eu-central-1")
    assert _parts(rds_token(HOST, 5432, "booking", credentials, now)) == _parts(theirs)
    assert "secret" not in repr(credentials)


def _parts(token: str) -> tuple[str, set[str]]:
    address, _, query = token.partition("?")
    return address, set(query.split("&"))


LAPTOP = {"DATABASE_HOST": "h", "DATABASE_PORT": "5432", "DATABASE_NAME": "n", "DATABASE_USER": "u"}
LAMBDA = {
    **LAPTOP,
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_REGION": "eu-central-1",
}


def test_without_a_password_each_connection_has_a_token_of_its_own() -> None:
    config = database_config(LAMBDA)
    first, second = config.password_now(NOW), config.password_now(NOW.replace(minute=1))
    assert first.startswith("h:5432/?Action=connect")
    assert first != second
    assert database_config({**LAMBDA, "DATABASE_PASSWORD": "p"}).password_now(NOW) == "p"


def test_with_neither_it_says_what_is_missing() -> None:
    with pytest.raises(ConfigurationError, match="AWS_ACCESS_KEY_ID"):
        database_config(LAPTOP)


def test_the_certificates_are_those_of_the_first_file_that_is_there(tmp_path: Path) -> None:
    """Where Lambda's image has them has changed before, and can't be seen from here."""
    there, also = tmp_path / "there.pem", tmp_path / "also.pem"
    for path in (there, also):
        path.write_text("certificates")

    def chosen(*paths: str) -> str:
        return database_config({**LAMBDA, "DATABASE_SSLROOTCERT": ":".join(paths)}).sslrootcert

    assert chosen("/nowhere.pem", str(there), str(also)) == str(there)
    assert chosen("/nowhere.pem", "/nowhere-else.pem") == "/nowhere.pem", "which libpq then names"
    assert chosen() == ""
    paths = documents.template()["Globals"]["Function"]["Environment"]["Variables"]["DATABASE_SSLROOTCERT"].split(":")
    assert len(paths) == 3
    assert all(path.startswith("/") and path.strip() == path for path in paths)
