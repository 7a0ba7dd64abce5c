"""How many text messages a text is (3GPP TS 23.038): 160 characters of GSM-7, or 70 of UCS-2 when one is not in it."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # an escape and a character


def segments(text: str) -> int:
    """The number of messages that a carrier makes of it, and bills."""
    if set(text) <= _BASIC | _EXTENDED:
        length, one, more = len(text) + sum(each in _EXTENDED for each in text), 160, 153
    else:
        length, one, more = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= one else -(-length // more)
