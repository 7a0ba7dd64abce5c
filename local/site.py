"""The booking site on the laptop, as CloudFront puts it before people on AWS: its files and the API, one origin.

The headers that browsers are told are read from infrastructure/site.yaml. Files are served from web/ as they are, below
a release's folder as on AWS: browsers keep them, and whoever edits one sees it with the next page, which names another
release.
"""

import gzip
import hashlib
import json
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from local import documents, guard
from ops import site_files

FILES = "/r/"
API = "/v1/"
CATALOGUE = f"{API}catalogue/"
ZIPPED_BYTES = 1000
"""CloudFront leaves what is smaller as it is."""

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class Site:
    """An ASGI application: pages and files itself, the rest by ``api``."""

    def __init__(self, stack_file: Path, site_port: int, aws_port: int, api: Asgi, root: Path = documents.ROOT) -> None:
        self._stack_file, self._port, self._api, self._root = stack_file, site_port, api, root
        self._url = f"http://127.0.0.1:{site_port}"
        self._release = ""  # of the page that was shown last
        values = {"LoginUrl": f"http://127.0.0.1:{aws_port}", "FrameAncestors": "'none'"}
        self._headers = {name: policy(f"{name}Headers", values) for name in ("Page", "File", "Catalogue", "Answer")}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        path = scope["path"]
        is_call = path.startswith(API)
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008, "reason": "the site has no socket"})
        elif reason := guard.refusal(scope["headers"], (self._port,), is_page=not is_call):
            await _send(send, 403, {"Content-Type": "application/json"}, json.dumps({"message": reason}).encode())
        elif is_call:
            await self._call(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await _send(send, 403, {"Content-Type": "text/plain"}, b"")
        elif _host(scope) != self._url.removeprefix("http://"):  # another name of this machine: the login knows one
            query = scope["query_string"].decode("latin-1")
            place = f"{self._url}{scope['raw_path'].decode('latin-1')}{'?' if query else ''}{query}"
            await _send(send, 302, {"Location": place, "Cache-Control": "no-store"}, b"")
        else:
            await self._show(scope, send)

    async def _call(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """To the API, as it is; to the catalogue with the site's key, whatever key came along."""
        headers, is_open = scope["headers"], scope["path"].startswith(CATALOGUE)
        answered = self._headers["Catalogue" if is_open else "Answer"]
        told = [(name.lower().encode(), value.encode()) for name, value in answered.items()]
        if is_open:
            kept = [(name, value) for name, value in headers if name.lower() not in (b"x-api-key", b"authorization")]
            headers = [*kept, (b"x-api-key", str(self._stack().get("site_key", "")).encode())]

        async def sent(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*_without(message["headers"], told), *told]}
            await send(message)

        await self._api({**scope, "headers": headers}, receive, sent)

    async def _show(self, scope: dict[str, Any], send: Any) -> None:
        path = unquote(scope["path"])
        if path.startswith(FILES):
            named, _, name = path.removeprefix(FILES).partition("/")
            found = site_files.file(name, self._root)
            if found is None:
                await _send(send, 404, {"Content-Type": "text/plain", **self._headers["File"]}, b"")
                return
            kind, body = site_files.TYPES[found.suffix], found.read_bytes()
            kept = site_files.FOR_EVER if named == self._release else "no-cache"  # of a page older than an edit
            headers = {**self._headers["File"], "Cache-Control": kept}
        elif "." in path.rpartition("/")[2]:  # as the function DeepLinks has it
            await _send(send, 404, {"Content-Type": "text/plain", **self._headers["Page"]}, b"")
            return
        elif not (stack := self._stack()):
            await _send(send, 503, {"Content-Type": "text/plain", "Retry-After": "5"}, b"The laptop cloud is starting.")
            return
        else:
            kind, headers = site_files.TYPES[".html"], self._headers["Page"]
            self._release = release(self._root)
            body = site_files.page(self._release, stack["login_url"], stack["user_pool_client_id"], self._root)
        asked = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        await _send(send, *_as_asked(asked, {"Content-Type": kind, **headers}, body))

    def _stack(self) -> dict[str, Any]:
        """What runs; nothing while it is on its way up."""
        try:
            return dict(json.loads(self._stack_file.read_text()))
        except (FileNotFoundError, ValueError):  # not written yet, or not to its end
            return {}


def release(root: Path = documents.ROOT) -> str:
    """What web/ holds now, as a release's name: another one after every edit."""
    seen = hashlib.sha256()
    for name, path in site_files.files(root):
        found = path.stat()
        seen.update(f"{name} {found.st_mtime_ns} {found.st_size}\n".encode())
    return seen.hexdigest()[:12]


def policy(name: str, values: dict[str, str]) -> dict[str, str]:
    """The headers of a response headers policy of infrastructure/site.yaml."""
    resource = documents.site_template()["Resources"][name]["Properties"]["ResponseHeadersPolicyConfig"]
    never_framed = {"NeverFramed": values.get("FrameAncestors") == "'none'"}
    config = documents.resolved(resource, values, never_framed)
    security = config["SecurityHeadersConfig"]
    told = {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
    }
    if "FrameOptions" in security:
        told["X-Frame-Options"] = security["FrameOptions"]["FrameOption"]
    lasting = security["StrictTransportSecurity"]
    told["Strict-Transport-Security"] = f"max-age={lasting['AccessControlMaxAgeSec']}" + (
        "; includeSubDomains" if lasting["IncludeSubdomains"] else ""
    )
    more = config.get("CustomHeadersConfig", {}).get("Items", [])
    return {**told, **{each["Header"]: each["Value"] for each in more}}


def _as_asked(asked: dict[bytes, str], headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Zipped for who can read that, and not at all for who has it."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**headers, "ETag": tag, "Vary": "Accept-Encoding"}
    if asked.get(b"if-none-match") in (tag, f"W/{tag}"):
        return 304, headers, b""
    if len(body) >= ZIPPED_BYTES and "gzip" in asked.get(b"accept-encoding", ""):
        return 200, {**headers, "ETag": f"W/{tag}", "Content-Encoding": "gzip"}, _zipped(body)
    return 200, headers, body


@lru_cache(maxsize=500)  # more than web/ has files
def _zipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _host(scope: dict[str, Any]) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"), "")


def _without(headers: Headers, others: Headers) -> Headers:
    """The headers that none of the others is instead of."""
    names = {name for name, _ in others}
    return [(name, value) for name, value in headers if name.lower() not in names]


async def _send(send: Any, status: int, headers: dict[str, str], body: bytes) -> None:
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    if status != 304:
        encoded.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
