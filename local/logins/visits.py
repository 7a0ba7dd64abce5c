"""Where a browser is in signing up or in: what its next page needs is kept here, not in the page or its URL.

So a press is answered by the way to a page, which the browser's Back and a reload ask for without pressing again.
"""

import secrets
import time
from dataclasses import dataclass, field

from local.logins.cookies import ATTRIBUTES, cookie

COOKIE = "login"
SECONDS = 3600


@dataclass
class Visit:
    """One sign-up or sign-in of one tab."""

    address: str = ""
    session: str = ""  # Cognito's, of a sign-in that has begun
    challenge: str = ""  # what Cognito asks for in it
    sent_to: str = ""  # where the code went, as Cognito says it: masked
    is_sign_up: bool = False
    problem: str = ""  # what the next page says, once
    notice: str = ""
    until: float = field(default_factory=lambda: time.time() + SECONDS)

    def said(self) -> tuple[str, str]:
        """What is wrong and what has been done, for one page."""
        said, self.problem, self.notice = (self.problem, self.notice), "", ""
        return said


_visits: dict[tuple[str, str], Visit] = {}
"""By the browser's cookie, and by what the site asks for, which is another for each tab."""


def visit(cookies: str, asked: str) -> Visit:
    """What is known of it; one that has just begun, and is kept by ``keep`` only."""
    known = _visits.get((cookie(cookies, COOKIE), asked))
    return known if known is not None and known.until > time.time() else Visit()


def keep(cookies: str, asked: str, begun: Visit) -> str:
    """The ``Set-Cookie`` that a browser is known again by; empty when it has one."""
    for old in [key for key, each in _visits.items() if each.until <= time.time()]:
        del _visits[old]
    token = cookie(cookies, COOKIE)
    made = not any(token == each for each, _ in _visits)  # nobody chooses a token for somebody else's browser
    if made:
        token = secrets.token_urlsafe(32)
    _visits[token, asked] = begun
    return f"{COOKIE}={token}; Max-Age={SECONDS}; {ATTRIBUTES}" if made else ""


def end(cookies: str, asked: str) -> None:
    _visits.pop((cookie(cookies, COOKIE), asked), None)
