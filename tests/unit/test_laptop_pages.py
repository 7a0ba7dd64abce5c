"""The laptop's own pages: who is served, what they show of what was sent, and which switches they turn."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ministack.services import ses, sns

from booking.channels.email import as_mime
from booking.invitations import calendar_file
from booking.notices import compose
from local import documents, faults, inbox, stepfunctions
from local.errors import LocalCloudError
from local.letters import ONE
from local.pages.serving import LaptopPages
from local.pages.switches import Switches
from local.stripe import API_KEY
from local.stripe.laptop import LaptopStripe
from ops import site_files
from tests.unit.test_site import Answer

PORT, AWS_PORT = 8000, 4566
OWN = f"http://127.0.0.1:{PORT}"
SWITCHES = "/laptop/state/faults"
STRIPE_URL = "http://127.0.0.1:1"
WITH_A_KEY = {"Authorization": f"Bearer {API_KEY}"}
FROM_A_PAGE = {"Origin": OWN, "Sec_Fetch_Site": "same-origin", "Content_Type": "application/json"}
ADDRESS = "jonas.weber@example.com"
SITE = "https://booking.example.com"

Ask = Callable[..., Answer]


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> LaptopStripe:
    """Stripe's double, asked without a network."""
    double = LaptopStripe(STRIPE_URL)

    def asked(method: str, url: str, *, body: Any = None, timeout: float = 30) -> Called:
        return Called(*double.control(method, url.removeprefix(STRIPE_URL), body or {}), timeout)

    for module in ("local.faults", "local.pages.switches"):
        monkeypatch.setattr(f"{module}.call", asked)
    return double


class Called(NamedTuple):
    status: int
    body: dict[str, Any]
    timeout: float


@pytest.fixture
def ask(tmp_path: Path, stripe: LaptopStripe) -> Iterator[Ask]:
    stack_file = tmp_path / "stack.json"
    stack = {"database_url": "postgresql://postgres:x@127.0.0.1:1/booking", "stripe_url": STRIPE_URL}
    stack_file.write_text(json.dumps(stack))
    pages = LaptopPages(stack_file, PORT, AWS_PORT)

    def asked(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        given = {"Host": f"127.0.0.1:{PORT}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        with pytest.raises(StopIteration):
            pages(scope, receive, send).send(None)  # it waits for nobody here, so it needs no loop
        answered = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], answered, sent[1]["body"])

    faults.put(faults.Faults())
    yield asked
    faults.put(faults.Faults())


def state(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.body
    return dict(json.loads(answer.body))


# -- Who is served ---------------------------------------------------------------------------------------------------

EVERYTHING = ("/laptop/inbox", "/laptop/faults", "/laptop/state/messages", SWITCHES, "/laptop/files/web/router.js")


@pytest.mark.parametrize("path", EVERYTHING)
@pytest.mark.parametrize(
    "foreign",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://127.0.0.1:{AWS_PORT}"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
    ],
    ids=str,
)
def test_other_sites_pages_and_other_hosts_get_nothing(ask: Ask, path: str, foreign: dict[str, str]) -> None:
    assert ask(path, **foreign).status == 403
    assert ask(path).status == 200, "a person, and a program"


def test_the_login_leads_to_the_inbox_and_to_nothing_that_it_shows(ask: Ask) -> None:
    led = {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "navigate"}
    assert ask("/laptop/inbox", **led).status == 200
    assert ask("/laptop/state/messages", **led).status == 403


