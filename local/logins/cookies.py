"""One cookie of a request. Other ports of this machine set some too, which browsers send along."""

from http.cookies import CookieError, SimpleCookie

ATTRIBUTES = "Path=/; HttpOnly; SameSite=Lax"


def cookie(cookies: str, name: str) -> str:
    """Empty when there is none."""
    try:
        found = SimpleCookie(cookies).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
