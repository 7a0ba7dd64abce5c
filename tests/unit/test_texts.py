"""Texts that people see: names in every script are taken as they are typed, and what cannot be seen is not."""

import json
import re
import unicodedata
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from booking import gsm, texts
from booking.channels.email import as_mime
from booking.codes import Language
from booking.contracts.people import ClientAnswer, ClientBody, ServiceBody, TherapistBody
from booking.notices import Message

NAMES = [
    "Anna-Lena O’Neill, PhD",
    "Nguyễn Thị Ánh",
    "Nguye\u0302\u0303n",  # not composed
    "علی‌رضا",  # a non-joiner between letters
    "مهدی‌زادهٔ ن",
    "ශ්‍රී",  # a joiner after a virama
    "ක්‍ෂේම",
    "র‍্যাব",  # a joiner before one
    "रक्‍त",
    "രാമന്‍ നായര്‍",  # and at the end of a word
    "ဒေါ်အောင်ဆန်းစုကြည်",
    "ཚེ་རིང",
    "山田　太郎",
    "葛\U000e0100城",  # a variation of an ideograph
    "神\ufa19",
    "김철수",
    "אַבְרָהָם",
    "محمّد",
    "ᠮᠣᠩᠭᠣᠯ\u180b",
    "Ⅷ",
    "3",
    "CBT & Co. (50 min.)",
    "Paare 👩‍❤️‍👨 ❤️",
    "👩🏽‍⚕️",
]

REFUSED = [
    "",
    " ",
    "\u3000",
    "a\nb",
    "a\tb",
    "a\x00b",
    "a\x85b",
    "a\x9bb",
    "a\u2028b",
    "a\u2029b",
    *(f"a{chr(code)}b" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F)),
    "\u2067\u05d0\u2069",
    *(f"a{chr(code)}b" for code in (0x3164, 0x115F, 0x1160, 0xFFA0, 0x034F, 0x17B4, 0x17B5, 0x2800)),
    "\u3164",
    "\u2800",
    *(f"a{chr(code)}b" for code in (0x00AD, 0x200B, 0x180E, 0x2060, 0x2063, 0xFEFF, 0xFFF9, 0xFFFC, 0xFFFD)),
    *(f"a{chr(code)}b" for code in (0xE000, 0xF8FF, 0xF0000, 0x10FFFD)),  # private
    *(f"a{chr(code)}b" for code in (0xFDD0, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF)),  # never characters
    *(f"a{chr(code)}b" for code in (0x0378, 0xE0080)),  # not assigned
    *(f"a{chr(code)}b" for code in (0xE0001, 0xE0041, 0xE007F, 0x1D173)),  # tags, musical beams
    "a\u200db",  # joiners where nothing joins
    "山\u200d田",
    "\u200dعلی",
    "علی\u200c",
    "علی\u200c رضا",
    "علی\u200c\u200cرضا",
    "علی\u200d\u200cرضا",
    "\u200c",
    "\ufe0f",
    "\ufe0fa",
    "a \ufe0fb",
    "a\ufe0f\ufe0fb",
    "\u0301",  # a mark without its letter
    "\u0301a",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_in_any_script_is_taken_as_it_is_typed(name: str) -> None:
    client = ClientBody.model_validate_json(json.dumps({"name": name, "time_zone": "UTC"}), strict=True)
    assert client.name == name
    assert re.search(texts.PATTERN, name), "the contract's pattern is never stricter"
    assert texts.displayable(name) == name


@pytest.mark.parametrize("name", REFUSED, ids=ascii)
def test_what_cannot_be_seen_is_refused_everywhere(name: str) -> None:
    bodies: list[tuple[type[BaseModel], dict[str, Any]]] = [
        (ClientBody, {"time_zone": "UTC"}),
        (TherapistBody, {"time_zone": "UTC"}),
        (ServiceBody, {"duration_minutes": 50, "price_cents": 1, "currency": "EUR"}),
    ]
    for contract, body in bodies:
        with pytest.raises(ValidationError) as refused:
            contract.model_validate_json(json.dumps({**body, "name": name}), strict=True)
        [error] = refused.value.errors(include_input=False)
        assert error["loc"] == ("name",)
        assert error["type"] in ("text", "string_too_short"), "a shape: 400"


def test_the_rule_is_named_with_the_character() -> None:
    with pytest.raises(ValidationError, match=re.escape("must not have U+2067, which cannot be seen there")):
        ClientBody.model_validate({"name": "Anna \u2067 Weber", "time_zone": "UTC"})


def test_a_lone_surrogate_is_no_text() -> None:
    with pytest.raises(ValidationError):
        ClientBody.model_validate_json('{"name": "a\\ud800b", "time_zone": "UTC"}', strict=True)
    assert texts.problem("a\ud800b") == "must not have U+D800, which cannot be seen there"


@given(st.text(min_size=1))
def test_the_contracts_pattern_is_never_stricter_than_the_rule(text: str) -> None:
    if texts.problem(text) is None:
        assert re.search(texts.PATTERN, text)


def test_every_control_and_format_character_is_refused_but_where_a_script_needs_it() -> None:
    # Of what is unassigned or for private use, which is nine in ten, every 61st.
    codes = (code for code in range(0x110000) if code % 61 == 0 or unicodedata.category(chr(code)) not in ("Cn", "Co"))
    for code in codes:
        category = unicodedata.category(chr(code))
        if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            assert texts.problem(f"a{chr(code)}b") is not None, hex(code)


def test_what_was_kept_before_the_rule_is_still_shown() -> None:
    row = {
        "id": "44444444-4444-4444-8444-444444444444",
        "name": "a\u3164\nb",
        "time_zone": "US/Pacific-New",
        "confirmed": True,
    }
    contact = {"channel": "email", "address": "a..b@example.com", "consented": True}
    answer = ClientAnswer.model_validate({**row, "contacts": [contact]})
    assert (answer.name, answer.time_zone) == ("a\u3164\nb", "US/Pacific-New")
    assert answer.contacts[0].address == "a..b@example.com"


@given(st.text(alphabet=st.characters(codec=None), max_size=300))
def test_whatever_was_kept_as_a_name_can_be_put_into_a_message(name: str) -> None:
    shown = texts.displayable(name)
    assert shown == texts.displayable(shown)
    message = Message(Language.EN, f"Session with {shown}", ("Hello,", shown, "Bye"), shown)
    mail: Any = message_from_bytes(as_mime(message, "practice@example.com", "a@example.com"), policy=policy.default)
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n").strip() == message.text
    # Python folds a header between two encoded words, and may lose a space there. No subject of ours has a name in it.
    assert "".join(mail["Subject"].split()) == "".join(message.subject.split())
    assert gsm.segments(gsm.folded(message.sms)) >= 1
