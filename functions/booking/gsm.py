"""How many text messages a text is (3GPP TS 23.038): 160 characters of GSM-7, or 70 of UCS-2 when one is not in it."""

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # an escape and a character

_PLAIN = dict(zip("–—‑‘’‚“”„ \u202fłŁđĐıœŒ", [*"---'''\"\"\"  lLdDi", "oe", "OE"], strict=True)) | {"…": "..."}
"""What has no accent to take away."""


def folded(text: str) -> str:
    """The text with accents and marks that GSM-7 lacks in plain letters: one of them would halve what fits a message.

    A letter that has no plain form (Greek, Cyrillic) stays as it is: it is somebody's name.
    """
    return "".join(each if each in _BASIC | _EXTENDED else _plain(each) for each in text)


def _plain(character: str) -> str:
    plain = _PLAIN.get(character) or "".join(
        each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each)
    )
    return plain if set(plain) <= _BASIC | _EXTENDED else character


def segments(text: str) -> int:
    """The number of messages that a carrier makes of it, and bills."""
    if set(text) <= _BASIC | _EXTENDED:
        length, one, more = len(text) + sum(each in _EXTENDED for each in text), 160, 153
    else:
        length, one, more = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= one else -(-length // more)
