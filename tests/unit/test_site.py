"""The booking site on the laptop: pages, files and calls under one origin, with the headers of CloudFront."""

import gzip
import json
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local import documents
from local.site import Site, release

PORT, LOGIN_PORT = 8000, 4566
STACK = {"login_url": f"http://127.0.0.1:{LOGIN_PORT}", "user_pool_client_id": "the-client", "site_key": "the-key"}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


Ask = Callable[..., Answer]


@pytest.fixture
def calls() -> list[dict[str, Any]]:
    """What has come to the API."""
    return []


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """The site's files, for whoever edits them."""
    return shutil.copytree(documents.ROOT / "web", tmp_path / "web")


@pytest.fixture
def ask(web: Path, tmp_path: Path, calls: list[dict[str, Any]]) -> Ask:
    stack_file = tmp_path / "stack.json"
    stack_file.write_text(json.dumps(STACK))

    async def api(scope: dict[str, Any], _receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        calls.append(scope)
        headers = [(b"Cache-Control", b"public, s-maxage=5"), (b"ETag", b'"1"')]
        await send({"type": "http.response.start", "status": 404, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})

    site = Site(stack_file, PORT, LOGIN_PORT, api, tmp_path)

    def asked(path: str, method: str = "GET", **headers: str) -> Answer:
        given = {"Host": f"127.0.0.1:{PORT}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        with pytest.raises(StopIteration):
            site(scope, None, send).send(None)  # it waits for nobody, so it needs no loop
        answered = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], answered, sent[1]["body"])

    return asked


@pytest.mark.parametrize("path", ["/", "/bookings/b-1", "/signed-in?code=1&state=2", "/no/such/page"])
def test_every_path_is_the_page_and_nobody_keeps_it(ask: Ask, web: Path, path: str) -> None:
    answer = ask(path)
    assert answer.status == 200
    assert b'content="the-client"' in answer.body
    assert f'src="/r/{release(web.parent)}/app.js"'.encode() in answer.body
    assert b"{{" not in answer.body
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert f"connect-src 'self' http://127.0.0.1:{LOGIN_PORT};" in policy
    assert policy.endswith("frame-ancestors 'none'")
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_a_file_is_zipped_and_is_not_sent_twice(ask: Ask, web: Path) -> None:
    preact = f"/r/{release(web.parent)}/vendor/preact.js"
    ask("/")
    plain, zipped = ask(preact), ask(preact, Accept_Encoding="br, gzip")
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable", "as on AWS"
    assert plain.headers["x-content-type-options"] == "nosniff"
    assert gzip.decompress(zipped.body) == plain.body
    for known in (plain.headers["etag"], zipped.headers["etag"]):
        again = ask(preact, If_None_Match=known)
        assert (again.status, again.body) == (304, b"")


def test_who_edits_a_file_sees_it_with_the_next_page(ask: Ask, web: Path) -> None:
    before = release(web.parent)
    (web / "app.js").write_text("// edited")
    assert f'src="/r/{release(web.parent)}/app.js"'.encode() in ask("/").body
    assert release(web.parent) != before
    late = ask(f"/r/{before}/app.js")
    assert (late.body, late.headers["cache-control"]) == (b"// edited", "no-cache"), "a page older than the edit"


@pytest.mark.parametrize(
    "path",
    [
        *("/r/dev/none.js", "/r/dev/../../template.yaml", "/r/dev/%2e%2e/%2e%2e/template.yaml", "/r/dev//etc/passwd"),
        *("/r/dev/index.html", "/favicon.ico", "/.env", "/wp-login.php"),
    ],
)
def test_what_is_no_file_of_the_site_is_not_there(ask: Ask, path: str) -> None:
    assert ask(path).status == 404


def test_the_page_takes_nothing(ask: Ask) -> None:
    assert ask("/", "POST").status == 403


def test_a_call_goes_to_the_api_as_it_is(ask: Ask, calls: list[dict[str, Any]]) -> None:
    answer = ask("/v1/bookings/b-1", "POST", Authorization="token", Origin=f"http://127.0.0.1:{PORT}")
    assert answer.status == 404, "the API's own, and no page in its place"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["cache-control"] == "no-store", "what is somebody's own is in no cache"
    headers = dict(calls[0]["headers"])
    assert headers[b"Authorization"] == b"token"
    assert b"x-api-key" not in headers


def test_a_call_of_the_catalogue_has_the_sites_key_and_nobodys_token(ask: Ask, calls: list[dict[str, Any]]) -> None:
    answer = ask("/v1/catalogue/services/1/slots?from=x", X_Api_Key="somebody's", Authorization="token")
    [scope] = calls
    keys = [value for name, value in scope["headers"] if name.lower() == b"x-api-key"]
    assert keys == [b"the-key"]
    assert b"authorization" not in {name.lower() for name, _ in scope["headers"]}
    assert scope["query_string"] == b"from=x"
    assert answer.headers["cache-control"] == "no-cache", "seconds old at the edge, and not in a browser besides"


def test_another_name_of_this_machine_leads_to_the_one_that_the_login_knows(ask: Ask) -> None:
    answer = ask("/bookings/b-1?x=1", Host=f"localhost:{PORT}")
    assert (answer.status, answer.headers["location"]) == (302, f"http://127.0.0.1:{PORT}/bookings/b-1?x=1")


def test_the_login_leads_back_and_no_foreign_page_asks(ask: Ask) -> None:
    back = {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "navigate"}
    assert ask("/signed-in?code=1", **back).status == 200
    assert ask("/v1/me", **back).status == 403, "a call is no page"
    assert ask("/", Sec_Fetch_Site="same-site", Sec_Fetch_Mode="no-cors").status == 403
    assert ask("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate").status == 403
    assert ask("/", Host="evil.example").status == 403
    assert ask("/v1/me", Origin="https://evil.example").status == 403


def test_it_says_that_the_cloud_is_on_its_way_up(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "stack.json").unlink()
    assert ask("/").status == 503
