"""How the login's pages look: by the very settings that AWS's managed login is given, of the practice as it is."""

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import RealDictCursor

from booking.store.practice import Practices
from ops.branding import branding

PATIENCE_SECONDS = 1

_STYLE = """
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{font:1rem/1.5 system-ui,sans-serif;margin:0;padding:1rem;background:var(--ground);
color:light-dark(#000716,#d1d5db)}
main{max-width:26rem;margin:0 auto}
h1{font-size:1.4rem;line-height:1.25}
img{display:block;max-width:100%;margin:0 auto 1rem}
a{color:var(--link);display:inline-block;min-height:44px;padding:.6rem 0}
a:hover{color:var(--link-hover)}
.inbox a{display:inline;padding:0}
label{display:block;margin-top:1rem;font-weight:600}
.hint{margin:.25rem 0;color:light-dark(#414d5c,#b6bec9)}
input,button{font:inherit;width:100%;min-height:2.75rem;padding:.5rem .7rem;border-radius:.5rem}
input{color:inherit;background:var(--ground);border:1px solid light-dark(#7d8998,#8d99a8)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
button{margin-top:1rem;cursor:pointer;font-weight:600;border:1px solid var(--filled);background:var(--filled);
color:var(--on-filled)}
button:hover{background:var(--filled-hover);color:var(--on-filled-hover);border-color:var(--filled-hover)}
button.second{background:var(--outlined);color:var(--on-outlined);border:1px solid var(--outline)}
button.second:hover{color:var(--on-outlined-hover);border-color:var(--outline-hover)}
[role=alert],[role=status]{border-left:.25rem solid;padding:.25rem .75rem}
[role=alert]{color:light-dark(#9b1c1c,#ffb4ab)}
[role=status]{color:light-dark(#14633a,#8fdcae)}
.light{display:block}.dark{display:none}
@media(prefers-color-scheme:dark){.light{display:none}.dark{display:block}}
"""

_PLACES = {
    "ground": ("components", "secondaryButton", "*", "defaults", "backgroundColor"),
    "link": ("componentClasses", "link", "*", "defaults", "textColor"),
    "link-hover": ("componentClasses", "link", "*", "hover", "textColor"),
    "focus": ("componentClasses", "focusState", "*", "borderColor"),
    "filled": ("components", "primaryButton", "*", "defaults", "backgroundColor"),
    "on-filled": ("components", "primaryButton", "*", "defaults", "textColor"),
    "filled-hover": ("components", "primaryButton", "*", "hover", "backgroundColor"),
    "on-filled-hover": ("components", "primaryButton", "*", "hover", "textColor"),
    "outlined": ("components", "secondaryButton", "*", "defaults", "backgroundColor"),
    "on-outlined": ("components", "secondaryButton", "*", "defaults", "textColor"),
    "on-outlined-hover": ("components", "secondaryButton", "*", "hover", "textColor"),
    "outline": ("components", "secondaryButton", "*", "defaults", "borderColor"),
    "outline-hover": ("components", "secondaryButton", "*", "hover", "borderColor"),
}
"""Where Cognito's settings have what, in light and dark mode."""


class Look:
    """Of one practice. AWS's pages need no database: what was read once stays while it is away."""

    def __init__(self, name: str = "", colour: str = "#0972d3") -> None:
        self._name, self._branding = name, branding(name, colour)

    @property
    def style(self) -> str:
        return f":root{{{''.join(self._colours())}}}{_STYLE}"

    @property
    def logo(self) -> str:
        """The name, as an image, in both modes; nothing while nobody knows it."""
        return "".join(self._images()) if self._name else ""

    def _colours(self) -> Iterator[str]:
        for name, place in _PLACES.items():
            light, dark = (self._setting(place, mode) for mode in ("lightMode", "darkMode"))
            yield f"--{name}:light-dark(#{light},#{dark});"

    def _setting(self, place: tuple[str, ...], mode: str) -> str:
        found: Any = self._branding["Settings"]
        for part in place:
            found = found[mode if part == "*" else part]
        return str(found)

    def _images(self) -> Iterator[str]:
        for asset in self._branding["Assets"]:
            image = base64.b64encode(asset["Bytes"]).decode()
            kind = asset["ColorMode"].lower()
            yield f'<img class="{kind}" src="data:image/svg+xml;base64,{image}" alt="{escape(self._name)}">'


class PracticeLook:
    """Called, it says how the pages look now."""

    def __init__(self, stack_file: Path) -> None:
        self._stack_file, self._known = stack_file, Look()

    def __call__(self) -> Look:
        try:
            url = json.loads(self._stack_file.read_text())["database_url"]
            connection = psycopg2.connect(url, cursor_factory=RealDictCursor, connect_timeout=PATIENCE_SECONDS)
            with closing(connection):
                practice = Practices(connection).get()
        except (OSError, ValueError, psycopg2.OperationalError):  # it is starting, or the database is away
            return self._known
        self._known = Look(practice["name"], practice["accent_colour"])
        return self._known
