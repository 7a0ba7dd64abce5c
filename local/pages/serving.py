"""The laptop's pages over HTTP: their files, what they show, and the switches they turn.

Below ``/laptop/files/`` are this repository's own files by their paths in it, as far as pages need them: so a module
imports another by the same relative path in a browser, in Node and for ``tsc``. Whatever changes something is taken
from these pages only; programs use the emulator's own addresses.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import ValidationError

from local import documents, guard, inbox
from local.errors import LocalCloudError
from local.pages import FAULTS, INBOX, LAPTOP
from local.pages.switches import Switches, Wanted
from local.site import policy
from ops import site_files

FILES = f"{LAPTOP}files/"
MESSAGES = f"{LAPTOP}state/messages"
SWITCHES = f"{LAPTOP}state/faults"
MAIL = f"{LAPTOP}mail/"
PAGES = (LAPTOP.rstrip("/"), LAPTOP, INBOX, FAULTS)
SHOWN = 200
"""So many messages are listed at once."""
PREVIEW = 160
MAX_BODY_BYTES = 10_000

Answered = tuple[int, dict[str, str], bytes]

_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
"""An e-mail's own: no script runs, nothing is fetched, and a link opens a page of its own.

Without ``allow-same-origin`` what a link opens would come from nowhere, which the laptop's ports refuse."""


class LaptopPages:
    """An ASGI application."""

    def __init__(self, stack_file: Path, site_port: int, aws_port: int) -> None:
        self._stack_file, self._port, self._aws_port = stack_file, site_port, aws_port
        self._headers = policy("PageHeaders", {"LoginUrl": "", "FrameAncestors": "'none'"})
        self._headers["Content-Security-Policy"] += "; frame-src 'self'"
        self._known: Switches | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008, "reason": "these pages have no socket"})
            return
        is_page = scope["path"] in PAGES and scope["method"] in ("GET", "HEAD")
        reason = guard.refusal(scope["headers"], (self._port,), is_page=is_page) or self._no_own_page(scope)
        status, headers, body = _refused(reason) if reason else await self._answer(scope, receive)
        told = {"Cache-Control": "no-store", **headers, "Content-Length": str(len(body))}
        encoded = [(name.lower().encode(), value.encode()) for name, value in told.items()]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _no_own_page(self, scope: dict[str, Any]) -> str | None:
        """Why a request may change nothing: it is from no page of this very address (CSRF)."""
        if scope["method"] in ("GET", "HEAD"):
            return None
        given = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if given.get(b"origin", "").lower() != f"http://{given[b'host']}".lower():
            return f"Origin must be this page's own; programs ask http://127.0.0.1:{self._aws_port}/_local/faults"
        if given.get(b"content-type", "") != "application/json":
            return "Content-Type must be application/json"
        return None

    async def _answer(self, scope: dict[str, Any], receive: Any) -> Answered:
        path, method = unquote(scope["path"]), scope["method"]
        if path == SWITCHES:
            return await self._switched(method, await _body(receive))
        if method not in ("GET", "HEAD"):
            return 405, {"Content-Type": "text/plain", "Allow": "GET, HEAD"}, b""
        if path in PAGES[:2]:
            return 302, {"Location": INBOX}, b""
        if path in PAGES:
            page = (documents.ROOT / "local" / "pages" / "page.html").read_bytes()
            return 200, {**self._headers, "Content-Type": site_files.TYPES[".html"]}, page
        if path == MESSAGES:
            wanted = parse_qs(scope["query_string"].decode("latin-1")).get("to", [""])[0]
            return _json(200, _listed(wanted))
        if path.startswith(f"{MESSAGES}/"):
            return _of_message(path.removeprefix(f"{MESSAGES}/"), lambda each: _json(200, _whole(each)))
        if path.startswith(MAIL):
            return _of_message(path.removeprefix(MAIL), _as_mail)
        if path.startswith(FILES):
            return self._file(path.removeprefix(FILES))
        return _not_found()

    async def _switched(self, method: str, body: bytes) -> Answered:
        switches = self._switches()
        if switches is None:
            return _json(503, {"message": "the laptop cloud is starting"})
        try:
            if method == "PUT":
                await switches.change(Wanted.model_validate_json(body))
            elif method == "DELETE":
                await switches.mend()
            elif method not in ("GET", "HEAD"):
                return 405, {"Content-Type": "text/plain", "Allow": "GET, HEAD, PUT, DELETE"}, b""
            return _json(200, switches.state())
        except ValidationError as wrong:
            return _json(400, {"message": "; ".join(f"{each['loc']}: {each['msg']}" for each in wrong.errors())})
        except LocalCloudError as failed:
            return _json(503, {"message": str(failed)})

    def _switches(self) -> Switches | None:
        """Once it is known where the database is, and Stripe's double."""
        if self._known is None:
            try:
                stack = json.loads(self._stack_file.read_text())
            except (FileNotFoundError, ValueError):  # not written yet, or not to its end
                return None
            port = urlsplit(stack["database_url"]).port or 0
            self._known = Switches(self._stack_file.parent, port, stack["stripe_url"])
        return self._known

    def _file(self, name: str) -> Answered:
        path = _files().get(name)
        if path is None:
            return _not_found()
        return 200, {**self._headers, "Content-Type": site_files.TYPES[path.suffix]}, path.read_bytes()


