"""Checkout's pages, on which a person plays the card: plain HTML, without a script."""

import base64
from datetime import UTC, datetime
from hashlib import sha256
from html import escape

from local.stripe.account import Account
from local.stripe.objects import Object
from local.stripe.words import Words

_STYLE = """
:root{color-scheme:light dark;--ground:light-dark(#fff,#111418);--text:light-dark(#1a1f36,#e6e9ef);
--soft:light-dark(#4f566b,#b3bac7);--line:light-dark(#757d92,#8b93a5);--filled:light-dark(#0055bc,#8ab8ff);
--on-filled:light-dark(#fff,#06182f);--alert:light-dark(#9b1c1c,#ffb4ab)}
*{box-sizing:border-box}
body{font:1rem/1.5 system-ui,sans-serif;margin:0;padding:1rem;background:var(--ground);color:var(--text)}
main{max-width:26rem;margin:0 auto;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25}
.double{border:1px dashed var(--line);border-radius:.5rem;padding:.5rem .75rem;color:var(--soft)}
dl{display:grid;grid-template-columns:1fr auto;gap:.25rem 1rem;margin:1rem 0}
dt,dd{margin:0}
dd{text-align:right}
p{color:var(--soft)}
label{display:block;margin-top:1rem;font-weight:600}
select,button{font:inherit;width:100%;min-height:2.75rem;padding:.5rem .7rem;border-radius:.5rem;color:inherit;
background:var(--ground);border:1px solid var(--line)}
button{margin-top:1rem;cursor:pointer;font-weight:600}
button.first{background:var(--filled);color:var(--on-filled);border-color:var(--filled)}
button:hover{text-decoration:underline}
a{color:var(--filled);display:inline-block;min-height:44px;padding:.6rem 0}
:focus-visible{outline:3px solid var(--filled);outline-offset:2px}
[role=alert]{border-left:.25rem solid;padding:.25rem .75rem;color:var(--alert)}
"""

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{base64.b64encode(sha256(_STYLE.encode()).digest()).decode()}';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # without any, a form would say of no origin that it is ours
    "X-Content-Type-Options": "nosniff",
}
"""No ``form-action``: a press leads back to the practice's own pages, which browsers count as one."""


def checkout(account: Account, session: Object, words: Words) -> str:
    """The page as the session is now."""
    if session["status"] == "expired":
        return _page(words, words.expired, f"<p>{words.has_expired}</p>" + _way_back(words, session["cancel_url"]))
    if session["status"] == "complete":
        back = _way_back(words, success_url(session))
        return _page(words, words.complete, f"<p>{words.is_complete}</p>{back}")
    is_payment = session["mode"] == "payment"
    total = words.sum(session["amount_total"], session["currency"]) if is_payment else ""
    until = datetime.fromtimestamp(session["expires_at"], UTC)
    buttons = (
        _button(words.to_pay.format(sum=total) if is_payment else words.to_save, "pay", "first")
        + _button(words.decline, "decline")
        + _button(words.authenticate, "authenticate")
    )
    body = (
        _problem(account, session, words)
        + _items(account, session, words)
        + f"<p>{words.until.format(time=f'{until:%H:%M}')}</p>"
        + _form(f"/c/pay/{session['id']}", (_cards(words) if keeps_card(account, session) else "") + buttons)
        + (f'<p><a href="{escape(session["cancel_url"])}">{words.close}</a></p>' if session["cancel_url"] else "")
    )
    return _page(words, words.pay.format(sum=total) if is_payment else words.save, body)


def authentication(session: Object, words: Words) -> str:
    """The bank's page: 3-D Secure."""
    buttons = _button(words.approve, "approve", "first") + _button(words.fail, "fail")
    return _page(words, words.is_it_you, f"<p>{words.asks}</p>" + _form(f"/c/pay/{session['id']}/check", buttons))


def missing(words: Words) -> str:
    return _page(words, words.missing, f"<p>{words.is_missing}</p>")


def success_url(session: Object) -> str:
    """Where somebody goes who has paid (https://docs.stripe.com/payments/checkout/custom-success-page)."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def keeps_card(account: Account, session: Object) -> bool:
    """Whether the card can be charged later, while nobody is there."""
    data = account.aside(session["id"])["payment_intent_data"]
    return bool(session["mode"] == "setup" or data.get("setup_future_usage") == "off_session")


def _items(account: Account, session: Object, words: Words) -> str:
    items = account.aside(session["id"])["line_items"]
    shown = (
        f"<dt>{escape(each['description'])}</dt><dd>{words.sum(each['amount_total'], each['currency'])}</dd>"
        for each in items
    )
    return f"<dl>{''.join(shown)}</dl>" if items else ""


def _problem(account: Account, session: Object, words: Words) -> str:
    """Why the last press came to nothing."""
    is_setup = session["mode"] == "setup"
    kind, error = ("setup_intent", "last_setup_error") if is_setup else ("payment_intent", "last_payment_error")
    failed = account.get(kind, session[kind], "id")[error] if session[kind] else None
    if failed is None:
        return ""
    said = words.not_known if failed["code"].endswith("authentication_failure") else words.declined
    return f'<p role="alert">{said}</p>'


def _cards(words: Words) -> str:
    options = "".join(f'<option value="{card}">{behaviour}</option>' for card, behaviour in words.cards)
    return f'<label for="card">{words.later}</label><select id="card" name="card">{options}</select>'


def _form(action: str, body: str) -> str:
    return f'<form method="post" action="{action}">{body}</form>'


def _button(text: str, press: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<button name="press" value="{press}"{named}>{text}</button>'


def _way_back(words: Words, url: str | None) -> str:
    return f'<p><a href="{escape(url)}">{words.back}</a></p>' if url else ""


def _page(words: Words, title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{words.tag}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f'<body><main><p class="double">{words.double}</p><h1>{title}</h1>{body}</main></body></html>'
    )
