"""Text on a colour that somebody chose, so that everybody can read it. Standard library only.

The formulas are WCAG 2.2's (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio): on any colour either black or white has
a contrast of at least 4.58, and text needs 4.5.
"""

import re

DEFAULT = "#1f4e5f"
BLACK, WHITE = "#000000", "#ffffff"

ENOUGH = 4.5


def colour_of(kept: str) -> str:
    """The colour as CSS has it: a row that names none has the default one, and nothing else gets into a style."""
    return kept.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", kept) else DEFAULT


def text_on(colour: str) -> str:
    """White where it can be read on this colour (``#rrggbb``), else black."""
    return WHITE if contrast(colour, WHITE) >= ENOUGH else BLACK


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
