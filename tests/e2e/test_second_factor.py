"""An operator sets up an authenticator app, and signs in by it: from then on no mailed code lets them in."""

import base64
import hashlib
import hmac
import re
import struct
import time
import uuid
from typing import Any

import pytest
import typer

from booking.channels.logins import CognitoLogins
from booking.codes import Group, Language
from local.visitor import Visitor
from ops import logins
from ops.aws import Where
from ops.practice import Practice
from tests.calling import call
from tests.e2e import mailbox
from tests.e2e.conftest import Cloud

PASSWORD = "correct-Horse-9-battery"


def shown_by_the_app(secret: str) -> str:
    """RFC 6238, as every authenticator app does it."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def test_an_operator_signs_in_by_password_and_app(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"{uuid.uuid4().hex[:8]}@practice.example.com"
    where = Where(endpoint_url=cloud.stack["aws_endpoint_url"], region=cloud.stack["region"])
    practice = Practice(where)
    pool = CognitoLogins(cloud.stack["user_pool_id"], cloud.client("cognito-idp"))
    pool.invite(address, Group.OPERATOR, Language.EN)
    assert not pool.has_second_factor(address)
    secret = ""

    def typed(question: str, **_how: Any) -> str:
        nonlocal secret
        if found := re.search(r"secret=(\w+)", capsys.readouterr().out):
            secret = found[1]
        if "assword" in question:
            return PASSWORD
        return shown_by_the_app(secret) if "app" in question else mailbox.code(where.endpoint_url or "", address)

    monkeypatch.setattr(typer, "prompt", typed)
    context: Any = type("Context", (), {"obj": staticmethod(lambda: practice)})
    logins.second_factor(context, address)
    assert pool.has_second_factor(address)
    capsys.readouterr()

    with pytest.raises(typer.Exit):  # a code that is mailed is no way in any more
        logins.token(context, address)
    visitor = Visitor(cloud.stack)
    visitor.arrive()
    visitor.press(username=address, way="EMAIL_OTP")
    visitor.press(password=PASSWORD)
    assert not visitor.has_returned
    assert "authenticator app" in visitor.page
    visitor.press(code="000000")
    assert not visitor.has_returned
    visitor.press(code=shown_by_the_app(secret))
    assert visitor.has_returned, "the pages lead the same way"
    capsys.readouterr()

    logins.token(context, address, with_app=True)
    token = capsys.readouterr().out.strip()
    assert call("GET", f"{cloud.stack['api_url']}/v1/practice/limits", token=token).status == 200