FORGED = {
    "a program": {"Content_Type": "application/json"},
    "an old browser's form": {"Content_Type": "text/plain", "Origin": "null"},
    "another site": {**FROM_A_PAGE, "Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
    "another port of this machine": {**FROM_A_PAGE, "Origin": "http://127.0.0.1:3000", "Sec_Fetch_Site": "same-site"},
    "another name of this machine": {**FROM_A_PAGE, "Origin": f"http://localhost:{PORT}"},
    "a form": {**FROM_A_PAGE, "Content_Type": "text/plain"},
    "a link": {"Sec_Fetch_Site": "same-origin", "Content_Type": "application/json"},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_nobody_but_the_pages_own_origin_turns_a_switch(ask: Ask, headers: dict[str, str]) -> None:
    faults.put(faults.Faults(sms=0.5))
    for method, body in (("PUT", b'{"email": 1}'), ("DELETE", b""), ("POST", b'{"email": 1}')):
        answer = ask(SWITCHES, method, body, **headers)
        assert answer.status == 403
        assert b"must be" in answer.body
    assert faults.current == faults.Faults(sms=0.5)


@pytest.mark.parametrize(
    "path",
    [
        *("local/pages/serving.py", "local/pages/page.html", "template.yaml", ".git/config", "../.local/stack.json"),
        *("web/../template.yaml", "web/index.html", "%2e%2e/template.yaml", "/etc/passwd", ""),
    ],
)
def test_no_other_file_of_the_repository_is_served(ask: Ask, path: str) -> None:
    assert ask(f"/laptop/files/{path}").status == 404


def test_the_pages_are_as_strict_as_the_sites_and_not_deployed_with_it(ask: Ask) -> None:
    page = ask("/laptop/inbox")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'; style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["cache-control"] == "no-store"
    assert b"<script>" not in page.body
    assert all(path.is_relative_to(documents.ROOT / "web") for _, path in site_files.files())
    assert [name for name, path in site_files.files() if b"/laptop/" in path.read_bytes()] == []


# -- What was sent ---------------------------------------------------------------------------------------------------


@pytest.fixture
def sent() -> Iterator[None]:
    """A code to sign in with, a session that is booked, a text of two segments."""
    ses._sent_emails.clear()
    sns._sms_messages.clear()
    plain = compose(ONE, SITE)
    file = calendar_file(ONE, plain, "practice@example.com", datetime(2027, 3, 1, tzinfo=UTC))
    message = replace(plain, calendar=file)
    source = base64.b64encode(as_mime(message, "practice@example.com", ADDRESS)).decode()
    mail = {"To": [ADDRESS], "BodyText": message.text, "BodyHtml": message.html, "Subject": message.subject}
    code = "<html><head><title>1</title></head><body><p>Your code is 271828.</p></body></html>"
    ses._sent_emails_list().extend(
        [
            {**mail, "MessageId": "m1@x", "Timestamp": 10.0, "Type": "v2.SendEmail", inbox.SOURCE: source},
            {
                "MessageId": "m2@x",
                "Timestamp": 20.0,
                "Type": "CognitoAuthentication",
                "To": ["new@example.com"],
                "BodyText": "",
                "BodyHtml": code,
                "Subject": "Your code",
            },
        ]
    )
    number = "+447700900101"
    sns._sms_log_for(number).append(
        {
            "MessageId": "t1",
            "PhoneNumber": number,
            "Message": f"Code 314159. {'x' * 150} {SITE}/b-123456",
            inbox.AT: 15.0,
        }
    )
    yield
    ses._sent_emails.clear()
    sns._sms_messages.clear()


@pytest.mark.usefixtures("sent")
def test_everything_that_was_sent_is_there_newest_first_and_by_recipient(ask: Ask) -> None:
    listed = state(ask("/laptop/state/messages"))
    assert [(each["id"], each["code"]) for each in listed["messages"]] == [
        ("m2", "271828"),
        ("t1", "314159"),
        ("m1", None),
    ]
    assert [(each["to"], each["count"]) for each in listed["recipients"]] == [
        ("+447700900101", 1),
        (ADDRESS, 1),
        ("new@example.com", 1),
    ]
    one = listed["recipients"][1]["id"]
    assert "@" not in one, "no address is in an address"
    only = state(ask(f"/laptop/state/messages?to={one}"))
    assert [each["id"] for each in only["messages"]] == ["m1"]
    assert len(only["recipients"]) == 3


@pytest.mark.usefixtures("sent")
def test_a_message_has_its_text_its_html_and_its_calendar_file(ask: Ask) -> None:
    booked, code, text = (state(ask(f"/laptop/state/messages/{each}")) for each in ("m1", "m2", "t1"))
    assert "Hello Jonas Weber" in booked["text"]
    assert booked["calendar"]["method"] == "REQUEST"
    assert "\nDTSTART" in booked["calendar"]["content"]
    assert (code["text"], code["calendar"]) == ("Your code is 271828.", None)
    assert (text["segments"], text["mail"]) == (2, None)
    assert ask("/laptop/state/messages/none").status == ask("/laptop/mail/none").status == 404


@pytest.mark.usefixtures("sent")
def test_an_e_mail_runs_nothing_and_its_links_leave_its_frame(ask: Ask) -> None:
    mail = ask("/laptop/mail/m1")
    policy = mail.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "sandbox " in policy
    assert "allow-scripts" not in policy
    assert mail.body.count(b'<head><base target="_blank">') == 1
    assert mail.headers["content-type"].startswith("text/html")


# -- Switches --------------------------------------------------------------------------------------------------------


def test_a_switch_changes_what_it_names_and_one_press_mends_all(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    faults.answer("PUT", b'{"sms": 1.0}')  # in a terminal: make break PROVIDER=sms
    assert state(ask(SWITCHES))["sms"] == 1
    now = state(ask(SWITCHES, "PUT", b'{"email": 1.0, "waits": 0}', **FROM_A_PAGE))
    assert (now["email"], now["sms"], now["waits"], now["usual_waits"]) == (1, 1, 0, 1)
    monkeypatch.setattr("local.postgres.PostgresServer.pid", 4711)  # it runs: there is nothing to start
    assert state(ask(SWITCHES))["database"] is True
    mended = state(ask(SWITCHES, "DELETE", **FROM_A_PAGE))
    assert faults.current == faults.Faults()
    assert (mended["email"], mended["sms"], mended["waits"]) == (0, 0, 1)


def test_the_payment_provider_is_broken_and_mended_as_in_a_terminal(
    ask: Ask, stripe: LaptopStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults.set_faults(STRIPE_URL, events_lost=0.5)
    assert state(ask(SWITCHES, "PUT", b'{"stripe": 1.0}', **FROM_A_PAGE))["stripe"] == 1
    assert stripe.api.answer("GET", "/v1/events", WITH_A_KEY, "").status == 503
    assert stripe.api.faults.events_lost == 0.5, "what it does not name stays"
    faults.set_faults(STRIPE_URL)  # in a terminal: make mend
    assert state(ask(SWITCHES))["stripe"] == 0
    faults.set_faults(STRIPE_URL, unavailable=1.0)  # and: make break PROVIDER=stripe
    assert state(ask(SWITCHES))["stripe"] == 1
    monkeypatch.setattr("local.postgres.PostgresServer.pid", 4711)  # it runs: there is nothing to start
    assert state(ask(SWITCHES, "DELETE", **FROM_A_PAGE))["stripe"] == 0
    assert stripe.api.answer("GET", "/v1/events", WITH_A_KEY, "").status == 200


def test_a_payment_provider_that_is_not_there_is_said(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_asked: object, **_more: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("local.pages.switches.call", refused)
    answer = ask(SWITCHES)
    assert answer.status == 503
    assert json.loads(answer.body)["message"] == "Stripe's double does not answer"


@pytest.mark.parametrize(
    "body",
    [
        *(b'{"email": 2}', b'{"stripe": -1}', b'{"email": "1"}', b'{"disk": 1}', b'{"waits": -1}', b'{"database": 0}'),
        *(b"[]", b"{"),
    ],
)
def test_what_is_no_switch_is_refused(ask: Ask, body: bytes) -> None:
    answer = ask(SWITCHES, "PUT", body, **FROM_A_PAGE)
    assert (answer.status, faults.current) == (400, faults.Faults())


def test_a_database_that_does_not_come_says_why(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_switches: Switches, *, is_on: bool) -> None:
        raise LocalCloudError(f"PostgreSQL did not start: no space left ({is_on})")

    monkeypatch.setattr(Switches, "_turn_database", fails)
    answer = ask(SWITCHES, "PUT", b'{"database": true}', **FROM_A_PAGE)
    assert answer.status == 503
    assert json.loads(answer.body)["message"] == "PostgreSQL did not start: no space left (True)"


def test_one_e_mail_bounces_and_the_next_does_not() -> None:
    once = faults.Faults(bounces=1)
    assert [once.takes_bounce(), once.takes_bounce()] == [True, False]


def test_what_waits_already_goes_on_by_a_new_scale() -> None:
    faults.put(faults.Faults(waits=1.0))
    waiting = threading.Thread(target=stepfunctions.scaled_sleep, args=(3600,), daemon=True)
    waiting.start()
    waiting.join(2 * stepfunctions.WAIT_SLICE_SECONDS)
    assert waiting.is_alive()
    faults.put(replace(faults.current, waits=0.0))
    waiting.join(30)
    assert not waiting.is_alive()
    faults.put(faults.Faults())
