"""Checkout's pages over HTTP: a page changes nothing by being shown, a press is answered by the way to the next."""

from urllib.parse import parse_qs

from local.stripe import pages, payer
from local.stripe.account import Account
from local.stripe.errors import Refused
from local.stripe.objects import Object
from local.stripe.words import words

PATH = "/c/pay/"

Answered = tuple[int, dict[str, str], bytes]

_LATER = {"4242": "3155", "0341": "3155", "3184": "3184"}
"""What can be chosen for later, and the card that asks for 3-D Secure now and is like it, if there is one."""


def answer(account: Account, method: str, path: str, body: str, accepted: str) -> Answered:
    """A page, or a press of a button. ``accepted`` is the browser's ``Accept-Language``."""
    session_id, _, rest = path.removeprefix(PATH).partition("/")
    account.catch_up()
    try:
        session = account.get("checkout.session", session_id, "session", status=404)
    except Refused:
        return _page(pages.missing(words(None, accepted)), 404)
    said = words(session["locale"], accepted)
    if rest not in ("", "check"):
        return _page(pages.missing(said), 404)
    if method == "POST":
        return _to(_pressed(account, session, rest, parse_qs(body)))
    if rest == "check" and not payer.awaits_authentication(account, session_id):
        return _to(f"{PATH}{session_id}")
    return _page(pages.authentication(session, said) if rest else pages.checkout(account, session, said))


def _pressed(account: Account, session: Object, rest: str, filled: dict[str, list[str]]) -> str:
    """Where they go next."""
    session_id, [press] = session["id"], filled.get("press", [""])
    came_to = ""
    if rest == "check":
        came_to = payer.authenticate(account, session_id, is_approved=press == "approve")
    elif press in ("pay", "decline", "authenticate"):
        later = filled.get("card", [""])[0]
        later = later if later in _LATER else "4242"
        card = {"pay": later, "decline": "0002", "authenticate": _LATER[later]}[press]
        came_to = payer.pay(account, session_id, card)
    if came_to == payer.COMPLETE:
        return pages.success_url(session)
    return f"{PATH}{session_id}/check" if came_to == payer.AUTHENTICATE else f"{PATH}{session_id}"


def _page(content: str, status: int = 200) -> Answered:
    return status, dict(pages.HEADERS), content.encode()


def _to(place: str) -> Answered:
    return 303, {"Location": place, "Cache-Control": "no-store"}, b""
