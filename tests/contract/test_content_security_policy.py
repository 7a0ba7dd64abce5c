"""What the site's pages load, and what infrastructure/site.yaml lets them: the same, no more and no less."""

import re

import pytest

from local.site import policy
from ops import site_files
from tests.contract.test_pages import WEB

LOGIN = "https://login.example.com"
LOADS = {
    "script-src": r'<script\b[^>]*\bsrc="([^"]+)|rel="modulepreload" href="([^"]+)|\b(?:import\(|from )"([^"]+)"',
    "style-src": r'rel="stylesheet" href="([^"]+)|@import "([^"]+)|new URL\(`(styles/[^`]+)`, import\.meta\.url\)',
    "img-src": r'rel="icon" href="([^"]+)|<(?:img|image)\b[^>]*\b(?:src|href)="?([^\s">]+)|\burl\("?([^)"]+)',
    "connect-src": r"\b(?:fetch|WebSocket|EventSource|sendBeacon)\(\s*([^,)]+)|new XMLHttpRequest()",
    "font-src": r"(@font-face)",
    "manifest-src": r'rel="(manifest)"',
    "frame-src": r"<(iframe)\b",
    "worker-src": r"new (?:Shared)?Worker\(([^)]+)",
    "media-src": r"<(audio|video)\b",
    "object-src": r"<(object|embed)\b",
    "form-action": r"<form\b[^>]*\baction=(\S+)",
}
"""By directive: what in a file makes a browser load something, and what that is."""

CALLS = {"path": "'self'", "address": "'self'", "`${LOGIN_URL}/oauth2/token`": LOGIN}
"""The calls that pages make, as they are written: of the API, for a page's own file, and of the login."""


def sources() -> dict[str, set[str]]:
    """From where pages load something, by directive, as their files say."""
    texts = [site_files.page("dev", LOGIN, "client").decode()]
    texts += [path.read_text() for _, path in site_files.files() if path.suffix in (".js", ".css", ".svg")]
    loaded = {
        directive: {next(filter(None, each.groups())) for text in texts for each in re.finditer(pattern, text)}
        for directive, pattern in LOADS.items()
    }
    return {directive: {source(each, directive) for each in found} for directive, found in loaded.items() if found}


def source(loaded: str, directive: str) -> str:
    if directive == "connect-src":
        return CALLS[loaded]
    return loaded if re.match(r"[a-z]+:|//", loaded) else "'self'"


@pytest.fixture
def allowed() -> dict[str, set[str]]:
    told = policy("PageHeaders", {"LoginUrl": LOGIN, "FrameAncestors": "'none'"})["Content-Security-Policy"]
    return {name: set(sources) for name, *sources in (each.split() for each in told.split(";"))}


def test_pages_may_load_what_they_load_and_nothing_else(allowed: dict[str, set[str]]) -> None:
    needed = sources()
    assert {"script-src", "style-src", "img-src", "connect-src"} <= set(needed), "the files are looked at"
    nothing = {name: each for name, each in allowed.items() if each == {"'none'"}}
    assert set(nothing) == {"default-src", "base-uri", "form-action", "frame-ancestors"}
    assert {name: each for name, each in allowed.items() if name not in nothing} == needed


def test_no_form_goes_anywhere_by_itself() -> None:
    """``form-action 'none'``: each form's press is a script's."""
    forms = [form for path in WEB.rglob("*.js") for form in re.findall(r"<form\b[^>]*>", path.read_text())]
    assert len(forms) > 2
    assert [form for form in forms if "onSubmit=" not in form] == []