def _files() -> dict[str, Path]:
    """What is served, by its path in the repository."""
    here = documents.ROOT / "local" / "pages"
    own = [path for path in here.iterdir() if path.suffix in (".js", ".css")]
    return {
        **{f"web/{name}": path for name, path in site_files.files()},
        **{path.relative_to(documents.ROOT).as_posix(): path for path in own},
    }


def _listed(recipient: str) -> dict[str, Any]:
    """The newest messages, to everybody or to one, and to whom there are how many."""
    everything = inbox.messages()
    counts: dict[str, dict[str, Any]] = {}
    for each in everything:
        known = counts.setdefault(each.recipient, {"id": each.recipient, "to": each.to, "count": 0})
        known["count"] += 1
    found = [each for each in everything if recipient in ("", each.recipient)]
    return {
        "messages": [_line(each) for each in found[:SHOWN]],
        "more": max(0, len(found) - SHOWN),
        "recipients": sorted(counts.values(), key=lambda each: str(each["to"])),
    }


def _line(message: inbox.Received) -> dict[str, Any]:
    return {
        "id": message.id,
        "channel": message.channel,
        "to": message.to,
        "at": message.at,
        "subject": message.subject,
        "preview": " ".join(message.text.split())[:PREVIEW],
        "code": message.code,
    }


def _whole(message: inbox.Received) -> dict[str, Any]:
    calendar = message.calendar
    return {
        **_line(message),
        "text": message.text,
        "mail": f"{MAIL}{message.id}" if message.html else None,
        "segments": message.segments,
        "calendar": None if calendar is None else {"method": calendar.method, "content": calendar.content.decode()},
    }


def _of_message(message_id: str, answer: Any) -> Answered:
    found = next((each for each in inbox.messages() if each.id == message_id), None)
    answered: Answered = _not_found() if found is None else answer(found)
    return answered


def _as_mail(message: inbox.Received) -> Answered:
    """The e-mail's HTML as it was sent; its links lead out of the frame it is shown in."""
    head, found, rest = message.html.partition("<head>")
    page = f'{head}{found}<base target="_blank">{rest}' if found else f'<base target="_blank">{message.html}'
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": _MAIL_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return 200, headers, page.encode()


async def _body(receive: Any) -> bytes:
    """What was sent; cut where no switch would need so much."""
    parts: list[bytes] = []
    while sum(map(len, parts)) <= MAX_BODY_BYTES:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return b"".join(parts)


def _json(status: int, content: Any) -> Answered:
    headers = {"Content-Type": "application/json", "X-Content-Type-Options": "nosniff"}
    return status, headers, json.dumps(content, ensure_ascii=False).encode()


def _refused(reason: str) -> Answered:
    return _json(403, {"message": reason})


def _not_found() -> Answered:
    return _json(404, {"message": "there is nothing here"})
