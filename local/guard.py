"""Who may speak to the laptop's ports: programs on this machine, and pages that this machine serves itself.

The emulator creates and runs functions for whoever asks, and any page in the developer's browser can ask: a POST as
``text/plain`` needs no preflight, and a name of the page's own may lead to 127.0.0.1 (DNS rebinding). A browser says
who asks, in headers that no page can change: ``Host``, ``Origin`` and ``Sec-Fetch-Site``. What is foreign there is
refused before anything looks at the request; programs (SDKs, curl) send none of the latter two.
"""

import re
from collections.abc import Iterable

Headers = Iterable[tuple[bytes, bytes]]

_HOST = re.compile(r"(?P<name>\[::1\]|[a-z0-9.-]+)(:\d{1,5})?")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_OF_CONTAINERS = "host.docker.internal"
"""Docker's own name for this machine, by which sam local invoke's containers ask: nobody else can have it."""


def refusal(headers: Headers, ports: Iterable[int], allowed_origin: str = "", *, is_page: bool = False) -> str | None:
    """Why a request is refused, naming the header and the rule; None when it may come in.

    ``ports`` are this laptop's own: pages of theirs may ask. ``allowed_origin`` is another origin that may, as the
    API's parameter ``AllowedOrigin`` says; empty for none. ``is_page``: what is asked for is a page, which
    does nothing by being shown; a browser may be led there from another port here, as from the site to the login.
    """
    given: dict[str, list[str]] = {}
    for name, value in headers:
        given.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1").strip().lower())
    hosts = given.get("host", [])
    if len(hosts) != 1 or not _is_here(hosts[0]):
        return "Host must be 127.0.0.1, localhost or [::1]"
    ours = {f"http://{name}:{port}" for name in _LOOPBACK for port in ports} | ({allowed_origin} - {""})
    origins = given.get("origin", [])
    if any(origin not in ours for origin in origins):
        return "Origin must be one of this laptop's own"
    sites = given.get("sec-fetch-site", [])
    led_here = is_page and given.get("sec-fetch-mode") == ["navigate"]
    may = {"none", "same-origin", *(["same-site"] if led_here else [])}
    if not origins and any(site not in may for site in sites):
        return "Sec-Fetch-Site must be none or same-origin, or Origin one of this laptop's own"
    return None


def without_wildcards(headers: Headers) -> list[tuple[bytes, bytes]]:
    """An answer's headers without the emulator's ``Access-Control-…: *``: no page of anybody's may read it."""
    kept = list(headers)
    if any(name.lower() == b"access-control-allow-origin" and value.strip() == b"*" for name, value in kept):
        return [(name, value) for name, value in kept if not name.lower().startswith(b"access-control-")]
    return kept


def _is_here(host: str) -> bool:
    match = _HOST.fullmatch(host)
    name = match["name"] if match else ""
    return name in _LOOPBACK or name.endswith(".localhost") or name == _OF_CONTAINERS
