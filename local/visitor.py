"""Somebody at the login's pages, as a browser is: follows links, fills in forms, and comes back with tokens.

Authorization code with PKCE (RFC 7636), as the practice's site does it.
"""

import base64
import hashlib
import json
import secrets
import urllib.error
import urllib.request
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from local.errors import LocalCloudError


class Visitor:
    """One sign-up or sign-in, from the practice's page to the login's and back."""

    def __init__(self, stack: dict[str, Any]) -> None:
        self._stack = stack
        self._verifier, self._state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        self.page, self._url, self._returned = "", "", ""
        self._browser = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor())

    def arrive(self, path: str = "/oauth2/authorize") -> None:
        """Begins where the practice's page sends them."""
        digest = hashlib.sha256(self._verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._stack["user_pool_client_id"],
            "redirect_uri": self._stack["signed_in_url"],
            "scope": "openid email",
            "state": self._state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        self._go(f"{self._stack['login_url']}{path}?{urlencode(asked)}")

    def press(self, **filled: str) -> None:
        """Fills in the page's first form, with what it has hidden, and sends it."""
        form = _Form(self.page)
        self._go(urljoin(self._url, form.action), urlencode({**form.hidden, **filled}).encode())

    @property
    def has_returned(self) -> bool:
        return bool(self._returned)

    def tokens(self) -> dict[str, Any]:
        """What the practice's page fetches when they are back. Raises ``LocalCloudError`` while they are not."""
        given = parse_qs(urlsplit(self._returned).query)
        if given.get("state") != [self._state]:
            raise LocalCloudError(f"nobody has signed in: {self.page}")
        form = {
            "grant_type": "authorization_code",
            "client_id": self._stack["user_pool_client_id"],
            "code": given["code"][0],
            "redirect_uri": self._stack["signed_in_url"],
            "code_verifier": self._verifier,
        }
        _, _, body = self._fetch(f"{self._stack['login_url']}/oauth2/token", urlencode(form).encode())
        return dict(json.loads(body))

    def _go(self, url: str, form: bytes | None = None) -> None:
        status, location, body = self._fetch(url, form)
        if status not in (302, 303):
            self.page, self._url = body, url
        elif location.startswith(self._stack["signed_in_url"]):
            self._returned = location
        else:
            self._go(urljoin(url, location))

    def _fetch(self, url: str, form: bytes | None) -> tuple[int, str, str]:
        """Status, ``Location`` and body."""
        request = urllib.request.Request(url, form)  # noqa: S310  # the laptop's own http address
        try:
            with self._browser.open(request, timeout=30) as answer:
                return answer.status, "", answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers.get("Location", ""), error.read().decode()


class _Form(HTMLParser):
    """The first form of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.hidden, self._is_over = "", dict[str, str](), False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and not self._is_over:
            self.action = given["action"]
        if tag == "input" and given.get("type") == "hidden" and not self._is_over:
            self.hidden[given["name"]] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        self._is_over = self._is_over or tag == "form"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Where a page sends them is looked at first."""
