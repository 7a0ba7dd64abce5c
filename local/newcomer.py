"""The demo's person who comes by themselves: signs up, signs in by a code, makes their record, and books."""

import json
import re
import secrets
import uuid
from typing import Any

from local.api import call
from local.errors import LocalCloudError
from local.telling import Sent, headline, indented, say, tell
from local.visitor import Visitor

NAME, ADDRESS = "Nora Neumann", "nora.neumann@example.com"


def come_and_book(states: Any, stack: dict[str, Any], starts_at: str) -> None:
    """Prints each step. Raises ``LocalCloudError`` when one does not work."""
    headline("A person signs up, with an address that is verified")
    sent, visitor = Sent(stack), Visitor(stack)
    visitor.arrive("/signup")
    visitor.press(username=ADDRESS, password=f"{secrets.token_urlsafe(16)}-aA1")
    say(f"{stack['login_url']}/signup")
    visitor.press(code=_code(sent))

    headline("They sign in by the code they are sent")
    sent, visitor = Sent(stack), Visitor(stack)
    visitor.arrive()
    visitor.press(username=ADDRESS, way="EMAIL_OTP")
    say(f"{stack['login_url']}/login")
    visitor.press(code=_code(sent))
    token = visitor.tokens()["id_token"]

    headline("They say who they are, and book with whichever therapist is free")
    me = f"{stack['api_url']}/v1/me"
    record = {
        "name": NAME,
        "time_zone": "Europe/Berlin",
        "contacts": [{"channel": "email", "address": ADDRESS, "consented": True}],
        "consents": [{"kind": "contact_email", "version": "2027-01"}],
    }
    version = {"If-Match": call("GET", me, token=token).headers["etag"]}
    _call("PUT", me, token, record, version, 200)
    key, sent = f"demo-{uuid.uuid4()}", Sent(stack)
    asked = {"service_id": stack["demo"]["service_id"], "starts_at": starts_at}
    place = _call("POST", f"{stack['api_url']}/v1/bookings", token, asked, {"Idempotency-Key": key}, 202)
    tell(states, stack["state_machine_arn"], key)
    booking = call("GET", place, token=token).body
    if booking["status"] != "confirmed":
        raise LocalCloudError(f"the newcomer's booking is {booking['status']}")
    sent.show_new()


def _code(sent: Sent) -> str:
    """The code that they find in their mailbox."""
    sent.wait_for(1)
    sent.show_new()
    found = re.search(r"\b\d{6}(?:\d{2})?\b", sent.mails()[-1]["BodyText"])
    if not found:
        raise LocalCloudError("there is no code in the mail")
    return found[0]


def _call(method: str, url: str, token: str, body: Any, headers: dict[str, str], expected: int) -> str:
    """Makes the call, shows it, and says where what it has made is."""
    answer = call(method, url, token=token, headers=headers, body=body)
    say(f"{method} {url}\n{indented(json.dumps(body, indent=2))}\n→ {answer.status}")
    if answer.status != expected:
        raise LocalCloudError(f"{url} answered {answer.status}")
    return answer.location if "location" in answer.headers else url
