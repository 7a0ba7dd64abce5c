"""What a page in the developer's browser can do while the laptop cloud is up: nothing.

Cross-site requests that need no preflight, names that lead to this machine (DNS rebinding), every port that listens;
as raw requests, and from a real page where Debian's Chromium is.
"""

import html
import json
import re
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import psutil
import pytest

from local import faults
from local.api import call
from tests.browser import ARGUMENTS, CHROMIUM, MISSING
from tests.e2e.conftest import Cloud

LISTENS = psutil.CONN_LISTEN
EVIL = "evil.example"
FOREIGN = {
    "another host": {"Host": EVIL},
    "a name that leads here": {"Host": EVIL, "Origin": f"http://{EVIL}", "Sec-Fetch-Site": "same-origin"},
    "a page": {"Origin": f"https://{EVIL}", "Sec-Fetch-Site": "cross-site"},
    "a page of an old browser": {"Origin": f"https://{EVIL}"},
    "a page in a sandbox": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "a page of another port": {"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"},
    "an image": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    "a link": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
}


def test_only_the_sites_own_pages_write_and_only_through_the_site(cloud: Cloud) -> None:
    site, api, token = cloud.stack["site_url"], cloud.stack["api_url"], cloud.stack["users"]["client"]["id_token"]
    path, reason = f"/v1/changes/{uuid.uuid4()}/reason", {"text": "a conference"}
    own, foreign = {"Origin": site, "Sec-Fetch-Site": "same-origin"}, {"Origin": f"https://{EVIL}"}
    assert call("PUT", f"{site}{path}", token=token, headers=own, body=reason).status == 200
    assert call("PUT", f"{site}{path}", token=token, headers=foreign, body=reason).status == 403
    assert call("PUT", f"{api}{path}", token=token, headers=own, body=reason).status == 403


