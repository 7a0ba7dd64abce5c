"""Texts that people see: names of clients, therapists and services. One rule, by Unicode's properties.

A text is made of letters, marks, digits, punctuation, symbols and spaces, in any script, and something of it can be
seen. What cannot be seen changes a text without anybody's noticing, or turns the text around it, so it is refused:
controls and line separators, directions, fillers, tags, what Unicode has not assigned. What scripts need of it may
stand where they need it: joiners (Persian, Sinhala), variation selectors (Japanese names, emoji). A text is kept as it
is typed: even Unicode's own normal form (NFC) changes characters that are somebody's name, like 神 (U+FA19).
"""

import re
import unicodedata

JOINERS = "\u200c\u200d"
"""ZERO WIDTH NON-JOINER and JOINER."""

_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Variation selectors: how the character before them looks."""

_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\ufffd\U00016fe4\U0001d159]")
"""Default_Ignorable_Code_Point that are letters or marks by their category, and blanks and stand-ins among symbols."""

_VIRAMA = 9  # its combining class

_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SEEN = frozenset("LNPS")

PATTERN = (
    r"^[^\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufeff\uffa0\ufff0-\uffff]*$"
)
"""As much of the rule as a JSON schema can say: never stricter than ``problem``."""


LINES_PATTERN = PATTERN.replace(r"\x00-\x1f", r"\x00-\x09\x0b\x0c\x0e-\x1f")
"""The same of a text in lines."""


def problem_of_lines(text: str) -> str | None:
    """The rule that a text in several lines breaks: each has what may be in one."""
    return problem(text.replace("\n", " "))


def problem(text: str) -> str | None:
    """The rule that a text breaks, for who typed it; None: it can be shown as it is."""
    if not any(unicodedata.category(each)[0] in _SEEN and not _INVISIBLE.match(each) for each in text):
        return "must have something that can be seen"
    if unicodedata.category(text[0])[0] == "M":
        return "must not begin with a mark that belongs to a letter"
    at = next((at for at in range(len(text)) if not _stands(text, at)), None)
    return None if at is None else f"must not have U+{ord(text[at]):04X}, which cannot be seen there"


def displayable(text: str) -> str:
    """What was kept, as it may stand in a message: on one line, without what ``problem`` refuses.

    Rows may be older than the rule. A text that has nothing to be seen is a dash.
    """
    if problem(text) is None:
        return text
    line = " ".join("".join(" " if each in "\n\r\t\v\f\x85\u2028\u2029" else each for each in text).split())
    return "".join(line[at] for at in range(len(line)) if _stands(line, at)).strip() or "–"


def displayable_lines(text: str) -> str:
    """The same of a text in lines, which keeps them; "" is nothing to show."""
    return "\n".join(displayable(line) if line.strip() else "" for line in text.splitlines()).strip("\n")


def _stands(text: str, at: int) -> bool:
    """Whether the character may stand there."""
    character = text[at]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if character in JOINERS:
        # After a virama anywhere (RFC 5892, A.1 and A.2): that is how Malayalam ends many a name.
        return unicodedata.combining(before or " ") == _VIRAMA or (
            _joins(_without_selectors(text[:at])) and _joins(after)
        )
    if _SELECTORS.match(character):
        return bool(before) and unicodedata.category(before)[0] in "LNPS"
    return unicodedata.category(character) not in _REFUSED and not _INVISIBLE.match(character)


def _without_selectors(before: str) -> str:
    """The last character, but for variation selectors."""
    return before.rstrip("\ufe0e\ufe0f")[-1:]


def _joins(character: str) -> bool:
    """Whether a joiner may stand beside it: letters and marks of scripts whose letters join, parts of an emoji.

    Not those with capitals (Latin, Greek, Cyrillic) nor the wide ones (Chinese, Japanese, Korean): there a joiner is
    only a way to write the same name twice.
    """
    if not character or _INVISIBLE.match(character) or _SELECTORS.match(character):
        return False
    category = unicodedata.category(character)
    if category in ("So", "Sk"):
        return True
    is_cased = category in ("Lu", "Ll", "Lt", "Lm") and unicodedata.bidirectional(character) == "L"
    return category[0] in "LM" and not is_cased and unicodedata.east_asian_width(character) not in "WF"
