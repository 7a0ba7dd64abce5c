"""How the login's pages look: the practice's name and colour, as far as AWS's managed login takes them.

It takes colours, images and whether pages follow the reader's light and dark, and no words
(https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-branding.html). So the name is an image above
the form. What is not said here has Cognito's own values.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

from booking.colours import BLACK, ENOUGH, WHITE, contrast, text_on

LIGHT_GROUND, DARK_GROUND = "#ffffff", "#0f1b2a"
"""Cognito's own, behind its forms."""

_LETTER, _HEIGHT = 14, 40
"""A letter's width at 24 pixels, generously, and the image's height."""


@dataclass(frozen=True)
class Mode:
    """Colours (``#rrggbb``) of what is pressed, on light or on dark."""

    ground: str
    accent: str  # buttons, and links, which are read on the ground
    strong: str  # the same under a pointer
    on_accent: str


def mode(colour: str, *, is_dark: bool) -> Mode:
    """The practice's colour, darker or lighter until it can be read on the ground."""
    ground, towards = (DARK_GROUND, WHITE) if is_dark else (LIGHT_GROUND, BLACK)
    steps = (_mixed(colour, towards, part / 20) for part in range(21))
    accent = next(each for each in steps if contrast(each, ground) >= ENOUGH)
    strong = _mixed(accent, towards, 0.25)
    return Mode(ground, accent, strong, text_on(accent))


def branding(name: str, colour: str) -> dict[str, Any]:
    """``Settings`` and ``Assets`` of Cognito's UpdateManagedLoginBranding."""
    modes = {"lightMode": mode(colour, is_dark=False), "darkMode": mode(colour, is_dark=True)}
    return {
        "Settings": {
            "categories": {"global": {"colorSchemeMode": "DYNAMIC"}},
            "componentClasses": {
                "link": {
                    key: {"defaults": {"textColor": _rgba(each.accent)}, "hover": {"textColor": _rgba(each.strong)}}
                    for key, each in modes.items()
                },
                "focusState": {key: {"borderColor": _rgba(each.accent)} for key, each in modes.items()},
            },
            "components": {
                "form": {"logo": {"enabled": True, "formInclusion": "IN", "location": "CENTER", "position": "TOP"}},
                "pageBackground": {"image": {"enabled": False}},
                "primaryButton": {key: _filled(each) for key, each in modes.items()},
                "secondaryButton": {key: _outlined(each) for key, each in modes.items()},
            },
        },
        "Assets": [
            {"Category": "FORM_LOGO", "ColorMode": kind, "Extension": "SVG", "Bytes": _image(name, each.accent)}
            for kind, each in (("LIGHT", modes["lightMode"]), ("DARK", modes["darkMode"]))
        ],
    }


def _filled(each: Mode) -> dict[str, Any]:
    pressed = {"backgroundColor": _rgba(each.strong), "textColor": _rgba(text_on(each.strong))}
    return {
        "defaults": {"backgroundColor": _rgba(each.accent), "textColor": _rgba(each.on_accent)},
        "hover": pressed,
        "active": pressed,
    }


def _outlined(each: Mode) -> dict[str, Any]:
    ground = _rgba(each.ground)
    pressed = {"backgroundColor": ground, "borderColor": _rgba(each.strong), "textColor": _rgba(each.strong)}
    return {
        "defaults": {"backgroundColor": ground, "borderColor": _rgba(each.accent), "textColor": _rgba(each.accent)},
        "hover": pressed,
        "active": pressed,
    }


def _image(name: str, colour: str) -> bytes:
    width = max(1, len(name)) * _LETTER
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" viewBox="0 0 {width} {_HEIGHT}">'
        f'<text x="50%" y="28" text-anchor="middle" font-family="system-ui, sans-serif" font-size="24"'
        f' font-weight="600" fill="{colour}">{escape(name)}</text></svg>'
    ).encode()


def _rgba(colour: str) -> str:
    """As Cognito writes colours: eight digits, the last two for how opaque."""
    return f"{colour.removeprefix('#')}ff"


def _mixed(one: str, other: str, part: float) -> str:
    """``one`` with so much of ``other`` in it."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)