def test_the_site_reads_the_logins_tokens_and_nothing_else_of_it(cloud: Cloud) -> None:
    site, login = cloud.stack["site_url"], cloud.stack["login_url"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    own = {**form, "Origin": site, "Sec-Fetch-Site": "same-site"}
    answer = call("POST", f"{login}/oauth2/token", headers=own, body=b"grant_type=authorization_code")
    assert answer.status == 400
    assert answer.headers["access-control-allow-origin"] == site
    assert "access-control-allow-credentials" not in answer.headers
    for origin in (f"https://{EVIL}", cloud.environment["ALLOWED_ORIGIN"], "null"):
        foreign = {**form, "Origin": origin, "Sec-Fetch-Site": "cross-site"}
        assert call("POST", f"{login}/oauth2/token", headers=foreign, body=b"").status == 403
    by_program = call("POST", f"{login}/oauth2/token", headers=form, body=b"")
    assert "access-control-allow-origin" not in by_program.headers
    for path in ("/", "/_ministack/ses/messages", "/login"):
        assert call("POST", f"{login}{path}", headers=own, body=b"").status == 403
    led = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"}
    assert call("GET", f"{login}/_ministack/ses/messages", headers=led).status == 403
    assert call("GET", f"{login}/login", headers=led).status == 400, "a page, which wants to know what for"


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_request_is_refused_at_every_address(cloud: Cloud, foreign: dict[str, str]) -> None:
    api, aws, pages = (cloud.stack[name] for name in ("api_url", "aws_endpoint_url", "site_url"))
    queue = f"stolen-{uuid.uuid4().hex}"
    create = f"Action=CreateQueue&QueueName={queue}&Version=2012-11-05"
    plain = {"Content-Type": "text/plain", **foreign}
    answers = [
        call("POST", f"{aws}/?{create}", headers=plain, body=b""),
        call("GET", f"{aws}/?{create}", headers=plain),
        call("OPTIONS", f"{aws}/", headers={**plain, "Access-Control-Request-Method": "POST"}),
        call("GET", f"{aws}/_ministack/health", headers=plain),
        call("PUT", f"{aws}{faults.PATH}", headers=plain, body=b'{"email": 1}'),
        call("PUT", f"{api}{faults.PATH}", headers=plain, body=b'{"email": 1}'),
        call("PUT", f"{pages}/laptop/state/faults", headers=plain, body=b'{"email": 1}'),
        call("GET", f"{pages}/laptop/state/messages", headers=plain),
        call("GET", f"{api}/v1/health", headers=plain),
        call("OPTIONS", f"{api}/v1/bookings", headers={**plain, "Access-Control-Request-Method": "POST"}),
        call("POST", f"{api}/v1/bookings", headers={**plain, "Idempotency-Key": queue}, body=b"{}"),
    ]
    for answer in answers:
        assert answer.status == 403
        assert re.match("(Host|Origin|Sec-Fetch-Site) must be", answer.body["message"])
        assert not any(name.startswith("access-control-") for name in answer.headers)
    assert queue not in str(cloud.client("sqs").list_queues(QueueNamePrefix=queue))
    assert call("GET", f"{aws}{faults.PATH}").body["email"] == 0


def test_a_program_may_ask_the_same_and_no_page_may_read_the_answer(cloud: Cloud) -> None:
    """What is refused above would have worked."""
    aws, queue = cloud.stack["aws_endpoint_url"], f"own-{uuid.uuid4().hex}"
    create = f"Action=CreateQueue&QueueName={queue}&Version=2012-11-05"
    made = call("POST", f"{aws}/?{create}", headers={"Content-Type": "text/plain"}, body=b"")
    assert made.status == 200
    assert queue in str(cloud.client("sqs").list_queues(QueueNamePrefix=queue))
    for answer in (
        made,
        call("OPTIONS", f"{aws}/"),
        call("GET", f"{aws}/_ministack/health"),
        call("GET", f"{aws}/x/y"),
    ):
        assert not any(name.startswith("access-control-") for name in answer.headers), answer


def test_every_port_that_listens_refuses_a_foreign_page(cloud: Cloud) -> None:
    """The environments of functions fetch their events by HTTP too."""
    assert call("GET", f"{cloud.stack['api_url']}/v1/health").status == 200  # there is an environment
    listening = listened_to(cloud)
    assert {ip for ip, _ in listening} == {"127.0.0.1"}
    ports = {port for _, port in listening} - {urlsplit(cloud.stack["database_url"]).port}
    assert len(ports) > 2, "the API, the emulator, and an environment's at least"
    assert {urlsplit(cloud.stack[name]).port for name in ("api_url", "site_url", "login_url")} <= ports
    answered = 0
    for port in ports:
        for foreign in FOREIGN.values():
            url = f"http://127.0.0.1:{port}/2018-06-01/runtime/invocation/next"
            try:
                answer = call("GET", url, headers=foreign)
            except OSError:
                assert port not in {port for _, port in listened_to(cloud)}, "an environment that has ended meanwhile"
                break
            assert answer.status == 403, port
            answered += 1
    assert answered > 2 * len(FOREIGN)


def listened_to(cloud: Cloud) -> set[tuple[str, int]]:
    """Where the programs of this cloud listen: an environment of a function, too, which may end at any time."""
    program = psutil.Process(cloud.process.pid)
    found = set()
    for each in (program, *program.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            found |= {(at.laddr.ip, at.laddr.port) for at in each.net_connections("inet") if at.status == LISTENS}
    return found


# -- A real browser --------------------------------------------------------------------------------------------------

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)


@contextmanager
def site(pages: dict[str, str], port: int = 0) -> Iterator[int]:
    """A site of somebody's, on this machine; its port."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # its base class calls it so
            page = pages.get(self.path)
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((page or "").encode())

        def log_message(self, *_arguments: object) -> None:
            """Tests say what they saw."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def looked_at(url: str) -> str:
    """What a browser shows of an address, its scripts having run. ``evil.example`` leads to this machine."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory() as profile:
        command = [
            *(CHROMIUM, "--headless", *ARGUMENTS, "--no-first-run", f"--user-data-dir={profile}"),
            *(f"--host-resolver-rules=MAP {EVIL} 127.0.0.1", "--virtual-time-budget=20000", "--dump-dom", url),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-500:]
    return html.unescape(done.stdout)


def page(script: str) -> str:
    return f"""<!doctype html><title>page</title><pre id="seen">nothing</pre><script type="module">
    const seen = [];
    const tried = async (name, url, options) => {{
      try {{
        const answer = await fetch(url, options);
        seen.push([name, answer.type, answer.status, await answer.text(), answer.headers.get("Location")]);
      }} catch (error) {{ seen.push([name, "error", 0, String(error), null]); }}
    }};
    {script}
    document.getElementById("seen").textContent = JSON.stringify(seen);
    </script>"""


def seen(text: str) -> dict[str, list[object]]:
    match = re.search('<pre id="seen">(.*?)</pre>', text, re.DOTALL)
    assert match, text
    return {name: rest for name, *rest in json.loads(match[1])}


@needs_chromium
def test_a_page_in_a_browser_reaches_nothing(cloud: Cloud) -> None:
    api, aws, queue = cloud.stack["api_url"], cloud.stack["aws_endpoint_url"], f"stolen-{uuid.uuid4().hex}"
    create = f"Action=CreateQueue&QueueName={queue}&Version=2012-11-05"
    script = f"""
    const plain = {{method: "POST", headers: {{"Content-Type": "text/plain"}}, body: "{{}}"}};
    await tried("blind", "{aws}/?{create}", {{...plain, mode: "no-cors"}});
    await tried("reading", "{aws}/?{create}", plain);
    await tried("by GET", "{aws}/?{create}", {{mode: "no-cors"}});
    await tried("the API", "{api}/v1/health", {{}});
    await new Promise((resolve) => {{
      const image = new Image(); image.onerror = image.onload = resolve; image.src = "{aws}/?{create}";
    }});
    """
    with site({"/": page(script)}) as port:
        for origin in (f"http://{EVIL}:{port}", f"http://127.0.0.1:{port}"):
            result = seen(looked_at(origin))
            assert result["blind"][0] == "opaque", "it was sent and answered, and the page may not see how"
            assert result["reading"][0] == result["the API"][0] == "error"
    assert queue not in str(cloud.client("sqs").list_queues(QueueNamePrefix=queue))


@needs_chromium
def test_a_name_that_leads_here_reaches_nothing(cloud: Cloud) -> None:
    """DNS rebinding: the page has the emulator's own origin, and a name of its own."""
    for address, path in (
        (cloud.stack["aws_endpoint_url"], "/_ministack/health"),
        (cloud.stack["api_url"], "/v1/health"),
    ):
        shown = looked_at(f"http://{EVIL}:{urlsplit(address).port}{path}")
        assert "Host must be 127.0.0.1" in shown
        assert "services" not in shown
        assert "database" not in shown


@needs_chromium
def test_the_practices_site_books_from_its_own_origin(cloud: Cloud, request_body: dict[str, str]) -> None:
    origin, api = cloud.environment["ALLOWED_ORIGIN"], cloud.stack["api_url"]
    token = cloud.stack["users"]["client"]["id_token"]
    key = f"e2e-site-{uuid.uuid4().hex}"
    script = f"""
    const headers = {{"Authorization": {json.dumps(token)}, "Idempotency-Key": "{key}",
      "Content-Type": "application/json"}};
    const body = JSON.stringify({json.dumps(request_body)});
    await tried("booked", "{api}/v1/bookings", {{method: "POST", headers, body}});
    const place = new URL(seen[0][4], "{api}/v1/bookings");
    await tried("found", place, {{headers: {{"Authorization": headers.Authorization}}}});
    await tried("refused", "{api}/v1/me", {{headers: {{"Authorization": "none"}}}});
    await tried("emulator", "{cloud.stack["aws_endpoint_url"]}/_ministack/health", {{}});
    """
    port = urlsplit(origin).port
    assert port is not None
    with site({"/": page(script)}, port):
        result = seen(looked_at(origin))
    assert result["booked"][:2] == ["cors", 202], result
    assert result["booked"][3] == f"bookings/{key}"
    assert result["found"][:2] == ["cors", 200]
    assert result["refused"][:2] == ["cors", 401], "it may read what is wrong"
    assert result["emulator"][0] == "error"
    assert cloud.wait(key)["status"] == "confirmed"
