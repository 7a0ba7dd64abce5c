"""The pages on which people sign up and in, in place of AWS's own: plain HTML, without a script."""

from collections.abc import Mapping
from html import escape

STYLE = """
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:0 auto;padding:1rem}
label{display:block;margin-top:1rem}
input,button{font:inherit;box-sizing:border-box;width:100%;min-height:2.75rem;padding:.5rem}
button{margin-top:1rem}
[role=alert]{border-left:.25rem solid;padding-left:.75rem}
"""

Hidden = Mapping[str, str]
"""What goes along from page to page: the request that brought them here, and whose sign-in it is."""


def sign_in(hidden: Hidden, query: str, *, may_sign_up: bool, address: str = "", problem: str = "") -> str:
    form = _form(
        "/login",
        hidden,
        _field("E-mail address", "username", "email", "username", address)
        + _button("Send me a code", "way", "EMAIL_OTP")
        + _button("Use my password", "way", "PASSWORD"),
    )
    new = f'<p><a href="/signup?{escape(query)}">I have no login yet: sign up</a></p>' if may_sign_up else ""
    return _page("Sign in", problem, form + new)


def sign_up(hidden: Hidden, query: str, *, address: str = "", problem: str = "") -> str:
    form = _form(
        "/signup",
        hidden,
        _field("E-mail address", "username", "email", "username", address)
        + _field(
            "Password, of 12 characters or more (you sign in by a code; this one opens nothing)",
            "password",
            "password",
            "new-password",
        )
        + _button("Sign up"),
    )
    return _page("Sign up", problem, form + f'<p><a href="/login?{escape(query)}">I have a login: sign in</a></p>')


def confirm(hidden: Hidden, *, problem: str = "") -> str:
    again = _form("/confirm", hidden, _button("Send another code", "again", "yes"))
    return _page("Type the code that we have sent you", problem, _form("/confirm", hidden, _code()) + again)


def code(hidden: Hidden, *, problem: str = "") -> str:
    return _page("Type the code that we have sent you", problem, _form("/login", hidden, _code()))


def password(hidden: Hidden, *, problem: str = "") -> str:
    field = _field("Password", "password", "password", "current-password")
    return _page("Type your password", problem, _form("/login", hidden, field + _button("Sign in")))


def trouble(problem: str) -> str:
    return _page("That did not work", problem, "")


def _page(title: str, problem: str, body: str) -> str:
    alert = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{alert}{body}</main></body></html>"
    )


def _form(action: str, hidden: Hidden, body: str) -> str:
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden.items()
    )
    return f'<form method="post" action="{action}">{kept}{body}</form>'


def _field(label: str, name: str, kind: str, autocomplete: str, value: str = "") -> str:
    return (
        f'<label for="{name}">{label}</label><input id="{name}" name="{name}" type="{kind}" required'
        f' autocomplete="{autocomplete}" value="{escape(value)}">'
    )


def _code() -> str:
    return (
        '<label for="code">Code</label><input id="code" name="code" inputmode="numeric" required'
        ' autocomplete="one-time-code">' + _button("Go on")
    )


def _button(text: str, name: str = "", value: str = "") -> str:
    chosen = f' name="{name}" value="{value}"' if name else ""
    return f"<button{chosen}>{text}</button>"
