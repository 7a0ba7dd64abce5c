"""Browsers that are signed in at the login: for an hour they come back without a word, as after a page's reload.

As Cognito's managed login has it: a cookie, an hour from the sign-in (not from its last use), until somebody signs out.
"The maximum amount of time that this app client silently reuses an existing SSO session, measured from the user's last
fresh authentication […] The default is 60 [minutes]", says its API reference of ClientSSOSessionConfigType.
"""

import secrets
import time
from dataclasses import dataclass

from local.logins.cookies import ATTRIBUTES, cookie
from local.logins.pool import Pool, User

COOKIE = "cognito"
SECONDS = 3600


@dataclass(frozen=True)
class _SignedIn:
    pool_id: str
    username: str
    until: float


_browsers: dict[str, _SignedIn] = {}
"""By the cookie's value."""


def remember(pool: Pool, user: User) -> str:
    """Whose browser it is from now on: the ``Set-Cookie`` that says so."""
    for token in [token for token, each in _browsers.items() if each.until <= time.time()]:
        del _browsers[token]
    token = secrets.token_urlsafe(32)
    _browsers[token] = _SignedIn(pool["Id"], user["Username"], time.time() + SECONDS)
    return f"{COOKIE}={token}; Max-Age={SECONDS}; {ATTRIBUTES}"


def whose(pool: Pool, cookies: str) -> User | None:
    """Who is signed in there, by the request's cookies: an enabled user of this pool, or nobody."""
    known = _browsers.get(cookie(cookies, COOKIE))
    if known is None or known.until <= time.time() or known.pool_id != pool["Id"]:
        return None
    user: User | None = pool["_users"].get(known.username)
    return user if user is not None and user.get("Enabled", True) else None


def forget(cookies: str) -> str:
    """Signs a browser out, here and there: the ``Set-Cookie`` that says so."""
    _browsers.pop(cookie(cookies, COOKIE), None)
    return f"{COOKIE}=; Max-Age=0; {ATTRIBUTES}"
