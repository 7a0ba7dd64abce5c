"""The pages on which people sign up and in, in place of AWS's own: plain HTML, without a script."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from local.logins.look import Look
from local.logins.words import Words


@dataclass(frozen=True)
class Frame:
    """What all pages of one answer have in common."""

    words: Words
    look: Look
    query: str  # what the site has asked for: it goes along in every address
    problem: str = ""
    notice: str = ""
    inbox: str = ""  # where codes are read; on AWS in a mailbox of one's own


@dataclass(frozen=True)
class Sent:
    """A code that is on its way."""

    to: str  # masked
    digits: int
    minutes: int


def sign_in(frame: Frame, *, may_sign_up: bool, address: str) -> str:
    words = frame.words
    form = _form(
        frame,
        "/login",
        _address(words, address)
        + _button(words.send_code, "way", "EMAIL_OTP")
        + _second(words.use_password, "way", "PASSWORD"),
    )
    return _page(frame, words.sign_in, form + (_link(frame, "/signup", words.to_sign_up) if may_sign_up else ""))


def sign_up(frame: Frame, policy: Mapping[str, Any], *, address: str) -> str:
    words = frame.words
    hint = f"{words.password_rule(policy)} {words.password_of_no_use}"
    password = _field(words.password, "password", "password", "new-password", hint=hint)
    form = _form(frame, "/signup", _address(words, address) + password + _button(words.sign_up))
    return _page(frame, words.sign_up, form + _link(frame, "/login", words.to_sign_in))


def code(frame: Frame, path: str, sent: Sent, *, back: str) -> str:
    """The page that asks for a code that was mailed; ``back`` is the one where the address was typed."""
    words = frame.words
    hours, minutes = divmod(sent.minutes, 60)
    time = words.hours.format(count=hours) if hours else words.minutes.format(count=minutes)
    where = words.sent.format(to=f"<strong>{escape(sent.to)}</strong>", digits=sent.digits, time=time)
    again = _form(frame, path, _second(words.send_another, "again", "yes"))
    body = f"<p>{where}</p>" + _form(frame, path, _code(words)) + again + _link(frame, back, words.other_address)
    return _page(frame, words.type_code, body)


def app_code(frame: Frame) -> str:
    words = frame.words
    form = _form(frame, "/login/code", _code(words))
    return _page(
        frame, words.type_app_code, f"<p>{words.by_app}</p>{form}{_link(frame, '/login', words.other_address)}"
    )


def password(frame: Frame) -> str:
    words = frame.words
    field = _field(words.password, "password", "password", "current-password")
    form = _form(frame, "/login/password", field + _button(words.sign_in))
    return _page(frame, words.type_password, form + _link(frame, "/login", words.other_address))


def _page(frame: Frame, title: str, body: str) -> str:
    said = f'<p role="alert">{escape(frame.problem)}</p>' if frame.problem else ""
    said += f'<p role="status">{escape(frame.notice)}</p>' if frame.notice else ""
    return (
        f'<!doctype html><html lang="{frame.words.tag}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{frame.look.style}</style></head>'
        f"<body><main>{frame.look.logo}<h1>{title}</h1>{said}{body}{_way_to_inbox(frame)}</main></body></html>"
    )


def _way_to_inbox(frame: Frame) -> str:
    if not frame.inbox:
        return ""
    way = f'<a href="{escape(frame.inbox)}" target="_blank">{frame.words.inbox}</a>'
    return f'<p class="inbox">{frame.words.to_inbox.format(inbox=way)}</p>'


def _form(frame: Frame, path: str, body: str) -> str:
    return f'<form method="post" action="{path}?{escape(frame.query)}">{body}</form>'


def _link(frame: Frame, path: str, text: str) -> str:
    return f'<p><a href="{path}?{escape(frame.query)}">{text}</a></p>'


def _address(words: Words, value: str) -> str:
    return _field(words.address, "username", "email", "username", value=value)


def _field(label: str, name: str, kind: str, autocomplete: str, *, value: str = "", hint: str = "") -> str:
    described = f' aria-describedby="{name}-hint"' if hint else ""
    return (
        f'<label for="{name}">{label}</label><input id="{name}" name="{name}" type="{kind}" required'
        f' autocomplete="{autocomplete}" value="{escape(value)}"{described}>'
    ) + (f'<p class="hint" id="{name}-hint">{hint}</p>' if hint else "")


def _code(words: Words) -> str:
    return (
        f'<label for="code">{words.code}</label><input id="code" name="code" inputmode="numeric" required'
        f' autocomplete="one-time-code">{_button(words.go_on)}'
    )


def _button(text: str, name: str = "", value: str = "", kind: str = "") -> str:
    chosen = f' name="{name}" value="{value}"' if name else ""
    return f"<button{chosen}{kind}>{text}</button>"


def _second(text: str, name: str, value: str) -> str:
    """A button that is not what most people press."""
    return _button(text, name, value, ' class="second"')
