"""A person comes by themselves: the login's pages as a browser uses them, the mails they are sent, and their token."""

import html
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import watch
from local.api import call
from local.visitor import Visitor
from tests.e2e import mailbox
from tests.e2e.conftest import Cloud

PASSWORD = "rather long and of no use"  # of somebody invented


class Inbox:
    """The mails that one address has got."""

    def __init__(self, cloud: Cloud, address: str) -> None:
        self._url, self._address = cloud.stack["aws_endpoint_url"], address

    def mails(self) -> list[dict[str, Any]]:
        return [each for each in watch.emails(self._url) if each["To"] == [self._address]]

    def code(self) -> str:
        return mailbox.code(self._url, self._address)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


def test_a_person_signs_up_and_in_by_the_codes_they_were_sent(cloud: Cloud) -> None:
    address = f"Nora.{uuid.uuid4()}+booking@example.com"
    inbox, visitor = Inbox(cloud, address), Visitor(cloud.stack)
    visitor.arrive()
    assert "sign up" in visitor.page
    visitor.arrive("/signup")
    assert 'lang="en"' in visitor.page
    assert "<script" not in visitor.page
    visitor.press(username="nora@", password=PASSWORD)
    assert 'role="alert"' in visitor.page
    visitor.press(username=address, password=PASSWORD)
    [mail] = inbox.mails()
    assert mail["Source"] == "practice@example.com"
    assert "to sign up" in mail["BodyText"]
    visitor.press(code=other(inbox.code()))
    assert "not the code" in visitor.page
    visitor.press(code=inbox.code())
    assert visitor.has_returned

    again = Visitor(cloud.stack)
    again.arrive()
    again.press(username=address.lower(), way="EMAIL_OTP")
    assert "to sign in" in inbox.mails()[-1]["BodyText"]
    again.press(code=other(inbox.code()))
    assert not again.has_returned
    again.press(code=inbox.code())
    tokens = again.tokens()
    me = call("GET", f"{cloud.stack['api_url']}/v1/me", token=tokens["id_token"])
    assert (me.status, me.body["groups"], me.body["client_id"]) == (200, ["client"], None)
    with pytest.raises(ClientError, match="NotAuthorizedException"):  # the site's tokens change nothing in Cognito
        cloud.client("cognito-idp").update_user_attributes(
            AccessToken=tokens["access_token"], UserAttributes=[{"Name": "email", "Value": "x@example.com"}]
        )


def test_an_address_that_could_not_be_written_to_does_not_sign_up(cloud: Cloud) -> None:
    visitor = Visitor(cloud.stack)
    visitor.arrive("/signup")
    visitor.press(username="jörg@example.com", password=PASSWORD)
    assert "The practice can not write to this e-mail address" in html.unescape(visitor.page)


def test_who_is_invited_signs_in_by_a_code_and_is_the_client_they_were_entered_as(cloud: Cloud) -> None:
    address = f"ines.{uuid.uuid4()}@example.com"
    body = {
        "name": "Ines Invited",
        "time_zone": "Europe/Berlin",
        "language": "de",
        "contacts": [{"channel": "email", "address": address, "consented": True}],
        "invite": True,
    }
    made = cloud.call("therapist", "POST", "/v1/clients", body)
    assert made.status == 201, made.body
    inbox = Inbox(cloud, address)
    [invitation] = inbox.mails()
    assert "Zugang" in invitation["Subject"]
    assert address in invitation["BodyText"]
    visitor = Visitor(cloud.stack)
    visitor.arrive()
    visitor.press(username=address, way="EMAIL_OTP")
    assert "um sich anzumelden" in inbox.mails()[-1]["BodyText"], "in the language they were invited in"
    visitor.press(code=inbox.code())
    me = call("GET", f"{cloud.stack['api_url']}/v1/me", token=visitor.tokens()["id_token"])
    assert (me.body["client_id"], me.body["groups"]) == (made.body["id"], ["client"])


def test_the_pages_are_this_pools_and_send_nobody_elsewhere(cloud: Cloud) -> None:
    stack = {**cloud.stack, "signed_in_url": "https://evil.example.com/"}
    visitor = Visitor(stack)
    for path in ("/oauth2/authorize", "/login", "/signup"):
        visitor.arrive(path)
        assert "redirect_uri is not allowed" in visitor.page
